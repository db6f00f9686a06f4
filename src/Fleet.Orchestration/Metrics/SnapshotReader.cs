using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Metrics;

/// <summary>The queries of a snapshot. Whole rows are read of zones at work only.</summary>
internal static class SnapshotReader
{
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    public static async Task<IReadOnlyList<Measure>> ReadAsync(FleetDbContext db, OrchestrationOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - Remembered;
        var rollouts = await db.Rollouts.AsNoTracking().Where(r => r.EndedAt == null).Select(r => r.Row).ToListAsync(cancellationToken);
        var open = rollouts.ConvertAll(r => r.Id);
        var zones = await db.ZoneUpgrades.AsNoTracking().Where(z => z.EndedAt == null || open.Contains(z.RolloutId))
            .Select(z => new FleetZone(z.CorrelationId, z.RolloutId, z.Zone, z.Pool, Enum.Parse<ZoneState>(z.State), z.Work, z.CountsAsFailure)).ToListAsync(cancellationToken);
        var atWork = await db.ZoneUpgrades.AsNoTracking().Where(z => z.EndedAt == null && (z.State == nameof(ZoneState.Running) || z.State == nameof(ZoneState.Held))).Select(z => z.Row).ToListAsync(cancellationToken);
        var hindered = atWork.Where(z => z.Progress?.Trouble is not null).Select(z => (Guid?)z.Id).ToList();
        var told = hindered.Count == 0 ? [] : await db.Audit.AsNoTracking().Where(a => a.Code == "step-hindered" && hindered.Contains(a.ZoneUpgradeId)).Select(a => new { a.ZoneUpgradeId, a.At }).ToListAsync(cancellationToken);
        var read = new FleetRead
        {
            Now = now,
            Lease = options.Lease,
            GuardLimit = options.Guards.AlarmAfter,
            PerZone = options.Metrics.PerZone,
            Rollouts = rollouts,
            Zones = zones,
            AtWork = atWork.ToDictionary(z => z.Id),
            HinderedSince = told.GroupBy(t => t.ZoneUpgradeId!.Value).ToDictionary(t => t.Key, t => t.Max(a => a.At)),
            Decisions = [.. (await db.Decisions.AsNoTracking().Where(d => d.State == DecisionState.Open).Select(d => new { d.RolloutId, d.Zone, d.Decision }).ToListAsync(cancellationToken)).Where(d => d.Decision.AwaitsPerson).Select(d => new FleetQuestion(d.RolloutId, d.Zone, d.Decision))],
            Guards = await db.Guards.AsNoTracking().Where(g => !g.Released).ToListAsync(cancellationToken),
            GuardNames = await db.Guards.AsNoTracking().Select(g => g.Name).Distinct().ToListAsync(cancellationToken),
            Workers = await db.Workers.AsNoTracking().Where(w => w.LastSeen >= since).ToListAsync(cancellationToken),
            Pools = [.. (await db.Zones.AsNoTracking().Select(z => z.Zone).ToListAsync(cancellationToken)).Select(z => z.Pool).Distinct()],
        };
        return [.. SnapshotMeasures.Of(read)];
    }
}
