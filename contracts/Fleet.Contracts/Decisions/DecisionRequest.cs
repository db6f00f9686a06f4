using System.Text.Json.Serialization;

namespace Fleet.Contracts.Decisions;

/// <summary>A question to a person that holds a zone.</summary>
public sealed record DecisionRequest
{
    public required DecisionKind Kind { get; init; }
    public required string Step { get; init; }

    /// <summary>The question, or the reason for it.</summary>
    public required Finding Question { get; init; }

    /// <summary>The choices that are offered, in the order shown.</summary>
    public required IReadOnlyList<string> Choices { get; init; }

    /// <summary>The choice that is proposed; never taken by itself.</summary>
    public string? Default { get; init; }

    /// <summary>What can be named in the answer: nodes, files, manual operations, phases.</summary>
    public IReadOnlyList<DecisionItem> Items { get; init; } = [];

    /// <summary>The question with zone, node names, counts and times taken out: alike on forty zones is one question.</summary>
    public required string Fingerprint { get; init; }
}

/// <param name="Id">What the answer names: a node, a number, a phase.</param>
/// <param name="Text">What a person reads.</param>
/// <param name="Proposed">Chosen unless the person says otherwise.</param>
/// <param name="MustBeTyped">Much hangs on it (a database node, the first snapshot node, the only node of a group): whoever names it types its name once more.</param>
public sealed record DecisionItem(string Id, string Text, bool Proposed = false, bool MustBeTyped = false);

[JsonConverter(typeof(KebabCaseEnumConverter<DecisionKind>))]
public enum DecisionKind
{
    Prompt,
    FailedStep,
    TimedOut,
    UnknownOutcome,
    UnhealthyNodes,
    RepoFindings,
    KindContradiction,
    MidUpgrade,
    Guard,
    Manual,
    Approval,

    /// <summary>How a wave did, before the next begins; of a rollout, not of a zone.</summary>
    WaveVerdict,
}
