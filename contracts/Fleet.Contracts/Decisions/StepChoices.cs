using Fleet.Contracts.Phases;

namespace Fleet.Contracts.Decisions;

/// <summary>What a person may choose where a step did not end well; the same whether the worker asks or, where that was lost, the coordinator.</summary>
public static class StepChoices
{
    /// <param name="required">The zone cannot go on without it: it is not ignored.</param>
    public static IReadOnlyList<string> For(StepOutcome outcome, bool required) => outcome switch
    {
        StepOutcome.Unknown => [Choices.CheckAgain, Choices.MarkDone, Choices.Retry, Choices.Fail],
        // A step that timed out still runs: looking again is how to wait for it.
        StepOutcome.TimedOut when required => [Choices.Retry, Choices.MarkDone, Choices.Fail, Choices.CheckAgain],
        StepOutcome.TimedOut => [Choices.Retry, Choices.Ignore, Choices.MarkDone, Choices.Fail, Choices.CheckAgain],
        _ when required => [Choices.Retry, Choices.MarkDone, Choices.Fail],
        _ => [Choices.Retry, Choices.Ignore, Choices.MarkDone, Choices.Fail],
    };

    /// <summary>What kind of question the outcome asks.</summary>
    public static DecisionKind Kind(StepOutcome outcome) => outcome switch
    {
        StepOutcome.TimedOut => DecisionKind.TimedOut,
        StepOutcome.Unknown => DecisionKind.UnknownOutcome,
        _ => DecisionKind.FailedStep,
    };
}
