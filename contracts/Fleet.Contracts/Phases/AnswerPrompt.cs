namespace Fleet.Contracts.Phases;

/// <summary>Coordinator → worker: give this to the prompt at this offset, or to none. Owed until <see cref="PromptAnswered"/> is recorded.</summary>
public sealed record AnswerPrompt
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required Guid DecisionId { get; init; }
    public required string ExecutionId { get; init; }
    public required long Offset { get; init; }

    /// <summary>Printable characters, without the line feed.</summary>
    public required string Text { get; init; }
}
