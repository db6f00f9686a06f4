using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transcripts;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Reconciling;

/// <summary>Transcripts of zone upgrades that ended long ago go; records, audit and debts stay.</summary>
internal static class TranscriptRetention
{
    public static async Task ApplyAsync(IDbContextFactory<FleetDbContext> contexts, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var old = await (
            from transcript in db.Transcripts.AsNoTracking()
            join upgrade in db.ZoneUpgrades.AsNoTracking() on transcript.ZoneUpgradeId equals upgrade.CorrelationId
            where upgrade.EndedAt != null && upgrade.EndedAt < before
            select transcript.ExecutionId).ToListAsync(cancellationToken);
        foreach (var execution in old)
        {
            var hidden = SealedChunks.NameOf(execution);
            await db.Chunks.Where(c => c.ExecutionId == execution || c.ExecutionId == hidden).ExecuteDeleteAsync(cancellationToken);
            await db.Transcripts.Where(t => t.ExecutionId == execution).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
