using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Rollouts;

public sealed record RolloutView
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required RolloutState State { get; init; }

    /// <summary>Why it is paused, stopped or ended otherwise than well.</summary>
    public Finding? Reason { get; init; }
    public required PackageRef Package { get; init; }
    public required RunbookRef Runbook { get; init; }
    public required IReadOnlyList<WaveView> Waves { get; init; }
    public IReadOnlyList<ZoneUpgradeView> Zones { get; init; } = [];

    /// <summary>Names of the runbook's phases, in order.</summary>
    public IReadOnlyList<string> Phases { get; init; } = [];
    public required ZoneCounts Counts { get; init; }
    public required int MaxParallel { get; init; }

    /// <summary>The strategy file's name; null: none was given.</summary>
    public string? Strategy { get; init; }

    /// <summary>So many failures are allowed.</summary>
    public required int Budget { get; init; }

    /// <summary>So many count against the budget now.</summary>
    public required int Failures { get; init; }

    /// <summary>Answers that people gave in advance to what its zones will ask.</summary>
    public IReadOnlyList<AdvanceAnswerView> AnswersInAdvance { get; init; } = [];

    /// <summary>The hash of the plan that it was started by or that people approve.</summary>
    public string? Plan { get; init; }

    /// <summary>Null: nobody has to approve.</summary>
    public ApprovalView? Approval { get; init; }

    /// <summary>While it is scheduled: when it begins, and until when it still may.</summary>
    public DateTimeOffset? StartsAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public string? Until { get; init; }
    public bool Interactive { get; init; }
    public required string StartedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public int OpenDecisions { get; init; }
    public string? TraceId { get; init; }
}

/// <param name="Required">So many people.</param>
/// <param name="Left">So many are still wanted.</param>
/// <param name="From">Only these may, people or <c>group:NAME</c>; empty: whoever may approve.</param>
/// <param name="OneOf">One of these must be among them.</param>
/// <param name="Decision">The question.</param>
/// <param name="ExpiresAt">Not approved by then, it ends.</param>
public sealed record ApprovalView(int Required, int Left, IReadOnlyList<string> From, IReadOnlyList<string> OneOf, IReadOnlyList<ApprovalGiven> Given, Guid Decision, DateTimeOffset? ExpiresAt);

public sealed record ApprovalGiven(string By, DateTimeOffset At, string? Comment);

/// <param name="Fingerprint">Of the question.</param>
/// <param name="Decision">The one that it was given to.</param>
public sealed record AdvanceAnswerView(string Fingerprint, DecisionKind Kind, string Choice, string? Comment, string By, DateTimeOffset At, Guid Decision);

public sealed record WaveView(int Index, WaveState State, IReadOnlyList<string> Zones)
{
    /// <summary>Null in rollouts of before waves had names.</summary>
    public string? Name { get; init; }

    /// <summary>Who lets its zones stand.</summary>
    public string? PausedBy { get; init; }

    /// <summary>While it bakes: when its zones are looked at.</summary>
    public DateTimeOffset? BakesUntil { get; init; }
    public WaveVerdict? Verdict { get; init; }

    /// <summary>Why the verdict is not a good one.</summary>
    public IReadOnlyList<Finding> Because { get; init; } = [];

    /// <summary>Who let the next wave begin; null: nobody yet, or no verdict was asked for.</summary>
    public string? PassedBy { get; init; }
}

public sealed record ZoneCounts
{
    public int Waiting { get; init; }
    public int Running { get; init; }
    public int Held { get; init; }
    public int Succeeded { get; init; }
    public int Failed { get; init; }
    public int Skipped { get; init; }
    public int Aborted { get; init; }
    public int Unknown { get; init; }
}
