using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.Workers;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Checks;

internal sealed class ChecksService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, LivePools pools, TimeProvider time) : IChecks
{
    public async Task<Result<CheckView>> StartAsync(StartCheckRequest start, string actor, CancellationToken cancellationToken)
    {
        var id = await transactions.RunAsync(
            async (db, outgoing) =>
            {
                var zones = await db.Zones.AsNoTracking().Where(z => start.Zones.Contains(z.Name)).Select(z => z.Zone).ToListAsync(cancellationToken);
                var package = start.PackageDigest is null ? null : (await db.Packages.FindAsync([start.PackageDigest], cancellationToken))?.Package;
                var runbook = await db.Runbooks.AsNoTracking()
                    .Where(r => start.RunbookDigest == null ? r.Name == PlanReader.BuiltInRunbook : r.Digest == start.RunbookDigest)
                    .OrderByDescending(r => r.AddedAt).Select(r => new RunbookRef(r.Name, r.Digest)).FirstOrDefaultAsync(cancellationToken);
                // The vendor's check.py keeps one result: a look beside an upgrade would write over what its verify reads.
                var busy = await (
                    from zone in db.Zones.AsNoTracking()
                    where start.Zones.Contains(zone.Name)
                    join firstbox in db.Firstboxes.AsNoTracking() on zone.Address equals firstbox.Address
                    where firstbox.HolderId != null
                    select zone.Name).ToListAsync(cancellationToken);
                List<Finding> problems =
                [
                    .. start.Zones.Except(zones.Select(z => z.Name), StringComparer.Ordinal).Select(z => Finding.Of("zone-not-found", ("zone", z))),
                    .. busy.Order(StringComparer.Ordinal).Select(z => Finding.Of("check-zone-under-way", ("zone", z))),
                    .. start.PackageDigest is { } digest && package is null ? [Finding.Of("package-not-found", ("id", digest))] : Array.Empty<Finding>(),
                    .. runbook is null ? [Finding.Of("runbook-not-found", ("id", start.RunbookDigest ?? PlanReader.BuiltInRunbook))] : Array.Empty<Finding>(),
                ];
                if (problems.Count > 0)
                    return Result.Invalid<Guid>(problems);
                var now = time.GetUtcNow();
                var checkId = Guid.CreateVersion7(now);
                var isLive = await pools.ReadAsync(db, now, cancellationToken);
                foreach (var zone in zones)
                {
                    var check = new ZoneCheck { Id = Guid.CreateVersion7(now), CheckId = checkId, Zone = zone.Name, Runbook = runbook!, Package = package, AskedBy = actor, AskedAt = now };
                    var isHeard = isLive(zone.Pool);
                    db.ZoneChecks.Add(ZoneCheckRow.For(isHeard ? check : CheckRules.NobodyThere(check, zone.Pool, now)));
                    if (isHeard)
                        outgoing.Sends.Add(ChecksOwed.Of(check, zone));
                }

                var args = new Dictionary<string, string> { ["check"] = checkId.ToString("N"), ["zones"] = string.Join(',', zones.Select(z => z.Name)) };
                AuditWriter.Add(db, [new AuditEntry { Actor = actor, Code = "check-started", Args = args }], now);
                return Result.Ok(checkId);
            },
            cancellationToken);
        return id.Ok ? await FindAsync(id.Value.ToString(), cancellationToken) : id.As<Guid, CheckView>();
    }

    public async Task<Result<CheckView>> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var matches = Guid.TryParse(id, out var whole)
            ? await db.ZoneChecks.AsNoTracking().Where(c => c.CheckId == whole).Select(c => c.CheckId).Take(1).ToListAsync(cancellationToken)
            : (await db.ZoneChecks.AsNoTracking().Select(c => c.CheckId).Distinct().ToListAsync(cancellationToken)).Where(c => id.Length > 0 && c.ToString().StartsWith(id, StringComparison.OrdinalIgnoreCase)).ToList();
        if (matches is not [var checkId])
            return Result.NotFound<CheckView>(matches.Count == 0 ? Finding.Of("check-not-found", ("check", id)) : Finding.Of("check-ambiguous", ("check", id), ("count", $"{matches.Count}")));
        var rows = await db.ZoneChecks.AsNoTracking().Where(c => c.CheckId == checkId).OrderBy(c => c.Zone).ToListAsync(cancellationToken);
        var names = rows.Select(r => r.Zone).ToList();
        var first = rows[0].Check;
        var before = await db.ZoneChecks.AsNoTracking()
            .Where(c => names.Contains(c.Zone) && c.AskedAt < first.AskedAt && c.Answered)
            .GroupBy(c => c.Zone).Select(g => g.OrderByDescending(c => c.AskedAt).First()).ToDictionaryAsync(c => c.Zone, c => c.Check, cancellationToken);
        return Result.Ok(new CheckView
        {
            Id = checkId,
            AskedAt = first.AskedAt,
            AskedBy = first.AskedBy,
            Package = first.Package,
            Runbook = first.Runbook,
            Zones = [.. rows.Select(r => View(r.Check, before.GetValueOrDefault(r.Zone)))],
        });
    }

    public async Task<IReadOnlyList<CheckSummary>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ids = await db.ZoneChecks.AsNoTracking().GroupBy(c => c.CheckId)
            .Select(g => new { Id = g.Key, AskedAt = g.Max(c => c.AskedAt), Zones = g.Count(), Asked = g.Count(c => c.EndedAt == null) })
            .OrderByDescending(g => g.AskedAt).Take(limit).ToListAsync(cancellationToken);
        var summaries = new List<CheckSummary>(ids.Count);
        foreach (var one in ids)
        {
            var check = (await db.ZoneChecks.AsNoTracking().FirstAsync(c => c.CheckId == one.Id, cancellationToken)).Check;
            summaries.Add(new CheckSummary(one.Id, check.AskedAt, check.AskedBy, check.Package?.FileName, one.Zones, one.Asked));
        }

        return summaries;
    }

    public async Task<IReadOnlyList<ZoneCheckView>> HistoryAsync(string zone, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.ZoneChecks.AsNoTracking().Where(c => c.Zone == zone).OrderByDescending(c => c.AskedAt).Take(limit + 1).ToListAsync(cancellationToken);
        return [.. rows.Take(limit).Select((r, i) => View(r.Check, rows.Skip(i + 1).FirstOrDefault(b => b.Answered)?.Check))];
    }

    internal static ZoneCheckView View(ZoneCheck check, ZoneCheck? before) => new()
    {
        Id = check.Id,
        CheckId = check.CheckId,
        Zone = check.Zone,
        State = CheckRules.StateOf(check),
        AskedAt = check.AskedAt,
        AskedBy = check.AskedBy,
        EndedAt = check.EndedAt,
        Result = check.Result,
        Unanswered = check.Unanswered,
        Changes = CheckRules.Changes(check, before),
    };
}
