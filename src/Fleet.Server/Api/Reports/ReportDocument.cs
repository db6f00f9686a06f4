using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Server.Api.Packages;
using Fleet.Server.Api.Records;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Server.Api.Reports;

/// <summary>What became of a rollout: what ran, how long it took, who decided what, what stays to be done. Of one that runs still: as of now.</summary>
public sealed record ReportDocument
{
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>It has not ended: everything is as of <see cref="AsOf"/>.</summary>
    public required bool Running { get; init; }

    /// <summary>The zone whose times a printed report tells; the times here carry their offset.</summary>
    public required string TimeZone { get; init; }
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required RolloutState State { get; init; }

    /// <summary>Why it is paused, stopped or ended otherwise than well.</summary>
    public Told? Reason { get; init; }
    public required PackageDocument Package { get; init; }
    public required RunbookRef Runbook { get; init; }

    /// <summary>The strategy file's name; null: none was given.</summary>
    public string? Strategy { get; init; }

    /// <summary>The hash of the plan that it was started by; null: by none.</summary>
    public string? Plan { get; init; }
    public string? Until { get; init; }
    public required bool Interactive { get; init; }
    public required int MaxParallel { get; init; }
    public required BudgetDocument Budget { get; init; }
    public required string StartedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? TraceId { get; init; }
    public required ZoneCounts Counts { get; init; }

    /// <summary>From its start to its end, or to now.</summary>
    public required double Seconds { get; init; }

    /// <summary>Within these, while at least one of its questions waited for a person.</summary>
    public required double WaitingSeconds { get; init; }

    /// <summary>While steps were under way and no person was waited for, added up over zones.</summary>
    public required double ZoneWorkingSeconds { get; init; }

    /// <summary>While zones waited for people, added up over zones; several questions of one zone at once count once.</summary>
    public required double ZoneWaitingSeconds { get; init; }

    /// <summary>The runbook's, in order.</summary>
    public required IReadOnlyList<ReportPhase> Phases { get; init; }

    /// <summary>What its phases are compared with; null: there was nothing like it before.</summary>
    public ReportEarlier? Earlier { get; init; }
    public required IReadOnlyList<WaveDocument> Waves { get; init; }
    public required IReadOnlyList<ReportZone> Zones { get; init; }

    /// <summary>Questions about waves.</summary>
    public required IReadOnlyList<ReportedDecision> Decisions { get; init; }

    /// <summary>What people did, oldest first.</summary>
    public required IReadOnlyList<AuditDocument> Acts { get; init; }

    /// <summary>What did not go as it should and what was done about it, oldest first.</summary>
    public required IReadOnlyList<AuditDocument> Incidents { get; init; }
}

/// <summary>How long a phase worked on its zones; waiting for people is not in it.</summary>
/// <param name="Zones">So many are through with it.</param>
/// <param name="P50Seconds">Null: none is.</param>
/// <param name="EarlierP50Seconds">In the rollout that this one is compared with.</param>
public sealed record ReportPhase(string Name, string Title, int Zones, double? P50Seconds, double? P90Seconds, double? EarlierP50Seconds, double? EarlierP90Seconds);

public sealed record ReportEarlier(Guid Id, string Name, DateTimeOffset StartedAt, int Zones);
