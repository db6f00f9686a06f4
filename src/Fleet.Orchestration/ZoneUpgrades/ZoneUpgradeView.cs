using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.ZoneUpgrades;

public sealed record ZoneUpgradeView
{
    public required Guid Id { get; init; }
    public required Guid RolloutId { get; init; }

    /// <summary>The zone's name.</summary>
    public required string Name { get; init; }
    public required ZoneState State { get; init; }

    /// <summary>Why it stands still though nothing is asked: <c>pausing</c> (on its way to its next safe point), <c>paused</c>, <c>until</c>, <c>taken</c>, <c>blocked</c> (another rollout has its firstbox, or it is gone from the inventory), <c>no-worker</c>; null otherwise.</summary>
    public string? Standing { get; init; }

    /// <summary>Since when a pause, a person who has the zone, or a closed window has had its effect; null: it is at work, or still on its way to its next safe point.</summary>
    public DateTimeOffset? StandsSince { get; init; }

    /// <summary>Since when it is at work for longer than its strategy allows; it counts as a failure until it has succeeded. Null: it is not.</summary>
    public DateTimeOffset? LateSince { get; init; }

    /// <summary>Why its calendar lets nothing begin there now.</summary>
    public Finding? Closed { get; init; }
    public int Wave { get; init; }

    /// <summary>Who lets this zone alone stand.</summary>
    public string? PausedBy { get; init; }
    public string? Phase { get; init; }
    public string? Step { get; init; }
    public int? Attempt { get; init; }

    /// <summary>When the current step (or, between steps, the phase) began.</summary>
    public DateTimeOffset? Since { get; init; }
    public StepProgress? Progress { get; init; }
    public long Epoch { get; init; }
    public string? WorkerId { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public IReadOnlyList<GuardState> Guards { get; init; } = [];

    /// <summary>Components that were not upgraded.</summary>
    public IReadOnlyList<SkippedComponent> Skipped { get; init; } = [];
    public IReadOnlyList<Debt> Debts { get; init; } = [];
    public IReadOnlyList<Guid> OpenDecisions { get; init; } = [];
    public Finding? Error { get; init; }
    public string? TraceId { get; init; }

    /// <summary>Phases that ended well.</summary>
    public IReadOnlyList<string> PhasesDone { get; init; } = [];
    public IReadOnlyList<StepRecord> Steps { get; init; } = [];
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}

/// <param name="What">Like <c>hyper/hyper</c> or <c>upload</c>; empty: nothing was told yet.</param>
/// <param name="Trouble">What keeps the step from going on, like a firstbox that cannot be reached.</param>
public sealed record StepProgress(string What, long? Done, long? Total, Finding? Trouble = null);

/// <param name="By">Who said no: a person or <c>policy:…</c>.</param>
public sealed record SkippedComponent(string Component, string By);

/// <summary>One try of one step, as it went.</summary>
public sealed record StepRecord
{
    public required string Phase { get; init; }
    public required string Step { get; init; }
    public required int Attempt { get; init; }
    public required long Epoch { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Null while it runs.</summary>
    public StepOutcome? Outcome { get; init; }
    public bool AlreadyDone { get; init; }

    /// <summary>A person let the zone go on although it did not succeed: <c>ignore</c> or <c>mark-done</c>, and who.</summary>
    public string? SettledAs { get; init; }
    public string? SettledBy { get; init; }
    public string? ExecutionId { get; init; }
    public int? ExitCode { get; init; }
    public long TranscriptOffset { get; init; }
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Backups that it found whole; none in records of before they were kept.</summary>
    public IReadOnlyList<VerifiedBackup> Backups { get; init; } = [];
}
