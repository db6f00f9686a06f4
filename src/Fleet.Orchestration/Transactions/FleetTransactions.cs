using System.Diagnostics;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Transactions;

/// <summary>Changes that come from people and from the reconciler: the same units as the sagas', each in one transaction, again from the start on a conflict.</summary>
internal sealed class FleetTransactions(IDbContextFactory<FleetDbContext> contexts, ZoneUpgradeUnit zoneUpgrades, RolloutUnit rollouts, IMessages messages)
{
    private const int Tries = 20;

    /// <summary>Each conflict is somebody else's success, so a busy row is tried again for long; what is no conflict fails sooner.</summary>
    private static readonly TimeSpan ConflictLimit = TimeSpan.FromSeconds(30);

    /// <returns>Null: there is no such zone upgrade.</returns>
    public Task<Change<ZoneUpgrade>?> ChangeAsync(Guid zoneUpgradeId, Func<ZoneUpgrade, ZoneContext, Change<ZoneUpgrade>> decide, CancellationToken cancellationToken) =>
        RunAsync(
            async (db, outgoing) =>
            {
                if (await db.ZoneUpgrades.FindAsync([zoneUpgradeId], cancellationToken) is not { } saga)
                    return null;
                var decided = await zoneUpgrades.DecideAsync(db, saga, decide, cancellationToken);
                outgoing.Add(decided.Outgoing);
                return decided.Change;
            },
            cancellationToken);

    public Task<Change<Rollout>?> ChangeRolloutAsync(
        Guid rolloutId, Func<Rollout, IReadOnlyDictionary<Guid, ZoneStanding>, DateTimeOffset, Change<Rollout>> decide, CancellationToken cancellationToken) =>
        RunAsync(
            async (db, outgoing) =>
            {
                if (await db.Rollouts.FindAsync([rolloutId], cancellationToken) is not { } saga)
                    return null;
                var decided = await rollouts.DecideAsync(db, saga, decide, cancellationToken);
                outgoing.Add(decided.Outgoing);
                return decided.Change;
            },
            cancellationToken);

    /// <summary>A rollout's row and the row of a zone that joins it in one transaction; where nothing joined there is no such row.</summary>
    public Task<Change<Rollout>?> JoinAsync(
        Guid rolloutId, Func<Rollout, IReadOnlyDictionary<Guid, ZoneStanding>, Change<Rollout>> decide, Func<Rollout, ZoneUpgradeSaga> joined, CancellationToken cancellationToken) =>
        RunAsync(
            async (db, outgoing) =>
            {
                if (await db.Rollouts.FindAsync([rolloutId], cancellationToken) is not { } saga)
                    return null;
                var before = saga.Row.Zones.Count;
                var decided = await rollouts.DecideAsync(db, saga, (row, zones, _) => decide(row, zones), cancellationToken);
                if (decided.Change.Row.Zones.Count > before)
                    db.ZoneUpgrades.Add(joined(decided.Change.Row));
                outgoing.Add(decided.Outgoing);
                return decided.Change;
            },
            cancellationToken);

    /// <summary>A zone's row and its rollout's row in one transaction; a refusal of either changes neither.</summary>
    public Task<Finding?> ChangeBothAsync(
        Guid rolloutId,
        Guid zoneUpgradeId,
        Func<ZoneUpgrade, ZoneContext, Change<ZoneUpgrade>> decideZone,
        Func<Rollout, IReadOnlyDictionary<Guid, ZoneStanding>, DateTimeOffset, Change<Rollout>> decideRollout,
        CancellationToken cancellationToken) =>
        RunAsync<Finding?>(
            async (db, outgoing) =>
            {
                var rollout = await db.Rollouts.FindAsync([rolloutId], cancellationToken) ?? throw new InvalidOperationException($"The rollout {rolloutId} is not in the store.");
                var zone = await db.ZoneUpgrades.FindAsync([zoneUpgradeId], cancellationToken) ?? throw new InvalidOperationException($"The zone upgrade {zoneUpgradeId} is not in the store.");
                var zoneDecided = await zoneUpgrades.DecideAsync(db, zone, decideZone, cancellationToken);
                if (zoneDecided.Change.Refusal is { } refused)
                    return refused;
                var rolloutDecided = await rollouts.DecideAsync(db, rollout, decideRollout, cancellationToken);
                if (rolloutDecided.Change.Refusal is { } refusedToo)
                {
                    db.ChangeTracker.Clear();
                    return refusedToo;
                }

                outgoing.Add(zoneDecided.Outgoing);
                outgoing.Add(rolloutDecided.Outgoing);
                return null;
            },
            cancellationToken);

    /// <summary>A zone upgrade that ended is at work once more: it takes its firstbox by the same commit, or is refused where another has it.</summary>
    /// <param name="atWork">The text of that refusal; it takes the zone.</param>
    /// <returns>Null: there is no such zone upgrade.</returns>
    public Task<Change<ZoneUpgrade>?> ReopenAsync(Guid zoneUpgradeId, string atWork, Func<ZoneUpgrade, ZoneContext, Change<ZoneUpgrade>> decide, CancellationToken cancellationToken) =>
        RunAsync(
            async (db, outgoing) =>
            {
                if (await db.ZoneUpgrades.FindAsync([zoneUpgradeId], cancellationToken) is not { } saga)
                    return null;
                var zone = await db.Zones.FindAsync([saga.Zone], cancellationToken);
                var firstbox = zone is null ? null : await db.Firstboxes.FindAsync([zone.Address], cancellationToken);
                if (firstbox is null || ZoneUpgradeWork.IsAnothers(firstbox.HolderId, zoneUpgradeId))
                    return Change.Refuse(saga.Row, Finding.Of(atWork, ("zone", saga.Zone)));
                var decided = await zoneUpgrades.DecideAsync(db, saga, decide, cancellationToken);
                if (!decided.Change.Row.IsEnded)
                    firstbox.HolderId = zoneUpgradeId;
                outgoing.Add(decided.Outgoing);
                return decided.Change;
            },
            cancellationToken);

    /// <summary>Anything else that must be saved in one piece. What it adds to the outgoing is sent after the commit.</summary>
    public async Task<T> RunAsync<T>(Func<FleetDbContext, Outgoing, Task<T>> work, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var outgoing = new Outgoing();
            try
            {
                var result = await work(db, outgoing);
                await db.SaveChangesAsync(cancellationToken);
                await messages.SendAsync(outgoing, cancellationToken);
                return result;
            }
            catch (DbUpdateException e) when (attempt < Tries || (e is DbUpdateConcurrencyException && Stopwatch.GetElapsedTime(began) < ConflictLimit))
            {
                // Someone else was first; what they wrote is what is decided on now.
                await Task.Delay(Random.Shared.Next(1, 5 * Math.Min(attempt, Tries)), cancellationToken);
            }
        }
    }
}
