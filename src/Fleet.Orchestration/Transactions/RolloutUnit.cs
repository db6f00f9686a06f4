using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Transactions;

/// <summary>The one way in which a rollout's row changes. It reads its zones' rows first; a zone starts, and its firstbox is taken, by the commit of this.</summary>
internal sealed class RolloutUnit(TimeProvider time)
{
    public async Task<Decided<Rollout>> DecideAsync(
        FleetDbContext db, RolloutSaga saga, Func<Rollout, IReadOnlyDictionary<Guid, ZoneStanding>, DateTimeOffset, Change<Rollout>> decide, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = saga.Row;
        var change = decide(before, await StandingsAsync(db, saga.CorrelationId, cancellationToken), now);
        var outgoing = new Outgoing();
        if (change.Refusal is not null)
            return new(change, outgoing);
        AuditWriter.Add(db, change.Audit, now);
        if (ReferenceEquals(before, change.Row))
            return new(change, outgoing);
        saga.Show(change.Row);
        await TakeFirstboxesAsync(db, before, change.Row, cancellationToken);
        outgoing.Add(RolloutWork.Tell(before, change.Row));
        return new(change, outgoing);
    }

    public static async Task<IReadOnlyDictionary<Guid, ZoneStanding>> StandingsAsync(FleetDbContext db, Guid rolloutId, CancellationToken cancellationToken)
    {
        var zones = await (
            from upgrade in db.ZoneUpgrades.AsNoTracking()
            where upgrade.RolloutId == rolloutId
            join zone in db.Zones.AsNoTracking() on upgrade.Zone equals zone.Name into found
            from zone in found.DefaultIfEmpty()
            join firstbox in db.Firstboxes.AsNoTracking() on zone.Address equals firstbox.Address into boxes
            from firstbox in boxes.DefaultIfEmpty()
            select new
            {
                upgrade.CorrelationId,
                upgrade.State,
                upgrade.StartsTaken,
                upgrade.CountsAsFailure,
                upgrade.ReachedUntil,
                Known = zone != null,
                Taken = zone != null && zone.TakenBy != null,
                Holder = firstbox != null ? firstbox.HolderId : null,
            }).ToListAsync(cancellationToken);
        return zones.ToDictionary(z => z.CorrelationId, z => new ZoneStanding
        {
            State = Enum.Parse<ZoneState>(z.State),
            StartsTaken = z.StartsTaken,
            CountsAsFailure = z.CountsAsFailure,
            ReachedUntil = z.ReachedUntil,
            Blocked = RolloutWork.IsBlocked(z.Known, z.Taken, z.Holder, z.CorrelationId),
        });
    }

    private static async Task TakeFirstboxesAsync(FleetDbContext db, Rollout before, Rollout after, CancellationToken cancellationToken)
    {
        foreach (var started in RolloutWork.Started(before, after))
        {
            var zone = await db.Zones.FindAsync([started.Zone], cancellationToken) ?? throw new InvalidOperationException($"The zone {started.Zone} was started although it is not in the inventory.");
            await TakeAsync(db, zone.Address, started.ZoneUpgradeId, cancellationToken);
        }
    }

    /// <summary>Two that take one firstbox at once conflict on its version, or on its key, and the later one looks again.</summary>
    private static async Task TakeAsync(FleetDbContext db, string address, Guid holder, CancellationToken cancellationToken)
    {
        var firstbox = await db.Firstboxes.FindAsync([address], cancellationToken);
        if (firstbox is null)
        {
            db.Firstboxes.Add(new FirstboxRow { Address = address, HolderId = holder });
            return;
        }

        if (firstbox.HolderId is { } other && other != holder)
            throw new DbUpdateConcurrencyException($"The firstbox {address} was taken by {other} meanwhile.");
        firstbox.HolderId = holder;
    }
}
