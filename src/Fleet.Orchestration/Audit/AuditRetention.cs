using System.Security.Cryptography;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Audit;

/// <summary>
/// Entries that are older than they must be kept go, from the beginning of a chain on; a signed checkpoint stays in their place. Entries of a rollout go only with all of it ended, and nothing open from it.
/// What goes is held against its links first: a signature over what was meddled with would hide it, and when an entry was written is only known from one that holds.
/// </summary>
internal static class AuditRetention
{
    /// <summary>Entries in one commit: others wait for so many at most.</summary>
    private const int Most = 5000;

    /// <returns>Chains that were not cut further, since they do not hold.</returns>
    public static async Task<IReadOnlyList<Guid>> ApplyAsync(IDbContextFactory<FleetDbContext> contexts, ECDsa key, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var chains = await (
            from seal in db.AuditSeals.AsNoTracking()
            join entry in db.Audit.AsNoTracking() on seal.Number equals entry.Number
            where entry.At < before
            select seal.Chain).Distinct().ToListAsync(cancellationToken);
        var broken = new List<Guid>();
        foreach (var chain in chains)
        {
            if (chain != AuditChain.Rest && await IsNeededAsync(db, chain, before, cancellationToken))
                continue;
            while (true)
            {
                var cut = await CutAsync(contexts, key, chain, before, now, cancellationToken);
                if (cut is null)
                    broken.Add(chain);
                if (cut is not Most)
                    break;
            }
        }

        return broken;
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
    /// <returns>How many entries were cut; null: none, for the chain does not hold.</returns>
    private static async Task<int?> CutAsync(IDbContextFactory<FleetDbContext> contexts, ECDsa key, Guid chain, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var all = await db.Database.BeginTransactionAsync(cancellationToken);
        var cut = await db.AuditCheckpoints.AsNoTracking().SingleOrDefaultAsync(c => c.Chain == chain, cancellationToken);
        if (cut is not null && !AuditCheckpoints.IsSigned(cut, key))
            return null;
        var (begin, hash) = cut is null ? (0L, AuditChain.Beginning) : (cut.Position, cut.Hash);
        var position = begin;
        foreach (var link in await AuditLinks.ReadAsync(db, chain, begin, Most, cancellationToken))
        {
            if (AuditLinks.Problem(chain, position, hash, link) is not null)
                return null;
            if (link.Entry!.At >= before)
                break;
            (position, hash) = (link.Seal.Position, link.Seal.Hash);
        }

        if (position == begin)
            return 0;
        var gone = db.AuditSeals.Where(s => s.Chain == chain && s.Position <= position);
        // By their numbers, not by a look at each entry there is.
        var removed = await db.Audit.Where(a => gone.Select(s => s.Number).Contains(a.Number)).ExecuteDeleteAsync(cancellationToken);
        await gone.ExecuteDeleteAsync(cancellationToken);
        await db.AuditCheckpoints.Where(c => c.Chain == chain).ExecuteDeleteAsync(cancellationToken);
        db.AuditCheckpoints.Add(AuditCheckpoints.Sign(key, chain, position, hash, now));
        AuditWriter.Add(db, [new AuditEntry
        {
            Actor = Actors.Coordinator,
            Code = "audit-cut",
            Args = new Dictionary<string, string> { ["chain"] = chain == AuditChain.Rest ? "-" : chain.ToString("N"), ["removed"] = $"{removed}", ["position"] = $"{position}", ["before"] = $"{before:u}" },
        }], now);
        await db.SaveChangesAsync(cancellationToken);
        await all.CommitAsync(cancellationToken);
        return removed;
    }
}
