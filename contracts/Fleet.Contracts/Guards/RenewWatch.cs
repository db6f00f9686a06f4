using Fleet.Contracts.Phases;

namespace Fleet.Contracts.Guards;

/// <summary>
/// Coordinator → pool: let the firstbox know that Fleet is there, for the dead-man's rule of a guard. Arms nothing and changes nothing else, so it may be lost, come twice or late:
/// a firstbox on which the rule was disarmed does nothing, one that has seen a higher epoch refuses. Sent again while the guard is in force.
/// </summary>
public sealed record RenewWatch
{
    public required int Contract { get; init; }
    public required Guid ZoneUpgradeId { get; init; }
    public required string Guard { get; init; }
    public required string WatchId { get; init; }
    public required string Zone { get; init; }
    public required string Installation { get; init; }

    /// <summary>The highest that was given for this firstbox; it raises no fence.</summary>
    public required long Epoch { get; init; }
    public required FirstboxConnection Connection { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
}

/// <summary>Worker → coordinator: what the firstbox said. May come twice, late and out of order: a renewal counts as of when it was asked for. A firstbox that was not reached, or refused, is not told of.</summary>
public sealed record WatchRenewed
{
    public required Guid ZoneUpgradeId { get; init; }
    public required string Guard { get; init; }
    public required string WatchId { get; init; }
    public required string WorkerId { get; init; }

    /// <summary>As the request had it.</summary>
    public required DateTimeOffset AskedAt { get; init; }
    public required GuardWatchState State { get; init; }

    /// <summary>Its loop was gone, and was begun again by this renewal.</summary>
    public bool Revived { get; init; }
    public GuardWatchOutcome Outcome { get; init; }
    public DateTimeOffset? OutcomeAt { get; init; }
    public string? Why { get; init; }
}
