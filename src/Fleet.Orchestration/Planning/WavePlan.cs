using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Zones;

namespace Fleet.Orchestration.Planning;

/// <summary>Which zone starts in which wave, and under which limits.</summary>
internal sealed record WavePlan
{
    public required Strategy Strategy { get; init; }
    public required IReadOnlyList<RolloutWave> Waves { get; init; }

    /// <summary>In the order of their start.</summary>
    public required IReadOnlyList<(InventoryZone Zone, int Wave)> Zones { get; init; }

    public IReadOnlyList<RolloutZone> Members(Func<InventoryZone, Guid> idOf) =>
    [
        .. Zones.Select(z => Member(Strategy, z.Zone, z.Wave, idOf(z.Zone))),
    ];

    /// <summary>What a rollout with this strategy needs to know of a zone.</summary>
    public static RolloutZone Member(Strategy strategy, InventoryZone zone, int wave, Guid id) => new()
    {
        Zone = zone.Name,
        ZoneUpgradeId = id,
        Wave = wave,
        Labels = strategy.PerLabel.Keys.Where(zone.Traits.Labels.ContainsKey).ToDictionary(l => l, l => zone.Traits.Labels[l]),
        Pool = zone.Pool,
        Global = zone.Global,
    };
}
