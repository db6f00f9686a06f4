using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Nodes;

internal sealed class NodesService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions) : INodes
{
    public async Task<Result<Readmission>> ReadmitAsync(string zone, IReadOnlyList<string> nodes, string? comment, string actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Zones.AsNoTracking().AnyAsync(z => z.Name == zone, cancellationToken))
            return Result.NotFound<Readmission>(Finding.Of("zone-not-found", ("zone", zone)));
        var open = await db.Debts.AsNoTracking().Where(d => d.Zone == zone && d.SettledAt == null).ToListAsync(cancellationToken);
        var quarantined = open.Where(d => d.Debt.Kind == DebtKind.QuarantinedNode).Select(d => d.Debt.What).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var known = quarantined.Count == 0 ? "–" : string.Join(", ", quarantined);
        List<string> named = [.. nodes.Distinct(StringComparer.Ordinal)];
        if (named.Count == 0)
            return Result.Invalid<Readmission>(Finding.Of("readmit-no-nodes", ("zone", zone), ("known", known)));
        if (named.Except(quarantined).ToList() is { Count: > 0 } others)
            return Result.Invalid<Readmission>(Finding.Of("readmit-not-quarantined", ("zone", zone), ("nodes", string.Join(", ", others)), ("known", known)));
        // The newest: the nodes get what it gave the others.
        var newest = await (
            from upgrade in db.ZoneUpgrades.AsNoTracking()
            where upgrade.Zone == zone && upgrade.StartedAt != null
            join rollout in db.Rollouts.AsNoTracking() on upgrade.RolloutId equals rollout.CorrelationId
            orderby upgrade.CreatedAt descending
            select new { upgrade.CorrelationId, rollout.Name, rollout.EndedAt }).FirstAsync(cancellationToken);
        if (newest.EndedAt is null)
            return Result.Conflict<Readmission>(Finding.Of("readmit-rollout-at-work", ("zone", zone), ("rollout", newest.Name)));
        var change = await transactions.ReopenAsync(newest.CorrelationId, "readmit-zone-at-work", (row, context) => ZoneUpgradeRules.Readmit(row, named, comment, actor, context), cancellationToken);
        return change?.Refusal is { } refusal ? Result.Conflict<Readmission>(refusal) : Result.Ok(new Readmission(zone, newest.CorrelationId, newest.Name, named));
    }
}
