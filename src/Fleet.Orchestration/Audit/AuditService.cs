using System.Runtime.CompilerServices;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Audit;

internal sealed class AuditService(IDbContextFactory<FleetDbContext> contexts, OrchestrationOptions options, TimeProvider time) : IAudit
{
    private const int MostListed = 10_000;
    private const int Page = 1000;

    public async Task<IReadOnlyList<AuditView>> ListAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = Filtered(db, filter);
        var newest = await rows.OrderByDescending(a => a.Number).Take(Math.Clamp(filter.Limit, 1, MostListed)).ToListAsync(cancellationToken);
        var plans = await PlansAsync(db, newest, cancellationToken);
        return [.. newest.AsEnumerable().Reverse().Select(r => View(r) with { Plan = r.RolloutId is { } of ? plans.GetValueOrDefault(of) : null }).Select(v => filter.Within is { } part ? Within(v, part) : v)];
    }

    private static IQueryable<AuditRow> Filtered(FleetDbContext db, AuditFilter filter)
    {
        var rows = db.Audit.AsNoTracking();
        if (filter.Since is { } since)
        {
            var utc = since.ToUniversalTime();
            rows = rows.Where(a => a.At >= utc);
        }

        if (filter.RolloutId is { } rollout)
            rows = rows.Where(a => a.RolloutId == rollout);
        if (filter.Zone is { } zone)
            rows = rows.Where(a => a.Zone == zone);
        if (filter.IncidentsOnly)
            rows = rows.Where(a => Incidents.Codes.Contains(a.Code));
        if (filter.Within is { } scope)
        {
            var (zones, rollouts) = (scope.Zones.ToList(), scope.Rollouts.ToList());
            rows = rows.Where(a => a.Zone != null ? zones.Contains(a.Zone) : a.RolloutId != null && rollouts.Contains(a.RolloutId.Value));
        }

        if (filter.After is { } after)
            rows = rows.Where(a => a.Number > after);
        return rows;
    }

    public async IAsyncEnumerable<AuditView> ExportAsync(AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = filter.After ?? 0;
        while (true)
        {
            // A context for each page: who reads slowly holds no connection meanwhile.
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var page = await AuditPages.ReadAsync(db, Filtered(db, filter with { After = after }), Page, cancellationToken);
            var plans = await PlansAsync(db, [.. page.Select(p => p.Entry)], cancellationToken);
            foreach (var (entry, link) in page)
                yield return View(entry) with { Plan = entry.RolloutId is { } of ? plans.GetValueOrDefault(of) : null, Link = link };
            if (page.Count < Page)
                yield break;
            after = page[^1].Entry.Number;
        }
    }

    public async Task<Result<AuditVerification>> VerifyAsync(string? rollout, AuditHead? expected, CancellationToken cancellationToken)
    {
        if (expected is not null && rollout is null)
            return Result.Invalid<AuditVerification>(Finding.Of("audit-head-without-chain"));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        Guid? chain = rollout is null ? null : AuditChain.Rest;
        if (rollout is not (null or "-"))
        {
            var found = await RolloutReader.MatchAsync(db, rollout, cancellationToken);
            if (!found.Ok)
                return found.As<Guid, AuditVerification>();
            chain = found.Value;
        }

        using var key = File.Exists(options.Audit.SigningKey) ? AuditKey.Read(options.Audit.SigningKey) : null;
        return Result.Ok(await new AuditVerifier(db, key).VerifyAsync(chain, expected, cancellationToken));
    }

    public async Task AddAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        AuditWriter.Add(db, [entry], time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Lists of zones are cut to those that are seen.</summary>
    private static AuditView Within(AuditView view, AuditScope scope) => view.Entry.Args.TryGetValue("zones", out var zones)
        ? view with { Entry = view.Entry with { Args = new Dictionary<string, string>(view.Entry.Args) { ["zones"] = string.Join(',', zones.Split(',').Where(scope.Zones.Contains)) } } }
        : view;

    private static async Task<Dictionary<Guid, string?>> PlansAsync(FleetDbContext db, IReadOnlyList<AuditRow> entries, CancellationToken cancellationToken)
    {
        var rollouts = entries.Select(e => e.RolloutId).OfType<Guid>().Distinct().ToList();
        return (await db.Rollouts.AsNoTracking().Where(r => rollouts.Contains(r.CorrelationId)).Select(r => r.Row).ToListAsync(cancellationToken)).ToDictionary(r => r.Id, r => r.Plan);
    }

    internal static AuditView View(AuditRow row) => new(row.Number, row.At, new AuditEntry
    {
        Actor = row.Actor,
        Code = row.Code,
        Args = row.Args,
        Zone = row.Zone,
        ZoneUpgradeId = row.ZoneUpgradeId,
        RolloutId = row.RolloutId,
        Source = row.Source,
        Outcome = row.Outcome,
    });
}
