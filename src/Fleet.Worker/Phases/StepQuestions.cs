using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Phases.Prompts;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Phases;

/// <summary>The question that a step's outcome asks, where its kind asks none of its own.</summary>
internal static class StepQuestions
{
    public static DecisionRequest For(Step step, StepResult result, IEnumerable<string> names)
    {
        if (result.Decision is { } asked)
            return asked;
        var reason = result.Findings.Count > 0 ? result.Findings[0] : Finding.Of("step-failed", ("step", step.Name));
        return new DecisionRequest
        {
            Kind = Kind(result.Outcome),
            Step = step.Name,
            Question = reason,
            Choices = ChoicesFor(result.Outcome, step.Required),
            Fingerprint = Fingerprints.Of(step.Name, reason, names),
        };
    }

    public static DecisionKind Kind(StepOutcome outcome) => outcome switch
    {
        StepOutcome.TimedOut => DecisionKind.TimedOut,
        StepOutcome.Unknown => DecisionKind.UnknownOutcome,
        _ => DecisionKind.FailedStep,
    };

    public static IReadOnlyList<string> ChoicesFor(StepOutcome outcome, bool required) => outcome switch
    {
        StepOutcome.Unknown => [Choices.CheckAgain, Choices.MarkDone, Choices.Retry, Choices.Fail],
        // A step that timed out still runs: looking again is how to wait for it.
        StepOutcome.TimedOut when required => [Choices.Retry, Choices.MarkDone, Choices.Fail, Choices.CheckAgain],
        StepOutcome.TimedOut => [Choices.Retry, Choices.Ignore, Choices.MarkDone, Choices.Fail, Choices.CheckAgain],
        _ when required => [Choices.Retry, Choices.MarkDone, Choices.Fail],
        _ => [Choices.Retry, Choices.Ignore, Choices.MarkDone, Choices.Fail],
    };
}
