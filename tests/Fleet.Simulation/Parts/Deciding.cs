using Fleet.Checking;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.ZoneUpgrades;
using Fleet.Orchestration;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.Workers;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Simulation.Zones;
using LeaseRules = Fleet.Orchestration.Workers.LeaseRules;

namespace Fleet.Simulation.Parts;

/// <summary>The product's rules over simulated rows: what is read before them and written after them, as the units do it over the database.</summary>
internal sealed class Deciding(World world)
{
    public Change<ZoneUpgrade>? Zone(Tx tx, Guid id, Func<ZoneUpgrade, ZoneContext, Change<ZoneUpgrade>> decide, Outgoing outgoing)
    {
        if (tx.Zone(id) is not { } before)
            return null;
        var zone = world.Store.Zones[before.Zone];
        var context = ZoneUpgradeWork.Context(before, tx.Rollout(before.RolloutId)!, zone.Zone.Traits, zone.Taken, SimRunbook.Runbook, world.Now, (_, _) => world.ClosedNow(before.Zone));
        var change = decide(before, context);
        if (change.Refusal is not null)
            return change;
        if (change.Row.Work == Work.Wanted)
        {
            var firstbox = tx.Firstbox(Address(zone));
            (change, var epoch) = ZoneUpgradeWork.Dispatch(change, firstbox.Holder, firstbox.Epoch, 0, () => FreeSlots(zone.Zone.Pool, id), context);
            if (epoch != firstbox.Epoch)
                tx.Write(firstbox with { Epoch = epoch, Holder = id });
        }

        var audit = Audit(tx, change.Audit);
        if (ReferenceEquals(before, change.Row))
            return change;
        var after = change.Row;
        tx.Write(after);
        if (ZoneUpgradeWork.SpendsBudget(before, after))
            tx.Write(tx.Rollout(before.RolloutId)!);
        Lease(tx, before, after);
        if (after.IsEnded && !before.IsEnded)
        {
            var firstbox = tx.Firstbox(Address(zone));
            if (firstbox.Holder == id)
                tx.Write(firstbox with { Holder = null });
        }

        tx.Committed.Add(() => world.Tell(Rows.Of(after, world.Now, audit)));
        outgoing.Add(ZoneUpgradeWork.Tell(before, after, new OwedFrom(zone.Zone, "installation", World.Lease)));
        if (ZoneUpgradeWork.FreesSlot(before, after) && world.Store.ZoneUpgrades.All.FirstOrDefault(z => z.Work == Work.Wanted && z.Id != id) is { } next)
            outgoing.Publish(new ZoneUpgradeDue(next.Id));
        return change;
    }

    /// <summary>As over the database: the firstbox is taken by the same commit.</summary>
    public Change<ZoneUpgrade>? Reopen(Tx tx, Guid id, Func<ZoneUpgrade, ZoneContext, Change<ZoneUpgrade>> decide, Outgoing outgoing)
    {
        var firstbox = tx.Firstbox(Address(world.Store.Zones[tx.Zone(id)!.Zone]));
        if (ZoneUpgradeWork.IsAnothers(firstbox.Holder, id))
            return null;
        var change = Zone(tx, id, decide, outgoing);
        if (change is { Refusal: null, Row.IsEnded: false })
            tx.Write(tx.Firstbox(firstbox.Address) with { Holder = id });
        return change;
    }

    public Change<Rollout>? Rollout(Tx tx, Guid id, Func<Rollout, IReadOnlyDictionary<Guid, ZoneStanding>, DateTimeOffset, Change<Rollout>> decide, Outgoing outgoing)
    {
        if (tx.Rollout(id) is not { } before)
            return null;
        var standings = world.Store.ZoneUpgrades.All.Where(z => z.RolloutId == id).Select(z => tx.Zone(z.Id)!).ToDictionary(z => z.Id, Standing);
        var change = decide(before, standings, world.Now);
        if (change.Refusal is not null)
            return change;
        Audit(tx, change.Audit);
        if (ReferenceEquals(before, change.Row))
            return change;
        tx.Write(change.Row);
        var started = RolloutWork.Started(before, change.Row);
        foreach (var zone in started)
        {
            var firstbox = tx.Firstbox(Address(world.Store.Zones[zone.Zone]));
            tx.Write(firstbox with { Holder = zone.ZoneUpgradeId });
        }

        tx.Committed.Add(() => world.Tell(Rows.Of(change.Row, world.Now, started, standings)));
        outgoing.Add(RolloutWork.Tell(before, change.Row));
        return change;
    }

    private ZoneStanding Standing(ZoneUpgrade row)
    {
        var zone = world.Store.Zones[row.Zone];
        return new ZoneStanding
        {
            State = row.State,
            StartsTaken = row.StartsTaken,
            CountsAsFailure = row.CountsAsFailure && world.Sabotage != Sabotage.BudgetIgnored,
            ReachedUntil = row.ReachedUntil,
            Blocked = world.Sabotage != Sabotage.FirstboxUnlocked && RolloutWork.IsBlocked(true, zone.Taken, world.Store.Firstboxes.Get(Address(zone)).Row?.Holder, row.Id),
            Closed = world.ClosedNow(row.Zone),
            // What a check after the wave would find is drawn once for each zone upgrade.
            Look = new ZoneLook((row.Id.ToByteArray()[0] % 8) switch { 0 => LookHealth.Worse, 1 => LookHealth.Unknown, _ => LookHealth.Well }, [Finding.Of("looked-at", ("zone", row.Zone))]),
        };
    }

    private int FreeSlots(string pool, Guid except)
    {
        var since = world.Now - World.Lease;
        var workers = world.Store.Workers.Values.Where(w => w.Pool == pool && w.LastSeen >= since).Select(w => new PoolWorker(w.Id, w.FreeSlots, w.Draining, w.Holds)).ToList();
        var dispatches = world.Store.ZoneUpgrades.All.Where(z => z.IsDispatched && z.Id != except).Select(z => new PoolDispatch(z.Id, z.Epoch, z.WorkerId)).ToList();
        return workers.Count == 0 ? 0 : PoolSlots.Free(workers, dispatches);
    }

    private void Lease(Tx tx, ZoneUpgrade before, ZoneUpgrade after)
    {
        switch (LeaseRules.After(before, after))
        {
            case LeaseChange.Give:
                tx.Write(() => world.Store.Leases[after.Id] = new Lease(after.Id, after.Epoch, after.WorkerId!, world.Now + World.Lease));
                break;
            case LeaseChange.Remove:
                tx.Write(() => world.Store.Leases.Remove(after.Id));
                break;
        }
    }

    private int Audit(Tx tx, IReadOnlyList<AuditEntry> entries)
    {
        tx.Audit.AddRange(entries);
        tx.Committed.Add(() =>
        {
            foreach (var entry in entries)
                world.Tell(new Audited(world.Now, entry.Zone ?? "", entry.ZoneUpgradeId, entry.RolloutId, entry.Actor, entry.Code, entry.Args));
        });
        return entries.Count;
    }

    private static string Address(SimZoneRow zone) => zone.Zone.Connection.Firstbox.Host;
}
