using System.Security.Cryptography;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Audit;

/// <summary>Entries that are older than they must be kept go, from the beginning of a chain on; a signed checkpoint stays in their place. Entries of a rollout go only with all of it ended, and nothing open from it.</summary>
internal static class AuditRetention
{
    public static async Task ApplyAsync(IDbContextFactory<FleetDbContext> contexts, ECDsa key, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var chains = await (
            from seal in db.AuditSeals.AsNoTracking()
            join entry in db.Audit.AsNoTracking() on seal.Number equals entry.Number
            where entry.At < before
            select seal.Chain).Distinct().ToListAsync(cancellationToken);
        foreach (var chain in chains)
        {
            if (chain == AuditChain.Rest || !await IsNeededAsync(db, chain, before, cancellationToken))
                await CutAsync(contexts, key, chain, before, now, cancellationToken);
        }
    }

    private static async Task<bool> IsNeededAsync(FleetDbContext db, Guid rollout, DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (await db.Rollouts.AsNoTracking().AnyAsync(r => r.CorrelationId == rollout && (r.EndedAt == null || r.EndedAt >= before), cancellationToken))
            return true;
        var upgrades = db.ZoneUpgrades.AsNoTracking().Where(z => z.RolloutId == rollout);
        return await upgrades.AnyAsync(z => z.EndedAt == null, cancellationToken)
            || await db.Guards.AsNoTracking().AnyAsync(g => g.RolloutId == rollout && !g.Released, cancellationToken)
            || await db.Debts.AsNoTracking().AnyAsync(d => d.SettledAt == null && upgrades.Any(z => z.CorrelationId == d.ZoneUpgradeId), cancellationToken);
    }

    /// <summary>Entries, links and checkpoint change in one commit: after a crash either all of it is cut or nothing.</summary>
    private static async Task CutAsync(IDbContextFactory<FleetDbContext> contexts, ECDsa key, Guid chain, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var all = await db.Database.BeginTransactionAsync(cancellationToken);
        var seals = db.AuditSeals.Where(s => s.Chain == chain);
        // Up to the first that is kept; one whose entry is gone is a break, and stays to be seen.
        var kept = await seals.Where(s => !db.Audit.Any(a => a.Number == s.Number && a.At < before)).MinAsync(s => (long?)s.Position, cancellationToken);
        var last = await seals.Where(s => kept == null || s.Position < kept).OrderByDescending(s => s.Position).FirstOrDefaultAsync(cancellationToken);
        if (last is null)
            return;
        var cut = seals.Where(s => s.Position <= last.Position);
        var removed = await db.Audit.Where(a => cut.Any(s => s.Number == a.Number)).ExecuteDeleteAsync(cancellationToken);
        await cut.ExecuteDeleteAsync(cancellationToken);
        await db.AuditCheckpoints.Where(c => c.Chain == chain).ExecuteDeleteAsync(cancellationToken);
        db.ChangeTracker.Clear();
        db.AuditCheckpoints.Add(AuditCheckpoints.Sign(key, chain, last.Position, last.Hash, now));
        AuditWriter.Add(db, [new AuditEntry
        {
            Actor = Actors.Coordinator,
            Code = "audit-cut",
            Args = new Dictionary<string, string> { ["chain"] = chain == AuditChain.Rest ? "-" : chain.ToString("N"), ["removed"] = $"{removed}", ["position"] = $"{last.Position}", ["before"] = $"{before:u}" },
        }], now);
        await db.SaveChangesAsync(cancellationToken);
        await all.CommitAsync(cancellationToken);
    }
}
