using Fleet.Contracts;
using Fleet.Contracts.Workers;
using Fleet.Contracts.ZoneUpgrades;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Workers;

/// <summary>Renews leases by a direct update, past the sagas: beats are many, and change nothing that is decided.</summary>
internal sealed class WorkerHeartbeatConsumer(IDbContextFactory<FleetDbContext> contexts, OrchestrationOptions options, IMessages messages, TimeProvider time) : IConsumer<WorkerHeartbeat>
{
    public async Task Consume(ConsumeContext<WorkerHeartbeat> context)
    {
        var beat = context.Message;
        var now = time.GetUtcNow();
        var outgoing = new Outgoing();
        await using (var db = await contexts.CreateDbContextAsync(context.CancellationToken))
        {
            await RememberAsync(db, beat, now, context.CancellationToken);
            var (renewed, lost) = await RenewAsync(db, beat, now, context.CancellationToken);
            if (beat.Draining)
                await LetGoAsync(db, beat, now, context.CancellationToken);
            outgoing.Send("beat", Endpoints.Worker(beat.WorkerId), new HeartbeatRecorded(beat.WorkerId, beat.Beat, renewed, lost));
            if (beat is { FreeSlots: > 0, Draining: false } && Understands(beat))
                await WakeAsync(db, beat, outgoing, context.CancellationToken);
        }

        await messages.SendAsync(outgoing, context.CancellationToken);
    }

    /// <summary>A worker of an older Fleet declines every phase: it goes on with what it holds, and gets nothing new.</summary>
    private static bool Understands(WorkerHeartbeat beat) => beat.Contract >= ContractNumber.Current;

    private static async Task RememberAsync(FleetDbContext db, WorkerHeartbeat beat, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await db.Workers.FindAsync([beat.WorkerId], cancellationToken);
        if (row is not null && row.Beat >= beat.Beat)
            return;
        if (row is null)
        {
            row = new WorkerRow { Id = beat.WorkerId, Pool = beat.Pool, Host = beat.Host, WorkerVersion = beat.Version, Holds = beat.Holds, FirstSeen = now };
            db.Workers.Add(row);
        }

        row.Beat = beat.Beat;
        row.Pool = beat.Pool;
        row.MaxZones = beat.MaxZones;
        row.FreeSlots = Understands(beat) ? beat.FreeSlots : 0;
        row.Draining = beat.Draining;
        row.Holds = beat.Holds;
        row.LastSeen = now;
        await db.SaveChangesAsync(cancellationToken);
    }

    private async Task<(List<LeaseRenewal> Renewed, List<LeaseRenewal> Lost)> RenewAsync(FleetDbContext db, WorkerHeartbeat beat, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (beat.Holds.Count == 0)
            return ([], []);
        var ids = beat.Holds.Select(h => h.ZoneUpgradeId).ToList();
        var rows = await db.ZoneUpgrades.AsNoTracking().Where(z => ids.Contains(z.CorrelationId))
            .Select(z => new LeaseView(z.CorrelationId, z.Epoch, z.Work, z.WorkerId)).ToDictionaryAsync(z => z.ZoneUpgradeId, cancellationToken);
        var verdicts = beat.Holds.Select(h => (Hold: new LeaseRenewal(h.ZoneUpgradeId, h.Epoch), Verdict: LeaseRules.Judge(rows.GetValueOrDefault(h.ZoneUpgradeId), h.Epoch, beat.WorkerId))).ToList();
        var renewed = verdicts.Where(v => v.Verdict == LeaseVerdict.Renewed).Select(v => v.Hold).ToList();
        if (renewed.Count > 0)
        {
            var until = now + options.Lease;
            var mine = renewed.Select(r => r.ZoneUpgradeId).ToList();
            await db.Leases.Where(l => l.WorkerId == beat.WorkerId && mine.Contains(l.ZoneUpgradeId)).ExecuteUpdateAsync(s => s.SetProperty(l => l.ExpiresAt, until), cancellationToken);
        }

        return (renewed, [.. verdicts.Where(v => v.Verdict == LeaseVerdict.Lost).Select(v => v.Hold)]);
    }

    /// <summary>A worker that hands over and no longer names a zone has let go of it: nobody waits for that lease to run out.</summary>
    private static Task LetGoAsync(FleetDbContext db, WorkerHeartbeat beat, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var held = beat.Holds.Select(h => h.ZoneUpgradeId).ToList();
        return db.Leases.Where(l => l.WorkerId == beat.WorkerId && !held.Contains(l.ZoneUpgradeId)).ExecuteUpdateAsync(s => s.SetProperty(l => l.ExpiresAt, now), cancellationToken);
    }

    /// <summary>There is room: those that wait longest look again.</summary>
    private static async Task WakeAsync(FleetDbContext db, WorkerHeartbeat beat, Outgoing outgoing, CancellationToken cancellationToken)
    {
        var waiting = await db.ZoneUpgrades.AsNoTracking().Where(z => z.Pool == beat.Pool && z.Work == Work.Wanted)
            .OrderBy(z => z.CreatedAt).Select(z => z.CorrelationId).Take(beat.FreeSlots).ToListAsync(cancellationToken);
        foreach (var id in waiting)
            outgoing.Publish(new ZoneUpgradeDue(id));
    }
}
