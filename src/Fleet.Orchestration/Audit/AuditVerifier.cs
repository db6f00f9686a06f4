using System.Data;
using System.Data.Common;
using System.Security.Cryptography;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Store;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Audit;

/// <summary>Computes the chains anew, page by page, and names the first place of each that does not hold.</summary>
/// <param name="key">This server's signing key; null: it has none.</param>
internal sealed class AuditVerifier(FleetDbContext db, ECDsa? key)
{
    private const int Page = 2000;

    /// <param name="chain">Null: all of them.</param>
    /// <param name="expected">A head of that chain as it was noted once.</param>
    public async Task<AuditVerification> VerifyAsync(Guid? chain, AuditHead? expected, CancellationToken cancellationToken)
    {
        await using var snapshot = await SnapshotAsync(cancellationToken);
        var known = await db.AuditCheckpoints.AsNoTracking().Where(c => chain == null || c.Chain == chain).ToDictionaryAsync(c => c.Chain, cancellationToken);
        var chains = chain is { } one ? [one] : (await db.AuditSeals.AsNoTracking().Select(s => s.Chain).Distinct().ToListAsync(cancellationToken)).Union(known.Keys).Append(AuditChain.Rest).Distinct().Order().ToList();
        var names = await db.Rollouts.AsNoTracking().Where(r => chains.Contains(r.CorrelationId)).ToDictionaryAsync(r => r.CorrelationId, r => r.Name, cancellationToken);
        var views = new List<AuditChainView>();
        foreach (var id in chains)
            views.Add((await VerifyAsync(id, known.GetValueOrDefault(id), expected, cancellationToken)) with { RolloutName = names.GetValueOrDefault(id) });
        var unsealed = db.Audit.AsNoTracking().Where(a => !db.AuditSeals.Any(s => s.Number == a.Number) && (chain == null || (chain == AuditChain.Rest ? a.RolloutId == null : a.RolloutId == chain)));
        return new AuditVerification(views, await unsealed.LongCountAsync(cancellationToken), await unsealed.MinAsync(a => (DateTimeOffset?)a.At, cancellationToken));
    }

    /// <summary>All of it is read as of one moment: what is sealed or cut meanwhile is no break. It keeps no writer waiting.</summary>
    private async Task<DbTransaction> SnapshotAsync(CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var connection = db.Database.GetDbConnection();
        var transaction = connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: true) : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await db.Database.UseTransactionAsync(transaction, cancellationToken);
        return transaction;
    }

    private async Task<AuditChainView> VerifyAsync(Guid chain, AuditCheckpointRow? cut, AuditHead? expected, CancellationToken cancellationToken)
    {
        var (position, before) = cut is null ? (0L, AuditChain.Beginning) : (cut.Position, cut.Hash);
        var broken = cut is not null && !AuditCheckpoints.IsSigned(cut, key) ? Finding.Of("audit-checkpoint-forged", ("position", $"{cut.Position}")) : null;
        var (entries, seen) = (0L, expected is null || Is(expected, position, before));
        while (true)
        {
            var page = await AuditLinks.ReadAsync(db, chain, position, Page, cancellationToken);
            foreach (var link in page)
            {
                broken ??= AuditLinks.Problem(chain, position, before, link);
                (position, before) = (link.Seal.Position, link.Seal.Hash);
                seen |= Is(expected, position, before);
                entries++;
            }

            if (page.Count < Page)
                break;
        }

        if (!seen)
            broken ??= Finding.Of(expected!.Position <= (cut?.Position ?? 0) ? "audit-head-cut" : "audit-head-missing", ("head", $"{expected}"), ("position", $"{position}"));
        return new AuditChainView
        {
            RolloutId = chain == AuditChain.Rest ? null : chain,
            Entries = entries,
            Head = position == 0 ? null : new AuditHead(position, Convert.ToHexStringLower(before)),
            CutAt = cut is null ? null : new AuditHead(cut.Position, Convert.ToHexStringLower(cut.Hash)),
            CutOn = cut?.At,
            Broken = broken,
        };
    }

    private static bool Is(AuditHead? head, long position, byte[] hash) => head is not null && head.Position == position && Convert.ToHexStringLower(hash) == head.Hash;
}
