using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Fleet.Runbooks.Loading;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Guards;

/// <summary>A dead-man's rule that has not heard of Fleet for half of its limit is told: it would act although Fleet is there.</summary>
internal static class WatchAlarms
{
    public const string Code = "watch-unrenewed";

    public static async Task ApplyAsync(IDbContextFactory<FleetDbContext> contexts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var late = (await db.Guards.AsNoTracking().Where(g => !g.Released).ToListAsync(cancellationToken)).Where(g => g.Guard.Watch is { } watch && WatchRules.IsRenewed(watch) && now - watch.RenewedAt > watch.Limit / 2).ToList();
        if (late.Count == 0)
            return;
        var ids = late.ConvertAll(g => (Guid?)g.ZoneUpgradeId);
        var told = await db.Audit.AsNoTracking().Where(a => a.Code == Code && ids.Contains(a.ZoneUpgradeId)).Select(a => new { a.ZoneUpgradeId, a.Args }).ToListAsync(cancellationToken);
        foreach (var guard in late)
        {
            var since = $"{guard.Guard.Watch!.RenewedAt:u}";
            if (told.Any(t => t.ZoneUpgradeId == guard.ZoneUpgradeId && t.Args.GetValueOrDefault("guard") == guard.Name && t.Args.GetValueOrDefault("since") == since))
                continue;
            var args = new Dictionary<string, string> { ["guard"] = guard.Name, ["since"] = since, ["limit"] = DurationText.Format(guard.Guard.Watch.Limit) };
            AuditWriter.Add(db, [new AuditEntry { Actor = Actors.Coordinator, Code = Code, Args = args, Zone = guard.Zone, ZoneUpgradeId = guard.ZoneUpgradeId, RolloutId = guard.RolloutId }], now);
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
