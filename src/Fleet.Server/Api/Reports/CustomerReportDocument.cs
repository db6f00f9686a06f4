using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Server.Api.Reports;

/// <summary>
/// What the customer of one zone is told about its upgrade. It is made of what is named here and of nothing else: nothing of other zones, nobody's name, no way to a machine, no output,
/// no comment.
/// </summary>
public sealed record CustomerReportDocument
{
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>It has not ended: everything is as of <see cref="AsOf"/>.</summary>
    public required bool Running { get; init; }

    /// <summary>The zone whose times a printed report tells; the times here carry their offset.</summary>
    public required string TimeZone { get; init; }
    public required string Zone { get; init; }
    public required ZoneState State { get; init; }

    /// <summary>The versions of the package.</summary>
    public required ReportVersions Target { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public required double Seconds { get; init; }

    /// <summary>While a person's decision was waited for.</summary>
    public required double WaitingSeconds { get; init; }
    public required IReadOnlyList<Stretch> Waiting { get; init; }

    /// <summary>Without their names.</summary>
    public required IReadOnlyList<CustomerWindow> Windows { get; init; }
    public required ReportVersions? VersionsBefore { get; init; }
    public required ReportVersions? VersionsAfter { get; init; }

    /// <summary>The last look has found the package's versions there.</summary>
    public required bool AtTarget { get; init; }

    /// <summary>Items of the platform's own check before the upgrade; null: not known.</summary>
    public int? ItemsBefore { get; init; }

    /// <summary>Of these, items that were not well.</summary>
    public int? BadBefore { get; init; }

    /// <summary>Nothing is unhealthy that was fine before; null: not known.</summary>
    public bool? HealthyAfter { get; init; }
    public required IReadOnlyList<ReportZonePhase> Phases { get; init; }
    public required IReadOnlyList<CustomerDecision> Decisions { get; init; }
    public required IReadOnlyList<CustomerBackup> Backups { get; init; }
    public required IReadOnlyList<CustomerItem> OpenItems { get; init; }
}

/// <param name="Days">Like <c>sat, sun</c> or <c>2026-11-01</c>.</param>
public sealed record CustomerWindow(string TimeZone, string Days, string From, string To);

/// <param name="Kind">What it was about.</param>
/// <param name="Answer">The choice; null: none was made.</param>
/// <param name="By"><c>operator</c>, or null where nobody answered. Persons are not named.</param>
public sealed record CustomerDecision(DateTimeOffset AskedAt, DateTimeOffset? ClosedAt, string Kind, string Phase, string? Answer, string? By);

/// <param name="Path">Null: its name holds what is not told.</param>
public sealed record CustomerBackup(string Place, string? Path, BackupState State, DateTimeOffset? At);

/// <param name="Kind">What stays to be done.</param>
/// <param name="What">A node, a component or a step of the zone; null: it is in the operator's records.</param>
public sealed record CustomerItem(string Kind, string? What, DateTimeOffset Since);
