using Fleet.Contracts.Decisions;
using Fleet.Contracts.ZoneUpgrades;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Workers;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Transactions;

/// <summary>What a decision left behind; it counts only once the context is saved.</summary>
internal sealed record Decided<T>(Change<T> Change, Outgoing Outgoing);

/// <summary>Load, decide, write down: the one way in which a zone upgrade's row changes, from messages and from people alike. The caller saves.</summary>
internal sealed class ZoneUpgradeUnit(RunbookCatalog runbooks, Installation installation, OrchestrationOptions options, TimeProvider time)
{
    public async Task<Decided<ZoneUpgrade>> DecideAsync(
        FleetDbContext db, ZoneUpgradeSaga saga, Func<ZoneUpgrade, ZoneContext, Change<ZoneUpgrade>> decide, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var zone = await db.Zones.FindAsync([saga.Zone], cancellationToken);
        var rollout = await db.Rollouts.FindAsync([saga.RolloutId], cancellationToken) ?? throw new InvalidOperationException($"The rollout {saga.RolloutId} of the zone upgrade {saga.CorrelationId} is not in the store.");
        var context = ZoneUpgradeWork.Context(saga.Row, rollout.Row, zone?.Zone.Traits, zone?.TakenBy is not null, await runbooks.GetAsync(db, saga.Row.Runbook.Digest, cancellationToken), now, await ClosedForAsync(db, zone, rollout.Row, now, cancellationToken));
        // The inventory may have moved an idle zone to another pool.
        saga.Pool = zone?.Zone.Pool ?? saga.Pool;
        var before = saga.Row;
        var change = decide(before, context);
        var outgoing = new Outgoing();
        if (change.Refusal is not null)
            return new(change, outgoing);
        if (zone is not null && change.Row.Work == Work.Wanted)
            change = await DispatchAsync(db, zone, change, context, cancellationToken);

        // A new version of the rollout's row, with nothing else in it.
        if (ZoneUpgradeWork.SpendsBudget(before, change.Row))
            db.Entry(rollout).Property(r => r.EndedAt).IsModified = true;
        await ZoneUpgradeWriter.WriteAsync(db, saga, zone, change, now, options.Lease, cancellationToken);
        await TellAsync(db, saga, zone, before, change.Row, outgoing, cancellationToken);
        return new(change, outgoing);
    }

    private static async Task<Func<string, bool, Finding?>?> ClosedForAsync(FleetDbContext db, ZoneRow? zone, Rollout rollout, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (zone is null || await CalendarStore.ReadAsync(db, cancellationToken) is not { Digest.Length: > 0 } calendar)
            return null;
        var openings = CalendarRules.Of(calendar, zone.Zone);
        var member = rollout.Find(zone.Name);
        return (phase, begun) => CalendarRules.Closed(openings, phase, member?.Waiver is not null, now) ?? (begun ? null : CalendarRules.TooShort(openings, phase, member, now));
    }

    private async Task<Change<ZoneUpgrade>> DispatchAsync(FleetDbContext db, ZoneRow zone, Change<ZoneUpgrade> change, ZoneContext context, CancellationToken cancellationToken)
    {
        if (await db.Firstboxes.FindAsync([zone.Address], cancellationToken) is not { } firstbox)
            return change;
        var free = await FreeSlotsAsync(db, zone.Zone.Pool, change.Row.Id, context.Now - options.Lease, cancellationToken);
        (change, var epoch) = ZoneUpgradeWork.Dispatch(change, firstbox.HolderId, firstbox.Epoch, installation.FirstEpoch, () => free, context);
        if (epoch != firstbox.Epoch)
            (firstbox.Epoch, firstbox.HolderId) = (epoch, change.Row.Id);
        return change;
    }

    private static async Task<int> FreeSlotsAsync(FleetDbContext db, string pool, Guid except, DateTimeOffset heardSince, CancellationToken cancellationToken)
    {
        var workers = await db.Workers.AsNoTracking().Where(w => w.Pool == pool && w.LastSeen >= heardSince).Select(w => new PoolWorker(w.Id, w.FreeSlots, w.Draining, w.Holds)).ToListAsync(cancellationToken);
        if (workers.Count == 0)
            return 0;
        var dispatches = await db.ZoneUpgrades.AsNoTracking()
            .Where(z => z.Pool == pool && (z.Work == Work.Sent || z.Work == Work.Accepted) && z.CorrelationId != except)
            .Select(z => new PoolDispatch(z.CorrelationId, z.Epoch, z.WorkerId)).ToListAsync(cancellationToken);
        return PoolSlots.Free(workers, dispatches);
    }

    private async Task TellAsync(FleetDbContext db, ZoneUpgradeSaga saga, ZoneRow? zone, ZoneUpgrade before, ZoneUpgrade after, Outgoing outgoing, CancellationToken cancellationToken)
    {
        outgoing.Add(ZoneUpgradeWork.Tell(before, after, zone is null ? null : new OwedFrom(zone.Zone, installation.Id, options.Lease)));
        if (ZoneUpgradeWork.FreesSlot(before, after))
        {
            var next = await db.ZoneUpgrades.AsNoTracking().Where(z => z.Pool == saga.Pool && z.Work == Work.Wanted && z.CorrelationId != after.Id)
                .OrderBy(z => z.CreatedAt).Select(z => z.CorrelationId).Take(1).ToListAsync(cancellationToken);
            foreach (var id in next)
                outgoing.Publish(new ZoneUpgradeDue(id));
        }
    }
}
