using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Audit;

/// <summary>Entries in the order of their numbers, with their links.</summary>
internal static class AuditPages
{
    public static async Task<IReadOnlyList<(AuditRow Entry, AuditLink? Link)>> ReadAsync(FleetDbContext db, IQueryable<AuditRow> rows, int most, CancellationToken cancellationToken)
    {
        var page = await (
            from entry in rows.OrderBy(a => a.Number).Take(most)
            join seal in db.AuditSeals.AsNoTracking() on entry.Number equals seal.Number into links
            from link in links.DefaultIfEmpty()
            join before in db.AuditSeals.AsNoTracking() on new { link.Chain, Position = link.Position - 1 } equals new { before.Chain, before.Position } into earlier
            from previous in earlier.DefaultIfEmpty()
            orderby entry.Number
            select new { entry, link, Before = previous == null ? null : previous.Hash }).ToListAsync(cancellationToken);
        var cut = await db.AuditCheckpoints.AsNoTracking().ToDictionaryAsync(c => (c.Chain, c.Position), c => c.Hash, cancellationToken);
        return [.. page.Select(p => (p.entry, p.link is null ? null : new AuditLink(
            p.link.Chain, p.link.Position, p.link.Format, Hex(p.Before ?? (p.link.Position == 1 ? AuditChain.Beginning : cut.GetValueOrDefault((p.link.Chain, p.link.Position - 1)))), Hex(p.link.Hash)!)))];
    }

    private static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(bytes);
}
