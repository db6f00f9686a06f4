using Fleet.Contracts.Decisions;
using Fleet.Contracts.Rollouts;
using Fleet.Contracts.ZoneUpgrades;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Zones;

internal sealed class ZonesService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, TimeProvider time) : IZones
{
    public async Task<IReadOnlyList<ZoneView>> ListAsync(ZoneSelector? selector, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Zones.AsNoTracking().OrderBy(z => z.Name).ToListAsync(cancellationToken);
        return await ViewsAsync(db, rows.Where(r => selector?.Matches(r.Zone) ?? true), cancellationToken);
    }

    public async Task<ZoneView?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.Zones.AsNoTracking().FirstOrDefaultAsync(z => z.Name == name, cancellationToken);
        return row is null ? null : (await ViewsAsync(db, [row], cancellationToken))[0];
    }

    public Task<Result<ImportSummary>> ImportAsync(IReadOnlyList<InventoryZone> zones, bool prune, string actor, CancellationToken cancellationToken) =>
        transactions.RunAsync(
            async (db, _) =>
            {
                var stored = await db.Zones.ToDictionaryAsync(z => z.Name, cancellationToken);
                var busy = await BusyAsync(db, cancellationToken);
                var given = zones.Select(z => stored.TryGetValue(z.Name, out var row) ? Pins.Carry(row.Zone, z) : z).ToList();
                var names = given.Select(z => z.Name).ToHashSet();
                var absent = stored.Values.Where(z => !names.Contains(z.Name)).ToList();
                var removed = prune ? absent.Where(z => !busy.Contains(z.Name)).ToList() : [];
                var problems = ImportCheck.Problems(
                    given,
                    [.. absent.Except(removed).Select(z => z.Zone)],
                    stored.Values.Where(z => busy.Contains(z.Name)).ToDictionary(z => z.Name, z => z.Zone));
                if (problems.Count > 0)
                    return Result.Invalid<ImportSummary>(problems);

                var summary = Save(db, stored, given, removed);
                AuditWriter.Add(
                    db,
                    summary.Added.Select(n => Entry(actor, "zone-added", n))
                        .Concat(summary.Changed.Select(n => Entry(actor, "zone-changed", n)))
                        .Concat(summary.Removed.Select(n => Entry(actor, "zone-removed", n))),
                    time.GetUtcNow());
                return Result.Ok(summary with
                {
                    Remarks = prune ? [.. absent.Except(removed).Select(z => Finding.Of("zone-busy-kept", ("zone", z.Name)))] : [],
                });
            },
            cancellationToken);

    public async Task<IReadOnlyList<Finding>> CheckImportAsync(IReadOnlyList<InventoryZone> zones, IReadOnlyCollection<string> named, bool prune, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var stored = await db.Zones.AsNoTracking().ToDictionaryAsync(z => z.Name, z => z.Zone, cancellationToken);
        var busy = await BusyAsync(db, cancellationToken);
        List<InventoryZone> stay = [.. stored.Values.Where(z => !named.Contains(z.Name) && (!prune || busy.Contains(z.Name)))];
        var working = stored.Where(z => busy.Contains(z.Key)).ToDictionary(z => z.Key, z => z.Value);
        // One by one: what is wrong between the file's own zones is the file's to tell.
        return [.. zones.DistinctBy(z => z.Name).SelectMany(z => ImportCheck.Problems([stored.TryGetValue(z.Name, out var now) ? Pins.Carry(now, z) : z], stay, working))];
    }

    public Task<Result<ZoneView>> RemoveAsync(string name, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            name,
            actor,
            "zone-removed",
            null,
            async (db, row, _) =>
            {
                if ((await BusyAsync(db, cancellationToken)).Contains(name))
                    return Finding.Of("zone-in-use", ("zone", name));
                db.Zones.Remove(row);
                return null;
            },
            cancellationToken);

    public Task<Result<ZoneView>> PinAsync(string name, string? hop, string fingerprint, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            name,
            actor,
            "host-key-pinned",
            new() { ["hop"] = hop ?? "firstbox", ["fingerprint"] = fingerprint },
            async (db, row, _) =>
            {
                if (!ImportCheck.IsFingerprint(fingerprint))
                    return Finding.Of("host-key-invalid", ("zone", name), ("value", fingerprint));
                if (Pins.Pin(row.Zone, hop, fingerprint) is not { } pinned)
                    return Finding.Of("zone-hop-unknown", ("zone", name), ("hop", hop!));
                var others = await db.Zones.AsNoTracking().Where(z => z.Name != name).Select(z => z.Zone).ToListAsync(cancellationToken);
                if (ImportCheck.Problems([pinned], others, new Dictionary<string, InventoryZone>()) is [var problem, ..])
                    return problem;
                row.Zone = pinned;
                return null;
            },
            cancellationToken);

    public Task<Result<ZoneView>> TakeAsync(string name, string? comment, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            name,
            actor,
            "zone-taken",
            Comment(comment),
            (db, row, outgoing) =>
            {
                if (row.TakenBy is { } other && other != actor)
                    return Task.FromResult<Finding?>(Finding.Of("zone-taken-already", ("zone", name), ("by", other)));
                row.TakenBy = actor;
                row.TakenAt ??= time.GetUtcNow();
                return WakeAsync(db, row, outgoing, cancellationToken);
            },
            cancellationToken);

    public Task KeepReadingAsync(string name, DateTimeOffset takenAt, IReadOnlyDictionary<string, string> facts, CancellationToken cancellationToken) =>
        transactions.RunAsync(
            async (db, _) =>
            {
                if (await db.Zones.FindAsync([name], cancellationToken) is { TakenFacts: null } row && row.TakenAt == takenAt)
                    row.TakenFacts = facts;
                return true;
            },
            cancellationToken);

    public Task<Result<ZoneView>> ReturnAsync(string name, string? comment, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            name,
            actor,
            "zone-returned",
            Comment(comment),
            (db, row, outgoing) =>
            {
                if (row.TakenBy is null)
                    return Task.FromResult<Finding?>(Finding.Of("zone-not-taken", ("zone", name)));
                row.TakenBy = null;
                row.TakenAt = null;
                row.TakenFacts = null;
                return WakeAsync(db, row, outgoing, cancellationToken);
            },
            cancellationToken);

    private ImportSummary Save(FleetDbContext db, Dictionary<string, ZoneRow> stored, IReadOnlyList<InventoryZone> given, IReadOnlyList<ZoneRow> removed)
    {
        List<string> added = [], changed = [], unchanged = [];
        foreach (var zone in given)
        {
            if (!stored.TryGetValue(zone.Name, out var row))
            {
                db.Zones.Add(new ZoneRow { Name = zone.Name, Address = ImportCheck.AddressOf(zone), Zone = zone, Facts = new Dictionary<string, string>(), ChangedAt = time.GetUtcNow() });
                added.Add(zone.Name);
            }
            else if (Json.Write(row.Zone) == Json.Write(zone))
            {
                unchanged.Add(zone.Name);
            }
            else
            {
                row.Zone = zone;
                row.Address = ImportCheck.AddressOf(zone);
                row.ChangedAt = time.GetUtcNow();
                changed.Add(zone.Name);
            }
        }

        db.Zones.RemoveRange(removed);
        return new ImportSummary(added, changed, [.. removed.Select(z => z.Name)], unchanged);
    }

    private Task<Result<ZoneView>> ChangeAsync(
        string name, string actor, string code, Dictionary<string, string>? args, Func<FleetDbContext, ZoneRow, Outgoing, Task<Finding?>> change, CancellationToken cancellationToken) =>
        transactions.RunAsync(
            async (db, outgoing) =>
            {
                if (await db.Zones.FindAsync([name], cancellationToken) is not { } row)
                    return Result.NotFound<ZoneView>(Finding.Of("zone-not-found", ("zone", name)));
                var view = (await ViewsAsync(db, [row], cancellationToken))[0];
                if (await change(db, row, outgoing) is { } refusal)
                    return refusal.Code.EndsWith("-invalid", StringComparison.Ordinal) ? Result.Invalid<ZoneView>(refusal) : Result.Conflict<ZoneView>(refusal);
                row.ChangedAt = time.GetUtcNow();
                AuditWriter.Add(db, [Entry(actor, code, name) with { Args = args ?? [] }], time.GetUtcNow());
                return Result.Ok(view with { Zone = row.Zone, TakenBy = row.TakenBy, TakenAt = row.TakenAt, ChangedAt = row.ChangedAt });
            },
            cancellationToken);

    /// <summary>The zone's work looks again at whether it may go on, and so do the rollouts that wait for it.</summary>
    private static async Task<Finding?> WakeAsync(FleetDbContext db, ZoneRow row, Outgoing outgoing, CancellationToken cancellationToken)
    {
        var open = await db.ZoneUpgrades.AsNoTracking().Where(z => z.Zone == row.Name && z.EndedAt == null).Select(z => new { z.CorrelationId, z.RolloutId }).ToListAsync(cancellationToken);
        foreach (var upgrade in open)
        {
            outgoing.Publish(new ZoneUpgradeDue(upgrade.CorrelationId));
            outgoing.Publish(new RolloutDue(upgrade.RolloutId));
        }

        return null;
    }

    /// <summary>Zones whose firstbox a zone upgrade holds, and those that a rollout that has not ended still waits for.</summary>
    private static async Task<HashSet<string>> BusyAsync(FleetDbContext db, CancellationToken cancellationToken)
    {
        var busy = await (
            from upgrade in db.ZoneUpgrades
            join rollout in db.Rollouts on upgrade.RolloutId equals rollout.CorrelationId
            where upgrade.EndedAt == null && (rollout.EndedAt == null || db.Firstboxes.Any(f => f.HolderId == upgrade.CorrelationId))
            select upgrade.Zone).Distinct().ToListAsync(cancellationToken);
        return [.. busy];
    }

    private static async Task<List<ZoneView>> ViewsAsync(FleetDbContext db, IEnumerable<ZoneRow> rows, CancellationToken cancellationToken)
    {
        var holders = await (
            from firstbox in db.Firstboxes.AsNoTracking()
            join upgrade in db.ZoneUpgrades.AsNoTracking() on firstbox.HolderId equals upgrade.CorrelationId
            select new { upgrade.Zone, upgrade.CorrelationId, upgrade.RolloutId }).ToListAsync(cancellationToken);
        return [.. rows.Select(r =>
        {
            var holder = holders.FirstOrDefault(h => h.Zone == r.Name);
            return new ZoneView
            {
                Zone = r.Zone,
                TakenBy = r.TakenBy,
                TakenAt = r.TakenAt,
                TakenFacts = r.TakenFacts,
                ZoneUpgradeId = holder?.CorrelationId,
                RolloutId = holder?.RolloutId,
                Facts = r.Facts,
                ChangedAt = r.ChangedAt,
            };
        })];
    }

    private static AuditEntry Entry(string actor, string code, string zone) => new() { Actor = actor, Code = code, Zone = zone };

    private static Dictionary<string, string>? Comment(string? comment) => comment is null ? null : new() { ["comment"] = comment };
}
