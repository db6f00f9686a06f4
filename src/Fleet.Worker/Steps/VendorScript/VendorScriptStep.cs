using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.Shell;

namespace Fleet.Worker.Steps.VendorScript;

/// <summary>
/// Runs pre_upgrade or post_upgrade once (Q16, Q20). Done: its marker or version.json, and a section of its log without errors; an error there holds the zone although the marker is there.
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
            return VendorDone.AlreadyDone(step, proof);
        if (context.Attempt > 1 && !context.IsBegun() && await OldBackups.SetAsideAsync(context, cancellationToken) is { } problem)
            return problem;

        var outcome = await context.ExecuteAsync(TracedScript.Wrap(context, step.Command), cancellationToken);
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
            return await VendorDone.ProofInsteadAsync(context, outcome, cancellationToken) is { } instead ? VendorDone.AlreadyDone(step, instead) : unfinished;
        var errors = await LogSection.ErrorsAsync(context, outcome, cancellationToken);
        var after = await VendorStand.ReadAsync(context, cancellationToken);
        var missing = VendorVerdict.Missing(context, outcome, after, errors);
        return new StepResult
        {
            Outcome = missing.Count == 0 ? StepOutcome.Succeeded : StepOutcome.Failed,
            AlreadyDone = outcome.AlreadyRan,
            ExitCode = outcome.ExitCode,
            Findings = missing,
            Facts = Facts(outcome, after),
        };
    }

    private static Dictionary<string, string> Facts(ExecutionOutcome outcome, VendorStand after)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (after.Version is { NewUpgrade: null, Upgrade: { } upgrade })
            facts["versions.upgrade"] = upgrade;
        var readmes = ManualReadmes.In(outcome.Tail);
        if (readmes.Count > 0)
            facts[ManualReadmes.Fact] = string.Join('\n', readmes);
        return facts;
    }
}
