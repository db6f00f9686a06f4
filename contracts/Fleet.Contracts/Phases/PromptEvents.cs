using System.Text.Json.Serialization;

namespace Fleet.Contracts.Phases;

/// <summary>A running script asks something. It waits until an answer is applied at this offset or the prompt is gone.</summary>
public sealed record PromptRaised : IPhaseReport
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required long Sequence { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Phase { get; init; }
    public required string Step { get; init; }
    public required int Attempt { get; init; }
    public required string ExecutionId { get; init; }

    /// <summary>Bytes printed when the prompt was seen; an answer names it.</summary>
    public required long Offset { get; init; }

    /// <summary>The runbook's prompt rule that matched; null: no rule did, a person answers in free text.</summary>
    public string? Rule { get; init; }

    public required string Text { get; init; }
    public required string Fingerprint { get; init; }

    /// <summary>The component that the prompt is about, like <c>hyper/hyper</c> (Q18); also where it asks about that component's failed nodes.</summary>
    public string? Component { get; init; }

    /// <summary>Nothing runs on the nodes while it waits here.</summary>
    public bool SafePoint { get; init; }

    /// <summary>Nodes that failed, where the question is whether to ignore them.</summary>
    public IReadOnlyList<string> FailedNodes { get; init; } = [];

    /// <summary>Where it asks about failed nodes: on how many the component was tried, as the script printed it; 0: not known.</summary>
    public int Nodes { get; init; }

    /// <summary>Last lines of output and of the failed nodes' logs (Q19).</summary>
    public IReadOnlyList<string> Context { get; init; } = [];
}

/// <summary>An answer arrived at its prompt, or did not.</summary>
public sealed record PromptAnswered : IPhaseReport
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required long Sequence { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required Guid DecisionId { get; init; }
    public required string ExecutionId { get; init; }
    public required long Offset { get; init; }
    public required AnswerResult Result { get; init; }
}

[JsonConverter(typeof(KebabCaseEnumConverter<AnswerResult>))]
public enum AnswerResult
{
    /// <summary>Given to the script, now or before.</summary>
    Applied,

    /// <summary>The prompt is no longer there; nothing was given.</summary>
    Withdrawn,

    /// <summary>Another answer was given at this offset.</summary>
    Conflict,

    /// <summary>Taken by the feeder, but whether the script got it is not known.</summary>
    Unknown,
}

/// <summary>An open prompt is gone: someone answered it in a terminal, or the script ended.</summary>
public sealed record PromptWithdrawn : IPhaseReport
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required long Sequence { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string ExecutionId { get; init; }
    public required long Offset { get; init; }
}
