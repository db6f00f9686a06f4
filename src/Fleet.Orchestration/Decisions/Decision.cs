using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Decisions;

/// <summary>A question as the zone upgrade's row keeps it, with its answer and, for a prompt, whether the answer arrived.</summary>
internal sealed record Decision
{
    public required Guid Id { get; init; }
    public required DecisionKind Kind { get; init; }
    public required string Phase { get; init; }
    public required string Step { get; init; }

    /// <summary>For kind wave-verdict, which is a rollout's and no zone's: the wave.</summary>
    public string? Wave { get; init; }
    public required int Attempt { get; init; }
    public required Finding Question { get; init; }
    public required IReadOnlyList<string> Choices { get; init; }
    public string? Default { get; init; }
    public IReadOnlyList<DecisionItem> Items { get; init; } = [];
    public required string Fingerprint { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public DecisionState State { get; init; }

    /// <summary>When it expires if nobody has answered; null: it stays open as long as it takes.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Who has taken it on; nobody else answers.</summary>
    public DecisionClaim? Claim { get; init; }
    public OpenPrompt? Prompt { get; init; }

    /// <summary>For a checklist: item → what was said of it.</summary>
    public IReadOnlyDictionary<string, ItemAnswer> ItemAnswers { get; init; } = new Dictionary<string, ItemAnswer>();
    public DecisionAnswer? Answer { get; init; }

    /// <summary>What the step ran, where it ran something.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>For kind guard: the guard.</summary>
    public string? Guard { get; init; }

    [JsonIgnore]
    public bool IsOpen => State == DecisionState.Open;

    /// <summary>A policy will answer it as soon as it may; no person is asked.</summary>
    [JsonIgnore]
    public bool AwaitsPolicy => IsOpen && Prompt?.Policy is not null;

    /// <summary>A person is asked.</summary>
    [JsonIgnore]
    public bool AwaitsPerson => IsOpen && Prompt?.Policy is null;

    /// <summary>The same id for the same question, so that deciding needs no source of randomness.</summary>
    public static Guid IdFor(Guid zoneUpgradeId, int number)
    {
        Span<byte> input = stackalloc byte[20];
        zoneUpgradeId.TryWriteBytes(input);
        BinaryPrimitives.WriteInt32BigEndian(input[16..], number);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        return new Guid(hash[..16]);
    }
}

internal sealed record OpenPrompt
{
    public required string ExecutionId { get; init; }
    public required long Offset { get; init; }
    public string? Rule { get; init; }
    public required string Text { get; init; }
    public string? Component { get; init; }
    public bool SafePoint { get; init; }
    public IReadOnlyList<string> FailedNodes { get; init; } = [];

    /// <summary>On how many nodes the component was tried; 0: not known.</summary>
    public int Nodes { get; init; }

    /// <summary>A yes goes on without nodes that failed.</summary>
    public bool Ignores { get; init; }
    public IReadOnlyList<string> Context { get; init; } = [];

    /// <summary>Set: this policy answers.</summary>
    public PolicyAnswer? Policy { get; init; }

    /// <summary>What became of the answer; null: owed.</summary>
    public AnswerResult? Delivered { get; init; }
}

/// <param name="Actor"><c>policy:RULE</c> or <c>policy:component</c>.</param>
internal sealed record PolicyAnswer(string Answer, string Actor);

internal sealed record DecisionAnswer
{
    public required string Choice { get; init; }
    public string? Text { get; init; }
    public string? Comment { get; init; }
    public IReadOnlyList<string> Nodes { get; init; } = [];
    public IReadOnlyList<string> Typed { get; init; } = [];
    public IReadOnlyList<string> Items { get; init; } = [];
    public string? From { get; init; }
    public required string By { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>It was given in advance, with the answer to this decision.</summary>
    public Guid? InAdvance { get; init; }
}

internal sealed record DecisionClaim(string By, DateTimeOffset At);

/// <summary>An answer that a person gave in advance: whatever asks the same later in the rollout takes it.</summary>
/// <param name="Decision">The one that it was given to.</param>
internal sealed record AdvanceAnswer(string Fingerprint, DecisionKind Kind, string Choice, string? Comment, string By, DateTimeOffset At, Guid Decision);

internal sealed record ItemAnswer(string Choice, string? Comment, string By, DateTimeOffset At);
