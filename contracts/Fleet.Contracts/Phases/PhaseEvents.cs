using System.Text.Json.Serialization;
using Fleet.Contracts.Decisions;

namespace Fleet.Contracts.Phases;

/// <summary>
/// What every report of a worker about a phase carries. Reports of one dispatch (zone upgrade, epoch) are numbered 1, 2, 3 …; the worker sends them again, in order,
/// until <see cref="PhaseReportsRecorded"/> covers them, and the coordinator takes each once and in order. So a report can be lost, doubled and late without harm.
/// </summary>
public interface IPhaseReport
{
    Guid ZoneUpgradeId { get; }
    long Epoch { get; }
    long Sequence { get; }
    string WorkerId { get; }

    /// <summary>The worker's clock; for people. Nothing is decided by it.</summary>
    DateTimeOffset At { get; }
}

/// <summary>Coordinator → worker: reports up to and with this number are committed.</summary>
public sealed record PhaseReportsRecorded(Guid ZoneUpgradeId, long Epoch, long UpTo);

/// <summary>A worker took the phase: it holds a slot and the lease.</summary>
public sealed record PhaseAccepted : IPhaseReport
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required long Sequence { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Phase { get; init; }
}

/// <summary>A worker did not take the phase (no slot, a newer contract); the coordinator dispatches again later. Not numbered: nothing was done.</summary>
public sealed record PhaseDeclined
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required string WorkerId { get; init; }
    public required Finding Reason { get; init; }
}

/// <summary>A step is about to start. One that changes the zone starts only after this is recorded.</summary>
public sealed record StepStarting : IPhaseReport
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required long Sequence { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Phase { get; init; }
    public required string Step { get; init; }
    public required int Attempt { get; init; }
    public string? ExecutionId { get; init; }
    public string? BootId { get; init; }

    /// <summary>Nodes on which a guard may be set from here on, so that it is known even if nothing more is heard.</summary>
    public GuardState? Guard { get; init; }
}

/// <summary>How far a long step is, for people; the newest counts.</summary>
public sealed record StepProgressed : IPhaseReport
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required long Sequence { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Phase { get; init; }
    public required string Step { get; init; }

    /// <summary>What is done now, like <c>hyper/hyper</c> or <c>upload</c>; empty: as before.</summary>
    public required string What { get; init; }
    public long? Done { get; init; }
    public long? Total { get; init; }

    /// <summary>What keeps the step from going on, like a firstbox that cannot be reached; null: nothing, or nothing any more.</summary>
    public Finding? Trouble { get; init; }
}

/// <summary>A step ended, with its verdict and what was learned.</summary>
public sealed record StepFinished : IPhaseReport
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required long Sequence { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Phase { get; init; }
    public required string Step { get; init; }
    public required int Attempt { get; init; }
    public required StepOutcome Outcome { get; init; }

    /// <summary>Found done already (ledger, execution, version.json or a marker): nothing was run now.</summary>
    public bool AlreadyDone { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
    public string? ExecutionId { get; init; }
    public int? ExitCode { get; init; }
    public long TranscriptOffset { get; init; }

    /// <summary>Why it failed, or what is worth telling of a success. The first is the reason.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Facts to remember for later steps and phases.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>The guard as it stands after a step that sets or releases one.</summary>
    public GuardState? Guard { get; init; }

    /// <summary>What stays open beyond this zone upgrade: quarantined nodes, skipped components, deferred manual items.</summary>
    public IReadOnlyList<Debt> Debts { get; init; } = [];

    /// <summary>Backups that this step found whole.</summary>
    public IReadOnlyList<VerifiedBackup> Backups { get; init; } = [];
}

[JsonConverter(typeof(KebabCaseEnumConverter<StepOutcome>))]
public enum StepOutcome
{
    Succeeded,
    Failed,
    Skipped,
    Cancelled,

    /// <summary>Its limit passed; the execution still lives.</summary>
    TimedOut,
    Unknown,
}

/// <summary>Every step of the phase has its end. The last report of a dispatch.</summary>
public sealed record PhaseSucceeded : IPhaseReport
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required long Sequence { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Phase { get; init; }

    /// <summary>Preflight found the zone at the target already: nothing is left to do (Q1).</summary>
    public bool AlreadyThere { get; init; }
}

/// <summary>The phase cannot go on without a person: a failed, timed-out or unknown step, or a finding. The worker has let go. The last report of a dispatch.</summary>
public sealed record PhaseHeld : IPhaseReport
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required long Sequence { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Phase { get; init; }
    public required DecisionRequest Decision { get; init; }
}

/// <summary>The zone must not be upgraded (Installer 3.x, not private, target older): it ends failed, with nothing to choose. The last report of a dispatch.</summary>
public sealed record PhaseFailed : IPhaseReport
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required long Sequence { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Phase { get; init; }
    public required string Step { get; init; }
    public required Finding Reason { get; init; }
}

/// <summary>Stopped as asked by <see cref="StopPhase"/>. The last report of a dispatch.</summary>
public sealed record PhaseStopped : IPhaseReport
{
    public required Guid ZoneUpgradeId { get; init; }
    public required long Epoch { get; init; }
    public required long Sequence { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Phase { get; init; }

    /// <summary>The step that was cancelled; null: between steps.</summary>
    public string? Step { get; init; }

    public required StopMode Mode { get; init; }

    /// <summary>True when something may still run or was killed in mid-work: what happened on the nodes is not known.</summary>
    public bool OutcomeUnknown { get; init; }

    public IReadOnlyList<Finding> Findings { get; init; } = [];
}
