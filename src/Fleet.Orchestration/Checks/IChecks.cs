using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Checks;

/// <summary>Looking at zones before a rollout. Every check is kept.</summary>
public interface IChecks
{
    /// <summary>Asks the workers to look; comes back at once.</summary>
    Task<Result<CheckView>> StartAsync(StartCheckRequest start, string actor, CancellationToken cancellationToken);

    /// <param name="id">The Guid or an unambiguous beginning of it.</param>
    Task<Result<CheckView>> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Newest first, at most <paramref name="limit"/>; without what was found.</summary>
    Task<IReadOnlyList<CheckSummary>> ListAsync(int limit, CancellationToken cancellationToken);

    /// <summary>A zone's checks, newest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<ZoneCheckView>> HistoryAsync(string zone, int limit, CancellationToken cancellationToken);
}

/// <param name="PackageDigest">Null: nothing is held against a package.</param>
/// <param name="RunbookDigest">Null: the newest file of the runbook <c>qingcloud-upgrade</c>.</param>
public sealed record StartCheckRequest(IReadOnlyList<string> Zones, string? PackageDigest, string? RunbookDigest);

public sealed record CheckSummary(Guid Id, DateTimeOffset AskedAt, string AskedBy, string? Package, int Zones, int Asked);

public sealed record CheckView
{
    public required Guid Id { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public required string AskedBy { get; init; }
    public PackageRef? Package { get; init; }
    public required RunbookRef Runbook { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<ZoneCheckView> Zones { get; init; }
}

public sealed record ZoneCheckView
{
    public required Guid Id { get; init; }
    public required Guid CheckId { get; init; }
    public required string Zone { get; init; }
    public required CheckState State { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public required string AskedBy { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Null while nobody has told of it.</summary>
    public ZoneChecked? Result { get; init; }
    public Finding? Unanswered { get; init; }

    /// <summary>Against the zone's check before; null: there is none with a result.</summary>
    public CheckChanges? Changes { get; init; }
}

/// <param name="New">What was not found before, each as <c>step code arguments</c>.</param>
/// <param name="Gone">What was found before and is no longer.</param>
public sealed record CheckChanges(Guid Before, DateTimeOffset BeforeAt, IReadOnlyList<string> New, IReadOnlyList<GoneFinding> Gone)
{
    public bool IsNew(string step, Finding finding) => New.Contains(CheckRules.KeyOf(step, finding), StringComparer.Ordinal);
}

public sealed record GoneFinding(string Step, Finding Finding);

[JsonConverter(typeof(KebabCaseEnumConverter<CheckState>))]
public enum CheckState
{
    /// <summary>Nobody has told of it yet.</summary>
    Asked,
    Well,

    /// <summary>A rollout would go on; somebody should know what was found.</summary>
    Remarks,

    /// <summary>A rollout would hold the zone and ask.</summary>
    Asks,

    /// <summary>A rollout would end the zone as failed.</summary>
    Stops,
    AlreadyThere,

    /// <summary>The firstbox cannot be reached or logged in to.</summary>
    Unreachable,

    /// <summary>No worker has told of it in time.</summary>
    Unanswered,
}
