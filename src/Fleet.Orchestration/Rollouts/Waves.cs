using Fleet.Orchestration.Zones;

namespace Fleet.Orchestration.Rollouts;

/// <summary>In which order zones start: without a word of the operator one canary, then four side by side, one of a region at a time.</summary>
internal static class Waves
{
    public const int DefaultParallel = 4;

    public static Strategy StrategyFor(int? maxParallel, FailureLimit? maxFailures) => new()
    {
        MaxParallel = maxParallel ?? DefaultParallel,
        MaxPerRegion = maxParallel is null ? 1 : null,
        MaxFailures = maxFailures ?? FailureLimit.None,
    };

    public static IReadOnlyList<RolloutZone> Plan(IReadOnlyList<InventoryZone> zones, int? maxParallel, Func<InventoryZone, Guid> idOf)
    {
        var canary = maxParallel is null && zones.Count > 1 ? zones.FirstOrDefault(z => z.Traits.Labels.GetValueOrDefault("tier") == "canary") ?? zones[0] : null;
        IEnumerable<InventoryZone> order = canary is null ? zones : [canary, .. zones.Where(z => z != canary)];
        return [.. order.Select(z => new RolloutZone
        {
            Zone = z.Name,
            ZoneUpgradeId = idOf(z),
            Wave = canary is null || z == canary ? 0 : 1,
            Region = z.Traits.Labels.GetValueOrDefault("region"),
        })];
    }
}
