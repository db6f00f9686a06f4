using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.Shell;

namespace Fleet.Worker.Steps.VendorScript;

/// <summary>What a vendor's script that ended means: its exit code alone says little.</summary>
internal static class VendorVerdict
{
    /// <summary>Why it is not done; empty when all proofs hold.</summary>
    public static IReadOnlyList<Finding> Missing(IStepContext context, ExecutionOutcome outcome, VendorStand after, IReadOnlyList<Finding> logErrors)
    {
        var step = context.Step;
        var done = step.Done;
        var reasons = new List<Finding>();
        var last = ExecutionVerdict.LastLines(outcome.Tail).ToList();
        if (outcome.ExitCode != 0)
            reasons.Add(ShellVerdict.Failed(step, context.Fill(step.Command ?? ""), outcome));
        else if (!ShellVerdict.SuccessPrinted(done, outcome.Tail))
            reasons.Add(Finding.Of("success-line-missing", ("step", step.Name), ("pattern", done.SuccessLine!)).WithLines(last));
        if (outcome.ExitCode == 0 && done.Marker is { } marker && !MarkerCounts(marker, outcome, after, context.Facts))
            reasons.Add(Finding.Of("marker-missing", ("step", step.Name), ("marker", marker)).WithLines(last));
        if (outcome.ExitCode == 0 && done.Version == "upgrade" && !Arrived(context.Command.Package, after))
            reasons.Add(Finding.Of("version-not-written", ("step", step.Name), ("upgrade", after.Version?.Upgrade ?? "none"), ("newUpgrade", after.Version?.NewUpgrade ?? "none"), ("target", context.Command.Package.Upgrade)));
        reasons.AddRange(logErrors);
        return reasons;
    }

    /// <summary>It is there, and this run made it or this zone upgrade has seen it appear.</summary>
    public static bool MarkerCounts(string marker, ExecutionOutcome outcome, VendorStand after, IReadOnlyDictionary<string, string> facts) =>
        after.MarkerThere && (TracedScript.Read(outcome.Tail) is { MadeMarker: true } || !VendorDone.WasThereAtStart(marker, facts));

    // A package whose upgrade version nobody could read is satisfied with the plain version being there again.
    private static bool Arrived(PackageRef target, VendorStand after) =>
        VendorDone.AtTarget(after.Version, target) || (target.Upgrade.Length == 0 && after.Version is { NewUpgrade: null, Upgrade: not null });
}
