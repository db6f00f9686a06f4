using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Workers;

internal sealed class WorkersService(IDbContextFactory<FleetDbContext> contexts, OrchestrationOptions options, TimeProvider time) : IWorkers
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    public async Task<IReadOnlyList<WorkerView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var since = now - Remembered;
        var rows = await db.Workers.AsNoTracking().Where(w => w.LastSeen >= since).OrderBy(w => w.Pool).ThenBy(w => w.Id).ToListAsync(cancellationToken);
        var held = rows.SelectMany(w => w.Holds).Select(h => h.ZoneUpgradeId).ToHashSet();
        var zones = await db.ZoneUpgrades.AsNoTracking().Where(z => held.Contains(z.CorrelationId)).ToDictionaryAsync(z => z.CorrelationId, z => z.Zone, cancellationToken);
        return [.. rows.Select(w => new WorkerView
        {
            Id = w.Id,
            Pool = w.Pool,
            Host = w.Host,
            Version = w.WorkerVersion,
            MaxZones = w.MaxZones,
            FreeSlots = w.FreeSlots,
            Draining = w.Draining,
            FirstSeen = w.FirstSeen,
            LastSeen = w.LastSeen,
            Alive = w.LastSeen >= now - options.Lease,
            Holds = [.. w.Holds.Select(h => new WorkerHold(zones.GetValueOrDefault(h.ZoneUpgradeId, string.Empty), h.ZoneUpgradeId, h.Phase, h.Step, h.Epoch))],
        })];
    }
}
