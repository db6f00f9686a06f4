using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Audit;

/// <summary>The links of a chain with their entries, and whether each follows from the one before it.</summary>
internal static class AuditLinks
{
    /// <param name="Entry">Null: it is gone.</param>
    public sealed record Link(AuditSealRow Seal, AuditRow? Entry);

    /// <summary>The next ones behind a position, in order.</summary>
    public static Task<List<Link>> ReadAsync(FleetDbContext db, Guid chain, long after, int most, CancellationToken cancellationToken) => (
        from seal in db.AuditSeals.AsNoTracking()
        where seal.Chain == chain && seal.Position > after
        join entry in db.Audit.AsNoTracking() on seal.Number equals entry.Number into found
        from entry in found.DefaultIfEmpty()
        orderby seal.Position
        select new Link(seal, entry)).Take(most).ToListAsync(cancellationToken);

    /// <returns>Null: the link follows from what is before it.</returns>
    public static Finding? Problem(Guid chain, long position, byte[] before, Link link)
    {
        var (seal, entry) = link;
        if (seal.Position != position + 1)
            return Finding.Of("audit-link-removed", ("position", $"{position + 1}"));
        if (entry is null)
            return Finding.Of("audit-entry-removed", ("number", $"{seal.Number}"), ("position", $"{seal.Position}"));
        return AuditChain.Of(entry) == chain && AuditChain.Link(before, chain, seal.Position, entry, seal.Format).AsSpan().SequenceEqual(seal.Hash)
            ? null
            : Finding.Of("audit-entry-changed", ("number", $"{seal.Number}"), ("position", $"{seal.Position}"), ("code", entry.Code));
    }
}
