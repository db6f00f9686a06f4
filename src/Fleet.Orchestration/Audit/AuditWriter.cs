using Fleet.Orchestration.Store;

namespace Fleet.Orchestration.Audit;

internal static class AuditWriter
{
    /// <summary>Into the context of the change, so that both are saved or neither.</summary>
    public static void Add(FleetDbContext db, IEnumerable<AuditEntry> entries, DateTimeOffset now)
    {
        foreach (var entry in entries)
        {
            db.Audit.Add(new AuditRow
            {
                At = now,
                Actor = entry.Actor,
                Code = entry.Code,
                Args = entry.Args,
                Zone = entry.Zone,
                ZoneUpgradeId = entry.ZoneUpgradeId,
                RolloutId = entry.RolloutId,
                Source = entry.Source ?? AuditOrigin.Of(entry.Actor),
                Outcome = entry.Outcome,
            });
        }
    }
}
