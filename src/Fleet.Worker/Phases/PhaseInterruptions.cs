using Fleet.Contracts.Decisions;

namespace Fleet.Worker.Phases;

/// <summary>The phase cannot go on without a person; thrown from deep inside a step to its run.</summary>
internal sealed class PhaseHoldException(Finding reason, DecisionKind kind = DecisionKind.FailedStep, IReadOnlyList<string>? choices = null) : Exception(reason.Code)
{
    public Finding Reason { get; } = reason;
    public DecisionKind Kind { get; } = kind;

    /// <summary>What is offered; null: what the kind usually offers.</summary>
    public IReadOnlyList<string>? Choices { get; } = choices;
}

/// <summary>The execution is on the zone and its output is not: only what was recorded as done is cleaned. So it was done in a part of the past that this dispatch's record has lost.</summary>
internal sealed class DoneOutOfRecordException(string execution) : Exception($"The execution {execution} was done and cleaned.")
{
    public string Execution { get; } = execution;
}

/// <summary>The step's limit passed while it was reading or waiting; nothing of it runs on the zone.</summary>
internal sealed class StepTimeLimitException() : Exception("The step's time limit passed.");
