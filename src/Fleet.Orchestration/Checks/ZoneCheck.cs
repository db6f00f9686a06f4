using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Checks;

/// <summary>One look at one zone: asked for, and then told of or given up. Immutable; only <see cref="CheckRules"/> makes the next one.</summary>
internal sealed record ZoneCheck
{
    public required Guid Id { get; init; }

    /// <summary>Checks that were asked for together.</summary>
    public required Guid CheckId { get; init; }
    public required string Zone { get; init; }
    public required RunbookRef Runbook { get; init; }
    public PackageRef? Package { get; init; }

    /// <summary>The rollout that looks at its wave by it; null: a person asked.</summary>
    public Guid? RolloutId { get; init; }
    public required string AskedBy { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public ZoneChecked? Result { get; init; }

    /// <summary>Why there is no result, once nobody waits for one any more.</summary>
    public Finding? Unanswered { get; init; }
}
