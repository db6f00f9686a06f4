using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Audit;

/// <summary>Links committed audit entries into their chains. Whoever leads does it; two at once conflict on a link's place, and the later one looks again.</summary>
internal sealed partial class AuditSealer(IDbContextFactory<FleetDbContext> contexts, ILogger<AuditSealer> logger)
{
    private const int Batch = 500;

    /// <summary>In one pass; the next pass goes on.</summary>
    private const int MostBatches = 40;

    /// <summary>A transaction that took a number this long ago has ended: what is below such a number and not there will not come.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    /// <summary>Numbers up to this one have been seen to be sealed; a new leader begins at none.</summary>
    private long _from;

    public void Forget() => _from = 0;

    /// <returns>So many entries were sealed.</returns>
    public async Task<int> SealAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var count = 0;
        for (var batch = 0; batch < MostBatches; batch++)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var entries = await db.Audit.AsNoTracking().Where(a => a.Number > _from && !db.AuditSeals.Any(s => s.Number == a.Number)).OrderBy(a => a.Number).Take(Batch).ToListAsync(cancellationToken);
            if (entries.Count > 0 && !await SealAsync(db, entries, cancellationToken))
                return count;
            count += entries.Count;
            if (entries.Count == Batch)
                continue;
            var settled = now - Late;
            _from = await db.Audit.AsNoTracking().Where(a => a.Number > _from && a.At < settled).MaxAsync(a => (long?)a.Number, cancellationToken) ?? _from;
            break;
        }

        return count;
    }

    private async Task<bool> SealAsync(FleetDbContext db, List<AuditRow> entries, CancellationToken cancellationToken)
    {
        var heads = await HeadsAsync(db, [.. entries.Select(AuditChain.Of).Distinct()], cancellationToken);
        foreach (var entry in entries)
        {
            var chain = AuditChain.Of(entry);
            var (position, before) = heads.GetValueOrDefault(chain, (0, AuditChain.Beginning));
            var link = AuditChain.Link(before, chain, position + 1, entry);
            db.AuditSeals.Add(new AuditSealRow { Number = entry.Number, Chain = chain, Position = position + 1, Hash = link, Format = AuditChain.Format });
            heads[chain] = (position + 1, link);
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException e)
        {
            // Somebody else who leads, or led until now, has sealed some of them: it is done, or done at the next pass.
            LogConflict(entries[0].Number, e);
            return false;
        }
    }

    /// <summary>Where each chain ends now; a chain of which all was cut away ends at its checkpoint.</summary>
    internal static async Task<Dictionary<Guid, (long Position, byte[] Hash)>> HeadsAsync(FleetDbContext db, List<Guid> chains, CancellationToken cancellationToken)
    {
        var heads = (await db.AuditCheckpoints.AsNoTracking().Where(c => chains.Contains(c.Chain)).ToListAsync(cancellationToken)).ToDictionary(c => c.Chain, c => (c.Position, c.Hash));
        foreach (var chain in chains)
        {
            if (await db.AuditSeals.AsNoTracking().Where(s => s.Chain == chain).OrderByDescending(s => s.Position).FirstOrDefaultAsync(cancellationToken) is { } last)
                heads[chain] = (last.Position, last.Hash);
        }

        return heads;
    }

    [LoggerMessage(1280, LogLevel.Information, "The audit from entry {Number} on is being sealed elsewhere; it is looked at again.")]
    private partial void LogConflict(long number, Exception exception);
}
