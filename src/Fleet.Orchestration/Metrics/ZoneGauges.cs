using Fleet.Metrics;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Metrics;

/// <summary>What is told of single zones: of open rollouts only, so that it is bounded by the inventory, and gone when they end. Pure.</summary>
internal static class ZoneGauges
{
    public static IEnumerable<Measure> Of(FleetRead read)
    {
        var names = read.Rollouts.ToDictionary(r => r.Id, r => r.Name);
        // A zone of two open rollouts is named twice, once under each.
        var zones = read.Zones.Where(z => names.ContainsKey(z.RolloutId)).ToList();
        var told = new List<(Metric Metric, string Rollout, string Zone, double Age)>();
        foreach (var zone in zones)
        {
            if (Asked(read, zone) is { } asked)
                told.Add((OrchestrationMetrics.ZoneHeld, names[zone.RolloutId], zone.Zone, SnapshotMeasures.Age(read, asked)));
            if (read.AtWork.GetValueOrDefault(zone.Id) is not { } row)
                continue;
            if (SilentSince(row, read.HinderedSince) is { } silent)
                told.Add((OrchestrationMetrics.ZoneSilent, names[zone.RolloutId], zone.Zone, SnapshotMeasures.Age(read, silent)));
            if (row.LateSince is { } late)
                told.Add((OrchestrationMetrics.ZoneLate, names[zone.RolloutId], zone.Zone, SnapshotMeasures.Age(read, late)));
        }

        if (!read.PerZone)
            return told.GroupBy(t => (t.Metric, t.Rollout)).Select(t => new Measure(t.Key.Metric, t.Max(z => z.Age), t.Key.Rollout, null));
        return [.. zones.Select(z => new Measure(OrchestrationMetrics.ZoneState, (int)z.State, names[z.RolloutId], z.Zone)), .. told.Select(t => new Measure(t.Metric, t.Age, t.Rollout, t.Zone))];
    }

    /// <summary>Since when nobody hears of a zone that somebody should be working on: its firstbox is away, its phase was sent and not taken, or its worker is lost.</summary>
    internal static DateTimeOffset? SilentSince(ZoneUpgrade row, IReadOnlyDictionary<Guid, DateTimeOffset> hinderedSince) => row switch
    {
        { LostAt: { } lost } => lost,
        { Work: Work.Sent } => row.DispatchedAt,
        { Work: Work.Accepted, Progress.Trouble: not null } => hinderedSince.TryGetValue(row.Id, out var since) ? since : row.Since,
        _ => null,
    };

    private static DateTimeOffset? Asked(FleetRead read, FleetZone zone)
    {
        var asked = read.Decisions.Where(d => d.RolloutId == zone.RolloutId && d.Zone == zone.Zone).ToList();
        return asked.Count == 0 ? null : asked.Min(d => d.Decision.AskedAt);
    }
}
