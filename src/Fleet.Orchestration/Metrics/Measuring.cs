using System.Runtime.CompilerServices;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Fleet.Orchestration.Metrics;

/// <summary>Every save passes here, whoever makes it: what it changed is measured once it is committed, and a save that met another's is counted. Nothing is measured in a transaction that may be tried again.</summary>
internal sealed class Measuring(FleetMeter meter, Telling telling, TimeProvider time) : SaveChangesInterceptor
{
    private readonly ConditionalWeakTable<DbContext, List<Changed>> _saving = [];

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is FleetDbContext db)
            _saving.AddOrUpdate(db, Read(db, time.GetUtcNow()));
        return ValueTask.FromResult(result);
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } db && _saving.TryGetValue(db, out var changed))
        {
            _saving.Remove(db);
            foreach (var change in changed)
            {
                using var within = FleetMeter.Within(change.TraceParent);
                meter.Record(change.Measures);
                telling.Tell(change.Told);
            }
        }

        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Conflict(eventData.Context, eventData.Entries.Count > 0 ? eventData.Entries[0].Metadata.GetTableName() : null);
        return ValueTask.FromResult(result);
    }

    /// <summary>Two that add the same conflict on its key.</summary>
    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Conflict(eventData.Context, eventData.Exception is DbUpdateException { Entries: { Count: > 0 } entries } ? entries[0].Metadata.GetTableName() : null);
        return Task.CompletedTask;
    }

    /// <param name="table">Null: it failed for another reason.</param>
    private void Conflict(DbContext? db, string? table)
    {
        if (db is not null && _saving.Remove(db) && table is not null)
            meter.Record(new Measure(OrchestrationMetrics.StoreConflicts, 1, table));
    }

    private static List<Changed> Read(FleetDbContext db, DateTimeOffset now)
    {
        var changed = new List<Changed>();
        var audit = db.ChangeTracker.Entries<AuditRow>().Where(e => e.State == EntityState.Added).Select(e => e.Entity).ToList();
        foreach (var entry in db.ChangeTracker.Entries<ZoneUpgradeSaga>().Where(e => e.State == EntityState.Modified))
        {
            var (before, saga) = (entry.Property(e => e.Row).OriginalValue, entry.Entity);
            var zone = db.ChangeTracker.Entries<ZoneRow>().FirstOrDefault(z => z.Entity.Name == saga.Zone)?.Entity.Zone;
            var measures = ReferenceEquals(before, saga.Row) ? [] : ZoneMeasures.Of(before, saga.Row, zone is null ? "unknown" : ZoneLikeness.KindOf(zone.Traits), saga.Pool, saga.CreatedAt, now);
            changed.Add(new(measures, [.. audit.Where(a => a.ZoneUpgradeId == saga.CorrelationId)], saga.Row.TraceParent));
        }

        foreach (var entry in db.ChangeTracker.Entries<RolloutSaga>().Where(e => e.State is EntityState.Modified or EntityState.Added))
        {
            var (before, saga) = (entry.State == EntityState.Added ? entry.Entity.Row : entry.Property(e => e.Row).OriginalValue, entry.Entity);
            var measures = ReferenceEquals(before, saga.Row) ? [] : RolloutMeasures.Of(before, saga.Row, now);
            changed.Add(new(measures, [.. audit.Where(a => a.ZoneUpgradeId is null && a.RolloutId == saga.CorrelationId)], saga.Row.TraceParent));
        }

        changed.Add(new([.. audit.Where(a => Incidents.Codes.Contains(a.Code)).Select(a => new Measure(OrchestrationMetrics.Incidents, 1, a.Code))], [.. audit.Except(changed.SelectMany(c => c.Told))], null));
        return changed;
    }

    private sealed record Changed(IReadOnlyList<Measure> Measures, IReadOnlyList<AuditRow> Told, string? TraceParent);
}
