using Fleet.Contracts.ZoneUpgrades;
using Fleet.Orchestration.Reconciling;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Simulation.Parts;

/// <summary>The reconciler's loop over simulated rows; when something goes again and when a lease is over is the product's to say.</summary>
internal sealed class Reconciler(World world, Coordinator coordinator, Deciding deciding)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Leadership = TimeSpan.FromSeconds(15);

    private readonly Backoff _owed = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
    private readonly Backoff _wanted = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
    private DateTimeOffset? _since;
    private DateTimeOffset _rolloutsAt;

    public async Task RunAsync()
    {
        var me = $"{coordinator.Process.Name}";
        var broker = world.Now;
        while (true)
        {
            await Task.Delay(Interval, coordinator.Process.Time);
            if (world.Sabotage == Sabotage.NoReconciler)
                continue;
            if (!Hold(me))
            {
                _owed.Clear();
                _wanted.Clear();
                continue;
            }

            await ExpireAsync(broker);
            await ResendAsync();
            if (world.Now < _rolloutsAt)
                continue;
            _rolloutsAt = world.Now + TimeSpan.FromSeconds(10);
            await RolloutsAsync();
        }
    }

    private bool Hold(string me)
    {
        var leader = world.Store.Leader;
        if (leader.Holder == me && leader.ExpiresAt >= world.Now && _since is not null)
        {
            world.Store.Leader = leader with { ExpiresAt = world.Now + Leadership };
            return true;
        }

        _since = null;
        if (leader.ExpiresAt >= world.Now)
            return false;
        world.Store.Leader = new Leader(me, leader.Epoch + 1, world.Now + Leadership);
        _since = world.Now;
        _owed.Begin();
        _wanted.Begin();
        return true;
    }

    private async Task ExpireAsync(DateTimeOffset broker)
    {
        if (!LeaseExpiry.MayExpire(_since, broker, World.Lease, world.Now))
            return;
        foreach (var lease in world.Store.Leases.Values.Where(l => l.ExpiresAt < world.Now).ToList())
            await coordinator.ChangeAsync((tx, outgoing) => deciding.Zone(tx, lease.ZoneUpgradeId, (row, context) => ZoneUpgradeRules.ExpireLease(row, lease.Epoch, context), outgoing));
    }

    private async Task ResendAsync()
    {
        var owed = world.Store.ZoneUpgrades.All.Where(Owed.Anything)
            .SelectMany(z => Owed.Of(z, new OwedFrom(world.Store.Zones[z.Zone].Zone, "installation", World.Lease))).ToDictionary(o => o.Key);
        var outgoing = new Outgoing();
        foreach (var key in _owed.Due(owed.Keys, world.Now))
            outgoing.Sends.Add(owed[key]);
        foreach (var key in _wanted.Due(world.Store.ZoneUpgrades.All.Where(z => z.Work == Work.Wanted).Select(z => z.Id.ToString("N")), world.Now))
            outgoing.Publish(new ZoneUpgradeDue(Guid.ParseExact(key, "N")));
        await coordinator.SendAsync(outgoing);
    }

    private async Task RolloutsAsync()
    {
        var outgoing = new Outgoing();
        foreach (var rollout in world.Store.Rollouts.All.Where(r => r.EndedAt is null).ToList())
        {
            if (await coordinator.ChangeAsync((tx, more) => deciding.Rollout(tx, rollout.Id, RolloutRules.Evaluate, more)) is not { } change)
                continue;
            foreach (var behind in world.Store.ZoneUpgrades.All.Where(z => z.RolloutId == rollout.Id && z.EndedAt is null)
                .Where(z => new ZoneFollowing(z.Id, z.State, z.Work, z.StartsTaken, z.Stance, world.Store.Zones[z.Zone].Taken || (z.State is ZoneState.Running or ZoneState.Held && world.ClosedNow(z.Zone) is not null)).IsBehind(change.Row)))
                outgoing.Publish(new ZoneUpgradeDue(behind.Id));
        }

        await coordinator.SendAsync(outgoing);
    }
}
