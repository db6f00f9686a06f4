using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Handovers;

internal sealed class HandoversService(
    IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, IDecisions decisions, IGuards guards, IDebts debts, OrchestrationOptions options, TimeProvider time) : IHandovers
{
    public async Task<HandoverView> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Rollouts.AsNoTracking().Where(r => r.EndedAt == null).OrderBy(r => r.StartedAt).Select(r => r.Row).ToListAsync(cancellationToken);
        var views = new List<RolloutView>(rows.Count);
        foreach (var row in rows)
            views.Add(await RolloutReader.ReadAsync(db, row.Id, zones: true, now, cancellationToken));
        var (open, inForce, owed) = (await decisions.ListAsync(null, openOnly: true, cancellationToken), await guards.ListAsync(cancellationToken), await debts.ListAsync(null, openOnly: true, cancellationToken));
        IEnumerable<Deadline> deadlines =
        [
            .. rows.SelectMany(r => Deadlines.Of(r, now)),
            .. Deadlines.Of(open, rows.ToDictionary(r => r.Id, r => r.Name)),
            .. await LatenessAsync(db, rows, cancellationToken),
            .. await WindowsAsync(db, views, now, cancellationToken),
            .. Deadlines.Of(inForce, options.Guards.AlarmAfter, now),
        ];
        return new HandoverView(now, views, open, inForce, owed, [.. deadlines.OrderBy(d => d.At)]);
    }

    public async Task<IReadOnlyList<DecisionView>> PassOnAsync(string to, string actor, CancellationToken cancellationToken)
    {
        var mine = (await decisions.ListAsync(null, openOnly: true, cancellationToken)).Where(d => d.ClaimedBy == actor).ToList();
        foreach (var decision in mine)
        {
            if (decision.ZoneUpgradeId is { } upgrade)
                await transactions.ChangeAsync(upgrade, (row, context) => ZoneUpgradeRules.PassOn(row, decision.Id, to, actor, context), cancellationToken);
            else
                await transactions.ChangeRolloutAsync(decision.RolloutId, (row, _, now) => RolloutRules.PassOn(row, decision.Id, to, actor, now), cancellationToken);
        }

        // What was answered meanwhile is nobody's any more.
        return [.. (await decisions.ListAsync(null, openOnly: true, cancellationToken)).Where(d => d.ClaimedBy == to && mine.Any(m => m.Id == d.Id))];
    }

    private static async Task<IEnumerable<Deadline>> LatenessAsync(FleetDbContext db, IReadOnlyList<Rollout> rollouts, CancellationToken cancellationToken)
    {
        var limited = rollouts.Where(r => r.Strategy.ZoneTimeLimit is not null).ToDictionary(r => r.Id);
        if (limited.Count == 0)
            return [];
        var zones = await db.ZoneUpgrades.AsNoTracking().Where(z => limited.Keys.Contains(z.RolloutId) && z.StartedAt != null && z.EndedAt == null).Select(z => z.Row).ToListAsync(cancellationToken);
        return zones.GroupBy(z => z.RolloutId).SelectMany(g => Deadlines.Of(limited[g.Key], g));
    }

    private static async Task<IEnumerable<Deadline>> WindowsAsync(FleetDbContext db, IReadOnlyList<RolloutView> rollouts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var calendar = await CalendarStore.ReadAsync(db, cancellationToken);
        if (calendar is { Windows.Count: 0, Freezes.Count: 0 })
            return [];
        var names = rollouts.SelectMany(r => r.Zones).Select(z => z.Name).Distinct().ToList();
        var zones = await db.Zones.AsNoTracking().Where(z => names.Contains(z.Name)).ToDictionaryAsync(z => z.Name, z => z.Zone, cancellationToken);
        return rollouts.SelectMany(r => Deadlines.Of(
            r.Name,
            r.Zones.Where(z => z.EndedAt is null && zones.ContainsKey(z.Name)).Select(z => (z.Name, CalendarRules.Of(calendar, zones[z.Name]), z.Phase ?? r.Phases[0], z.State is ZoneState.Running or ZoneState.Held)),
            now));
    }
}
