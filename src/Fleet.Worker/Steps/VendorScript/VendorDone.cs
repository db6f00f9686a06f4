using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.VendorScript;

/// <summary>Whether one of the vendor's platform scripts is done already. Markers carry no version and outlive an abandoned upgrade, so one counts only if this zone upgrade saw it appear.</summary>
internal static class VendorDone
{
    /// <summary>Null: not proven. Else what proves it: <c>version</c> or <c>marker</c>.</summary>
    /// <param name="ranBefore">An earlier attempt was run.</param>
    /// <param name="wasStarted">This attempt has an execution: that one says how it ended. A script may have written version.json long before it is done.</param>
    public static string? Proof(DoneProof done, VendorStand stand, PackageRef target, IReadOnlyDictionary<string, string> facts, bool ranBefore, bool wasStarted)
    {
        // version.json is written before the script ends: what it prints and logs after that is still to come.
        if (wasStarted)
            return null;
        if (AtTarget(stand.Version, target))
            return "version";
        // Whoever lets a step that ran be tried again wants it run, whatever it left.
        if (ranBefore)
            return null;
        return done.Marker is { } marker && stand.MarkerThere && !WasThereAtStart(marker, facts) ? "marker" : null;
    }

    public static Task<string?> ProofAsync(IStepContext context, VendorStand stand, CancellationToken cancellationToken) =>
        ProofAsync(context, stand, context.IsBegun(), cancellationToken);

    /// <summary>A person asked to look again at a run that nothing is known of: what is left on the zone may still prove it.</summary>
    public static async Task<string?> ProofInsteadAsync(IStepContext context, ExecutionOutcome outcome, CancellationToken cancellationToken) =>
        outcome.End == ExecutionEnd.Unknown && context.Choice() == Choices.CheckAgain
            ? await ProofAsync(context, await VendorStand.ReadAsync(context, cancellationToken), wasStarted: false, cancellationToken)
            : null;

    public static StepResult AlreadyDone(Step step, string proof) =>
        StepResult.Succeeded(Finding.Of("step-already-done", ("step", step.Name), ("proof", proof))) with { AlreadyDone = true };

    private static async Task<string?> ProofAsync(IStepContext context, VendorStand stand, bool wasStarted, CancellationToken cancellationToken)
    {
        var ranBefore = context.Attempt > 1 && (context is not IStepRecord record || await record.RanBeforeAsync(cancellationToken));
        return Proof(context.Step.Done, stand, context.Command.Package, context.Facts, ranBefore, wasStarted);
    }

    /// <summary>post_upgrade has written the target's plain upgrade version: all three platform scripts are done, though no marker is left.</summary>
    public static bool AtTarget(VersionJson? version, PackageRef target) =>
        version is { NewUpgrade: null, Upgrade: { } upgrade }
        && target.Upgrade.Length > 0 && VersionNumber.Compare(upgrade, target.Upgrade) == 0
        && VersionNumber.Compare(version.Installer, target.Installer) == 0 && VersionNumber.Compare(version.Qingcloud, target.Qingcloud) == 0;

    /// <summary>Preflight found it, or nobody looked: then it proves nothing.</summary>
    public static bool WasThereAtStart(string markerPath, IReadOnlyDictionary<string, string> facts)
    {
        if (!facts.TryGetValue("markers.at-start", out var list))
            return true;
        var name = markerPath[(markerPath.LastIndexOf('/') + 1)..];
        return list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(m => m == name || $"{m}.Done" == name || m == markerPath);
    }
}
