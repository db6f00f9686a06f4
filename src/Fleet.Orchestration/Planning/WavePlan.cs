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
        .. Zones.Select(z => new RolloutZone
        {
            Zone = z.Zone.Name,
            ZoneUpgradeId = idOf(z.Zone),
            Wave = z.Wave,
            Labels = Strategy.PerLabel.Keys.Where(z.Zone.Traits.Labels.ContainsKey).ToDictionary(l => l, l => z.Zone.Traits.Labels[l]),
            Pool = z.Zone.Pool,
            Global = z.Zone.Global,
        }),
    ];
}
