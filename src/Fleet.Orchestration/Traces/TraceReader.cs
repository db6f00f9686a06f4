using Fleet.Orchestration.Store;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Traces;

/// <summary>Reads what may owe spans, and the spans of one.</summary>
internal sealed class TraceReader(IDbContextFactory<FleetDbContext> contexts, SpanUrls urls)
{
    /// <param name="Seen">Another as soon as its records may say more.</param>
    public sealed record Owner(Guid Id, bool IsRollout, string Seen);

    /// <summary>Rollouts and zone upgrades of which something was written behind the mark, and zone upgrades that are at work.</summary>
    public async Task<IReadOnlyList<Owner>> OwnersAsync(long mark, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var written = db.Audit.AsNoTracking().Where(a => a.Number > mark);
        var rollouts = await written.Where(a => a.RolloutId != null).GroupBy(a => a.RolloutId!.Value).Select(g => new { g.Key, Newest = g.Max(a => a.Number) }).ToListAsync(cancellationToken);
        var zones = await written.Where(a => a.ZoneUpgradeId != null).GroupBy(a => a.ZoneUpgradeId!.Value).Select(g => new { g.Key, Newest = g.Max(a => a.Number) }).ToDictionaryAsync(g => g.Key, g => g.Newest, cancellationToken);
        var ids = zones.Keys.ToList();
        // Progress, which is told every second, is no reason to read a row again.
        var rows = await db.ZoneUpgrades.AsNoTracking().Where(z => ids.Contains(z.CorrelationId) || (z.EndedAt == null && z.StartedAt != null))
            .Select(z => new { z.CorrelationId, z.State, z.Phase, z.Step, z.Work, z.Epoch, z.EndedAt }).ToListAsync(cancellationToken);
        return
        [
            .. rows.Select(z => new Owner(z.CorrelationId, IsRollout: false, $"{zones.GetValueOrDefault(z.CorrelationId)} {z.State} {z.Phase} {z.Step} {z.Work} {z.Epoch} {z.EndedAt:O}")),
            .. rollouts.Select(r => new Owner(r.Key, IsRollout: true, $"{r.Newest}")),
        ];
    }

    public Task<IReadOnlyList<RecordedSpan>> SpansAsync(Owner owner, CancellationToken cancellationToken) =>
        owner.IsRollout ? OfRolloutAsync(owner.Id, cancellationToken) : OfZoneAsync(owner.Id, cancellationToken);

    /// <summary>The last entry that was written before a moment; null: none behind the mark was.</summary>
    public async Task<long?> WrittenBeforeAsync(long mark, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Audit.AsNoTracking().Where(a => a.Number > mark && a.At < before).MaxAsync(a => (long?)a.Number, cancellationToken);
    }

    private async Task<IReadOnlyList<RecordedSpan>> OfZoneAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.ZoneUpgrades.AsNoTracking().Where(z => z.CorrelationId == id).Select(z => z.Row).FirstOrDefaultAsync(cancellationToken) is not { } row)
            return [];
        var rollout = await db.Rollouts.AsNoTracking().Where(r => r.CorrelationId == row.RolloutId).Select(r => r.Row).SingleAsync(cancellationToken);
        var zone = await db.Zones.AsNoTracking().Where(z => z.Name == row.Zone).Select(z => z.Zone).FirstOrDefaultAsync(cancellationToken);
        var audit = await db.Audit.AsNoTracking().Where(a => a.Zone == row.Zone && a.ZoneUpgradeId == id && ZoneWalk.Codes.Contains(a.Code)).OrderBy(a => a.Number).ToListAsync(cancellationToken);
        return ZoneSpans.Of(row, rollout, zone?.Traits, audit, urls);
    }

    private async Task<IReadOnlyList<RecordedSpan>> OfRolloutAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Rollouts.AsNoTracking().Where(r => r.CorrelationId == id).Select(r => r.Row).FirstOrDefaultAsync(cancellationToken) is not { } row)
            return [];
        var audit = await db.Audit.AsNoTracking()
            .Where(a => a.RolloutId == id && RolloutWalk.Codes.Contains(a.Code) && (a.ZoneUpgradeId == null || a.Code == "zone-start-committed" || a.Code == "zone-started" || a.Code == "zone-ended"))
            .OrderBy(a => a.Number).ToListAsync(cancellationToken);
        return RolloutSpans.Of(row, audit, urls);
    }
}
