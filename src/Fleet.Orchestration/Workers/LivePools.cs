using Fleet.Orchestration.Reconciling;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Workers;

/// <summary>Pools with a worker that is heard of. Who has not listened for a full lease does not know who is silent.</summary>
internal sealed class LivePools(BrokerWatch broker, OrchestrationOptions options)
{
    /// <summary>Answers of a pool: true: somebody is there; false: nobody is; where it is not known yet, somebody is taken to be.</summary>
    public async Task<Func<string, bool>> ReadAsync(FleetDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (broker.Since is not { } since || now - since < options.Lease)
            return _ => true;
        var heardSince = now - options.Lease;
        var pools = await db.Workers.AsNoTracking().Where(w => w.LastSeen >= heardSince && !w.Draining).Select(w => w.Pool).Distinct().ToListAsync(cancellationToken);
        return pools.Contains;
    }
}
