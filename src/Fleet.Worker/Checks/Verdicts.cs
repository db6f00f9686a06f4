using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Checks;

/// <summary>What a rollout would make of a step's result.</summary>
internal static class Verdicts
{
    /// <summary>Said where all is as it should be.</summary>
    private static readonly string[] GoodNews = ["zone-to-upgrade", "zone-already-there", "baseline-kept"];

    public static CheckedStep Of(string step, StepResult result) => result switch
    {
        { AlreadyThere: true } => new(step, CheckVerdict.AlreadyThere, result.Findings),
        { Outcome: StepOutcome.Succeeded } => new(step, result.Findings.All(f => GoodNews.Contains(f.Code)) ? CheckVerdict.Well : CheckVerdict.Remark, result.Findings),
        { Outcome: StepOutcome.Skipped } => new(step, CheckVerdict.Skipped, result.Findings),
        { EndsZone: true } => new(step, CheckVerdict.Stops, result.Findings),
        { Decision: { } decision } => new(step, CheckVerdict.Asks, result.Findings, decision.Kind),
        { Outcome: StepOutcome.TimedOut } => new(step, CheckVerdict.Asks, result.Findings, DecisionKind.TimedOut),
        _ => new(step, CheckVerdict.Asks, result.Findings, DecisionKind.FailedStep),
    };
}
