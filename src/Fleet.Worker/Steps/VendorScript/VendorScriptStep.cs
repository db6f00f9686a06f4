using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.CheckBackups;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.Shell;

namespace Fleet.Worker.Steps.VendorScript;

/// <summary>
/// Runs pre_upgrade or post_upgrade once (Q16, Q20). Done: its marker or version.json, and a section of its log without errors; an error there holds the zone although the marker is there.
/// Options: <c>logStart</c>, the line that begins a run's section in the log where the runs before it cannot be told apart by size; <c>manualLine</c>, the line before the paths of readmes with work to do by hand (Q21).
/// </summary>
internal sealed class VendorScriptStep : IStepKind
{
    public string Name => "vendor-script";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var step = context.Step;
        if (step.Command is null)
            return StepResult.Failed(Finding.Of("step-without-command", ("step", step.Name)));
        var before = await VendorStand.ReadAsync(context, cancellationToken);
        if (await VendorDone.ProofAsync(context, before, cancellationToken) is { } proof)
            return await ProvenAsync(context, proof, cancellationToken);
        if (context.Attempt > 1 && !context.IsBegun() && await OldBackups.SetAsideAsync(context, cancellationToken) is { } problem)
            return problem;

        var sources = BackupPlan.SourcesBehind(context);
        var outcome = await context.ExecuteAsync(TracedScript.Wrap(context, step.Command, [.. sources.Select(BackupPlan.SourceScript)]), cancellationToken);
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
            return await VendorDone.ProofInsteadAsync(context, outcome, cancellationToken) is { } instead ? await ProvenAsync(context, instead, cancellationToken) : unfinished;
        var errors = await LogSection.ErrorsAsync(context, outcome, cancellationToken);
        var after = await VendorStand.ReadAsync(context, cancellationToken);
        var missing = VendorVerdict.Missing(context, outcome, after, errors);
        return new StepResult
        {
            Outcome = missing.Count == 0 ? StepOutcome.Succeeded : StepOutcome.Failed,
            AlreadyDone = outcome.AlreadyRan,
            ExitCode = outcome.ExitCode,
            Findings = missing,
            Facts = Facts(context, sources, outcome, after),
        };
    }

    /// <summary>Somebody else ran it, or its end was not seen: what it logged since is read all the same.</summary>
    private static async Task<StepResult> ProvenAsync(IStepContext context, string proof, CancellationToken cancellationToken) =>
        await LogSection.ErrorsSinceStartAsync(context, cancellationToken) is [var first, ..]
            ? StepResult.Failed(first, Finding.Of("step-already-done", ("step", context.Step.Name), ("proof", proof)))
            : VendorDone.AlreadyDone(context.Step, proof);

    private static Dictionary<string, string> Facts(IStepContext context, IReadOnlyList<BackupExpectation> sources, ExecutionOutcome outcome, VendorStand after)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (sources.Count > 0 && TracedScript.Read(outcome.Tail) is { } trace)
            facts[BackupPlan.SourcesFactOf(context.Step.Name)] = BackupPlan.Json(sources, trace.Sizes);
        if (after.Version is { NewUpgrade: null, Upgrade: { } upgrade })
            facts["versions.upgrade"] = upgrade;
        var readmes = ManualReadmes.In(outcome.Tail, context.Step.With.GetValueOrDefault("manualLine", ManualReadmes.Announcement));
        if (readmes.Count > 0)
            facts[ManualReadmes.Fact] = string.Join('\n', readmes);
        return facts;
    }
}
