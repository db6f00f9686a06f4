using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>What a rule sees beside the row, read in the same transaction.</summary>
internal sealed record ZoneContext
{
    public required DateTimeOffset Now { get; init; }
    public required Runbook Runbook { get; init; }
    public required ZoneTraits Traits { get; init; }

    /// <summary>What the rollout wants of its zones.</summary>
    public Stance Rollout { get; init; }

    /// <summary>A person has taken the zone.</summary>
    public bool Taken { get; init; }

    /// <summary>Why the zone's calendar lets nothing be begun there now, in a phase that was begun or in one that would be; null: it lets it.</summary>
    public Func<string, bool, Finding?> ClosedFor { get; init; } = (_, _) => null;

    /// <summary>The rollout's zones stop behind this phase.</summary>
    public string? Until { get; init; }

    /// <summary>Answers that people gave in advance in this rollout.</summary>
    public IReadOnlyList<AdvanceAnswer> AnswersInAdvance { get; init; } = [];

    /// <summary>After so long an unanswered question ends the zone as failed; null: it stays open.</summary>
    public TimeSpan? Unanswered { get; init; }

    /// <summary>A zone that is at work for longer counts as a failure until it has succeeded; null: none.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>How often the rollout has started this zone.</summary>
    public int Starts { get; init; }
}
