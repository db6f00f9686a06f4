using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Guards;

internal sealed class GuardsService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, OrchestrationOptions options, TimeProvider time) : IGuards
{
    public async Task<IReadOnlyList<GuardView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await ViewsAsync(db, await db.Guards.AsNoTracking().Where(g => !g.Released).OrderBy(g => g.Zone).ToListAsync(cancellationToken), cancellationToken);
    }

    public async Task<Result<GuardView>> ReleaseAsync(string zone, string? guard, string? comment, string actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Zones.AsNoTracking().AnyAsync(z => z.Name == zone, cancellationToken))
            return Result.NotFound<GuardView>(Finding.Of("zone-not-found", ("zone", zone)));
        var rows = await db.Guards.AsNoTracking().Where(g => g.Zone == zone && !g.Released && (guard == null || g.Name == guard)).ToListAsync(cancellationToken);
        if (rows.Count == 0)
            return Result.NotFound<GuardView>(Finding.Of("guard-not-found", ("zone", zone), ("guard", guard ?? "-")));
        if (rows.Select(r => r.Name).Distinct().Count() > 1)
            return Result.Invalid<GuardView>(Finding.Of("guard-not-named", ("zone", zone), ("guards", string.Join(", ", rows.Select(r => r.Name).Distinct()))));
        // The newest upgrade's: an older one of the same name would take away what a newer one has set.
        var upgrades = rows.ConvertAll(r => r.ZoneUpgradeId);
        var newest = await db.ZoneUpgrades.AsNoTracking().Where(z => upgrades.Contains(z.CorrelationId)).OrderByDescending(z => z.CreatedAt).Select(z => z.CorrelationId).FirstAsync(cancellationToken);
        var row = rows.Single(r => r.ZoneUpgradeId == newest);
        var change = await transactions.ReopenAsync(newest, "guard-zone-at-work", (upgrade, context) => ZoneUpgradeRules.ReleaseGuard(upgrade, row.Name, comment, actor, context), cancellationToken);
        if (change?.Refusal is { } refusal)
            return Result.Conflict<GuardView>(refusal);
        await using var after = await contexts.CreateDbContextAsync(cancellationToken);
        return Result.Ok((await ViewsAsync(after, await after.Guards.AsNoTracking().Where(g => g.ZoneUpgradeId == newest && g.Name == row.Name).ToListAsync(cancellationToken), cancellationToken))[0]);
    }

    private async Task<IReadOnlyList<GuardView>> ViewsAsync(FleetDbContext db, List<GuardRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(r => r.RolloutId).Distinct().ToList();
        var names = await db.Rollouts.AsNoTracking().Where(r => ids.Contains(r.CorrelationId)).ToDictionaryAsync(r => r.CorrelationId, r => r.Name, cancellationToken);
        var upgrades = rows.ConvertAll(r => r.ZoneUpgradeId);
        var releasing = (await db.ZoneUpgrades.AsNoTracking().Where(z => upgrades.Contains(z.CorrelationId) && z.EndedAt == null).Select(z => z.Row).ToListAsync(cancellationToken))
            .Where(z => z.Ending?.ReleasedBy is not null).Select(z => z.Id).ToHashSet();
        var now = time.GetUtcNow();
        return [.. rows.Select(r => new GuardView
        {
            Name = r.Name,
            Zone = r.Zone,
            ZoneUpgradeId = r.ZoneUpgradeId,
            RolloutId = r.RolloutId,
            RolloutName = names.GetValueOrDefault(r.RolloutId) ?? string.Empty,
            ZoneState = r.ZoneState,
            Since = r.Guard.Since,
            Nodes = r.Guard.Nodes,
            HadBefore = r.Guard.HadBefore,
            KeptBy = r.KeptBy,
            Overdue = r.Guard.Since is { } since && now - since >= options.Guards.AlarmAfter,
            Watch = r.Guard.Watch,
            Releasing = releasing.Contains(r.ZoneUpgradeId),
        })];
    }
}
