using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Rollouts;

/// <summary>Rollouts out of the store, as people see them.</summary>
internal static class RolloutReader
{
    public static async Task<Result<Guid>> MatchAsync(FleetDbContext db, string id, CancellationToken cancellationToken)
    {
        var all = await db.Rollouts.AsNoTracking().OrderByDescending(r => r.StartedAt).Select(r => new { r.CorrelationId, r.Name }).ToListAsync(cancellationToken);
        return Ids.Match(Finding.Of("rollout-not-found", ("id", id)), id, [.. all.Select(r => (r.CorrelationId, (string?)r.Name))]);
    }

    public static async Task<RolloutView> ReadAsync(FleetDbContext db, Guid id, bool zones, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = (await db.Rollouts.AsNoTracking().SingleAsync(r => r.CorrelationId == id, cancellationToken)).Row;
        var standings = await RolloutUnit.StandingsAsync(db, id, row, now, cancellationToken);
        var open = await db.Decisions.AsNoTracking().CountAsync(d => d.RolloutId == id && d.State == DecisionState.Open, cancellationToken);
        return RolloutViews.Of(row, standings, zones ? await ZonesAsync(db, row, standings, history: false, cancellationToken) : [], open);
    }

    /// <summary>With every step that was tried.</summary>
    public static async Task<RolloutView> ReadWholeAsync(FleetDbContext db, Rollout row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var standings = await RolloutUnit.StandingsAsync(db, row.Id, row, now, cancellationToken);
        var open = await db.Decisions.AsNoTracking().CountAsync(d => d.RolloutId == row.Id && d.State == DecisionState.Open, cancellationToken);
        return RolloutViews.Of(row, standings, await ZonesAsync(db, row, standings, history: true, cancellationToken), open);
    }

    public static async Task<ZoneUpgradeView?> ReadZoneAsync(FleetDbContext db, Guid rolloutId, string zone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var saga = await db.ZoneUpgrades.AsNoTracking().FirstOrDefaultAsync(z => z.RolloutId == rolloutId && z.Zone == zone, cancellationToken);
        if (saga is null)
            return null;
        var rollout = (await db.Rollouts.AsNoTracking().SingleAsync(r => r.CorrelationId == rolloutId, cancellationToken)).Row;
        var taken = await db.Zones.AsNoTracking().AnyAsync(z => z.Name == zone && z.TakenBy != null, cancellationToken);
        var standings = await RolloutUnit.StandingsAsync(db, rolloutId, rollout, now, cancellationToken);
        return ZoneUpgradeViews.Of(saga.Row, rollout, taken, standings[saga.CorrelationId], await OpenDebtsAsync(db, saga.CorrelationId, cancellationToken), history: true);
    }

    /// <summary>What is still to be done on the zone because of this upgrade.</summary>
    public static async Task<IReadOnlyList<Debt>> OpenDebtsAsync(FleetDbContext db, Guid zoneUpgradeId, CancellationToken cancellationToken) =>
        await db.Debts.AsNoTracking().Where(d => d.ZoneUpgradeId == zoneUpgradeId && d.SettledAt == null).OrderBy(d => d.Since).Select(d => d.Debt).ToListAsync(cancellationToken);

    private static async Task<IReadOnlyList<ZoneUpgradeView>> ZonesAsync(
        FleetDbContext db, Rollout rollout, IReadOnlyDictionary<Guid, ZoneStanding> standings, bool history, CancellationToken cancellationToken)
    {
        var rows = await db.ZoneUpgrades.AsNoTracking().Where(z => z.RolloutId == rollout.Id).ToDictionaryAsync(z => z.CorrelationId, z => z.Row, cancellationToken);
        var names = rollout.Zones.Select(z => z.Zone).ToList();
        var taken = await db.Zones.AsNoTracking().Where(z => z.TakenBy != null && names.Contains(z.Name)).Select(z => z.Name).ToListAsync(cancellationToken);
        var debts = (await (
            from debt in db.Debts.AsNoTracking()
            where debt.SettledAt == null
            join upgrade in db.ZoneUpgrades.AsNoTracking() on debt.ZoneUpgradeId equals upgrade.CorrelationId
            where upgrade.RolloutId == rollout.Id
            orderby debt.Since
            select new { debt.ZoneUpgradeId, debt.Debt }).ToListAsync(cancellationToken)).ToLookup(d => d.ZoneUpgradeId, d => d.Debt);
        return [.. rollout.Zones.Select(z => ZoneUpgradeViews.Of(rows[z.ZoneUpgradeId], rollout, taken.Contains(z.Zone), standings[z.ZoneUpgradeId], [.. debts[z.ZoneUpgradeId]], history))];
    }
}
