using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Metrics;

/// <summary>What a snapshot is made of.</summary>
internal sealed record FleetRead
{
    public required DateTimeOffset Now { get; init; }
    public required TimeSpan Lease { get; init; }
    public required TimeSpan GuardLimit { get; init; }

    /// <summary>Single zones are named; else only the worst of each rollout is told, without its name.</summary>
    public required bool PerZone { get; init; }

    /// <summary>Open ones.</summary>
    public required IReadOnlyList<Rollout> Rollouts { get; init; }

    /// <summary>Those of open rollouts, and those that have not ended.</summary>
    public required IReadOnlyList<FleetZone> Zones { get; init; }

    /// <summary>The rows of those that are running or held.</summary>
    public required IReadOnlyDictionary<Guid, ZoneUpgrade> AtWork { get; init; }
    public required IReadOnlyDictionary<Guid, DateTimeOffset> HinderedSince { get; init; }

    /// <summary>Questions to people.</summary>
    public required IReadOnlyList<FleetQuestion> Decisions { get; init; }

    /// <summary>In force.</summary>
    public required IReadOnlyList<GuardRow> Guards { get; init; }

    /// <summary>All that ever were.</summary>
    public required IReadOnlyList<string> GuardNames { get; init; }

    /// <summary>Heard of lately.</summary>
    public required IReadOnlyList<WorkerRow> Workers { get; init; }

    /// <summary>Of the inventory.</summary>
    public required IReadOnlyList<string> Pools { get; init; }
}

internal sealed record FleetZone(Guid Id, Guid RolloutId, string Zone, string Pool, ZoneState State, Work Work, bool CountsAsFailure);

/// <param name="Zone">Empty: it is the rollout's own.</param>
internal sealed record FleetQuestion(Guid RolloutId, string Zone, Decision Decision);
