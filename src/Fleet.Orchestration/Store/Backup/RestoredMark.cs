using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Store.Backup;

/// <summary>What makes a copy of a store the store: nobody holds what it says is held, and no epoch that was given since is given again.</summary>
internal static class RestoredMark
{
    /// <summary>More dispatches than one firstbox gets in its life, where the clock is no help.</summary>
    private const long Gap = 1_000_000;

    public static async Task<RestoredStore> SetAsync(
        FleetDbContext db, StoreCopy copy, DateTimeOffset taken, string by, OrchestrationOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var all = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Workers.ExecuteDeleteAsync(cancellationToken);
        await db.Leases.ExecuteDeleteAsync(cancellationToken);
        await db.Leaders.ExecuteDeleteAsync(cancellationToken);
        var row = await db.Installations.FindAsync([1], cancellationToken);
        if (row is null)
            db.Installations.Add(row = new InstallationRow { Id = 1, Installation = copy.Installation, FirstEpoch = copy.FirstEpoch });
        row.FirstEpoch = FirstEpoch(await HighestAsync(db, cancellationToken), row.FirstEpoch, now);

        // The rollouts first: their zones then stand still unless something runs there.
        var rollouts = new RolloutUnit(new RunbookCatalog(), new PlanReader(new RunbookCatalog(), pools: null), time);
        foreach (var saga in await db.Rollouts.Where(r => r.EndedAt == null).ToListAsync(cancellationToken))
            await rollouts.DecideAsync(db, saga, (rollout, _, _) => RolloutRules.Restore(rollout, taken, by), cancellationToken);
        var unit = new ZoneUpgradeUnit(new RunbookCatalog(), new Installation { Id = row.Installation, FirstEpoch = row.FirstEpoch }, options, time);
        foreach (var saga in await db.ZoneUpgrades.ToListAsync(cancellationToken))
            await unit.DecideAsync(db, saga, ZoneUpgradeRules.Restore, cancellationToken);
        AuditWriter.Add(db, [new AuditEntry { Actor = by, Code = "store-restored", Args = new Dictionary<string, string> { ["taken"] = $"{taken:u}", ["first-epoch"] = $"{row.FirstEpoch}" } }], now);
        await db.SaveChangesAsync(cancellationToken);
        await all.CommitAsync(cancellationToken);
        var zones = await db.ZoneUpgrades.AsNoTracking().Where(z => z.EndedAt == null && z.StartedAt != null).Select(z => z.Zone).Distinct().ToListAsync(cancellationToken);
        var paused = await db.Rollouts.AsNoTracking().Where(r => r.State == nameof(RolloutState.Paused)).Select(r => r.Name).ToListAsync(cancellationToken);
        return new RestoredStore(row.FirstEpoch, [.. zones.Order(StringComparer.Ordinal)], [.. paused.Order(StringComparer.Ordinal)]);
    }

    /// <summary>The seconds of the day it is: of two restores from the same copy the later one begins above all that the earlier one gave, at less than a dispatch a second to one firstbox.</summary>
    internal static long FirstEpoch(long highest, long first, DateTimeOffset now) => Math.Max(Math.Max(highest, first) + Gap, now.ToUnixTimeSeconds());

    private static async Task<long> HighestAsync(FleetDbContext db, CancellationToken cancellationToken) => Math.Max(
        await db.Firstboxes.MaxAsync(f => (long?)f.Epoch, cancellationToken) ?? 0,
        await db.ZoneUpgrades.MaxAsync(z => (long?)z.Epoch, cancellationToken) ?? 0);
}
