using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Guards;

/// <summary>A guard that is in force for long is told, and again each time it is twice as old: rescue that stays off is a danger of its own.</summary>
internal static class GuardAlarms
{
    public const string Code = "guard-alarm";

    /// <summary>How often it is to have been told by now.</summary>
    public static int Level(TimeSpan age, TimeSpan alarmAfter) => age < alarmAfter ? 0 : 1 + (int)Math.Log2(age / alarmAfter);

    public static async Task ApplyAsync(IDbContextFactory<FleetDbContext> contexts, TimeSpan alarmAfter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var guards = (await db.Guards.AsNoTracking().Where(g => !g.Released).ToListAsync(cancellationToken)).Where(g => g.Guard.Since is { } since && Level(now - since, alarmAfter) > 0).ToList();
        if (guards.Count == 0)
            return;
        var ids = guards.ConvertAll(g => (Guid?)g.ZoneUpgradeId);
        var told = await db.Audit.AsNoTracking().Where(a => a.Code == Code && ids.Contains(a.ZoneUpgradeId)).Select(a => new { a.ZoneUpgradeId, a.Args, a.At }).ToListAsync(cancellationToken);
        foreach (var guard in guards)
        {
            var since = guard.Guard.Since!.Value;
            // Set once more after a release it is another guard: what was told before then does not count.
            if (told.Count(t => t.ZoneUpgradeId == guard.ZoneUpgradeId && t.Args.GetValueOrDefault("guard") == guard.Name && t.At >= since) >= Level(now - since, alarmAfter))
                continue;
            var args = new Dictionary<string, string> { ["guard"] = guard.Name, ["nodes"] = string.Join(", ", guard.Guard.Nodes), ["since"] = $"{since:u}", ["kept"] = guard.KeptBy ?? "-" };
            AuditWriter.Add(db, [new AuditEntry { Actor = Actors.Coordinator, Code = Code, Args = args, Zone = guard.Zone, ZoneUpgradeId = guard.ZoneUpgradeId, RolloutId = guard.RolloutId }], now);
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
