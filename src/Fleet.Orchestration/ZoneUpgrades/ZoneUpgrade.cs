using System.Text.Json.Serialization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>One zone within one rollout: all that is true of it and all that is owed. Immutable; only <see cref="ZoneUpgradeRules"/> makes the next one.</summary>
internal sealed record ZoneUpgrade
{
    public required Guid Id { get; init; }
    public required Guid RolloutId { get; init; }
    public required string Zone { get; init; }
    public required PackageRef Package { get; init; }
    public required RunbookRef Runbook { get; init; }
    public bool Interactive { get; init; } = true;

    public ZoneState State { get; init; }

    /// <summary>How many of the rollout's starts this row has followed.</summary>
    public int StartsTaken { get; init; }

    /// <summary>What the rollout and the zone asked for when this row last looked.</summary>
    public Stance Stance { get; init; }

    /// <summary>It stands, or is about to stand, because its calendar is closed; null: it does not.</summary>
    public Finding? Closed { get; init; }

    /// <summary>Since when it stands at a safe point because it was told to; null: it is at work, or on its way to one.</summary>
    public DateTimeOffset? StandsSince { get; init; }

    /// <summary>From when its time counts: it was started, retried or resumed behind a phase; null: it never was, or before this was kept.</summary>
    public DateTimeOffset? ClockFrom { get; init; }

    /// <summary>How long it stood since then, up to when it went on last; it does not count.</summary>
    public TimeSpan Stood { get; init; }

    /// <summary>Since when it is at work for longer than its strategy allows; null: it is not.</summary>
    public DateTimeOffset? LateSince { get; init; }

    /// <summary>This zone alone is being aborted.</summary>
    public StopMode? OwnAbort { get; init; }

    /// <summary>The phase that is carried out, or that was last.</summary>
    public string? Phase { get; init; }
    public Work Work { get; init; }

    /// <summary>Of the newest dispatch.</summary>
    public long Epoch { get; init; }

    /// <summary>The highest epoch that was known to have been given for the firstbox before <see cref="Epoch"/>; null: dispatched before this was kept.</summary>
    public long? KnownFence { get; init; }

    /// <summary>The last report of <see cref="Epoch"/> that was taken.</summary>
    public long LastSequence { get; init; }
    public string? WorkerId { get; init; }
    public DateTimeOffset? DispatchedAt { get; init; }

    /// <summary>Since when its worker's lease is over and no other has taken it; null: it is held, or waits for another reason.</summary>
    public DateTimeOffset? LostAt { get; init; }

    /// <summary>The dispatch that ended last: its reports, sent again, are still acknowledged.</summary>
    public FinishedDispatch? Finished { get; init; }

    /// <summary>Older epochs whose reports have been audited as ignored, up to this one.</summary>
    public long StaleAudited { get; init; }

    /// <summary>The highest fence of the zone that a person let us go above: no dispatch has an epoch below it.</summary>
    public long AboveFence { get; init; }

    /// <summary>The next dispatch may take the zone over from another installation.</summary>
    public bool OverrideFence { get; init; }

    /// <summary>A part of this zone's past is not in this row: Fleet was restored from a backup.</summary>
    public bool RecordLost { get; init; }
    public OwedStop? Stop { get; init; }

    public string? Step { get; init; }
    public int? Attempt { get; init; }
    public DateTimeOffset? Since { get; init; }
    public StepProgress? Progress { get; init; }

    public IReadOnlyList<LedgerEntry> Ledger { get; init; } = [];
    public IReadOnlyList<string> PhasesDone { get; init; } = [];
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<GuardState> Guards { get; init; } = [];

    /// <summary>Guards that stay although the zone upgrade ends: guard → who said so.</summary>
    public IReadOnlyDictionary<string, string> KeptGuards { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<Debt> Debts { get; init; } = [];
    public IReadOnlyList<SkippedComponent> Skipped { get; init; } = [];
    public IReadOnlyList<Decision> Decisions { get; init; } = [];
    public IReadOnlyList<StepRecord> Steps { get; init; } = [];

    /// <summary>Chosen after mid-upgrade: where to go on once the phase that asked is through.</summary>
    public string? ContinueFrom { get; init; }

    /// <summary>It stands behind this phase until resumed.</summary>
    public string? ReachedUntil { get; init; }

    /// <summary>Where it is heading, while guards are looked after.</summary>
    public Ending? Ending { get; init; }

    /// <summary>What a person has asked for on this zone after its upgrade; null: nothing, or it is through.</summary>
    public Errand? Errand { get; init; }
    public bool CountsAsFailure { get; init; }
    public Finding? Error { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? TraceParent { get; init; }

    [JsonIgnore]
    public bool IsEnded => State is ZoneState.Succeeded or ZoneState.Failed or ZoneState.Skipped or ZoneState.Aborted or ZoneState.Unknown;

    /// <summary>A dispatch is out.</summary>
    [JsonIgnore]
    public bool IsDispatched => Work is Work.Sent or Work.Accepted;

    [JsonIgnore]
    public IEnumerable<GuardState> GuardsInForce => Guards.Where(g => !g.Released);

    /// <summary>Up to which report of a dispatch all are recorded.</summary>
    public long RecordedOf(long epoch) => epoch == Epoch ? LastSequence : epoch == Finished?.Epoch ? Finished.LastSequence : 0;

    public LedgerEntry? Entry(string phase, string step) => Ledger.FirstOrDefault(e => e.Phase == phase && e.Step == step);
}

/// <summary>How far the phase's command is.</summary>
[JsonConverter(typeof(Contracts.KebabCaseEnumConverter<Work>))]
internal enum Work
{
    /// <summary>Nothing is to be done now.</summary>
    None,

    /// <summary>A phase is due; it waits for a free slot.</summary>
    Wanted,

    /// <summary>ExecutePhase is owed until a worker accepts it.</summary>
    Sent,

    /// <summary>A worker holds it.</summary>
    Accepted,
}

/// <summary>Ordered: the higher one wins.</summary>
[JsonConverter(typeof(Contracts.KebabCaseEnumConverter<Stance>))]
internal enum Stance
{
    Go,
    Pause,
    Abort,
    AbortNow,
}

internal sealed record FinishedDispatch(long Epoch, string WorkerId, long LastSequence);

internal sealed record OwedStop(StopMode Mode, string Reason);

/// <param name="State">The end, once no guard is left unsettled.</param>
/// <param name="ReleasedBy">Set: guards are being released, by whom.</param>
/// <param name="ReleaseTried">A release was tried and did not settle it: the next one is a person's decision.</param>
internal sealed record Ending(ZoneState State, Finding? Error, string? ReleasedBy = null, bool ReleaseTried = false);
