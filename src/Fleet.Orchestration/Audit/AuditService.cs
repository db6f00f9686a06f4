using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Audit;

internal sealed class AuditService(IDbContextFactory<FleetDbContext> contexts, OrchestrationOptions options, TimeProvider time) : IAudit
{
    private const int MostListed = 10_000;

    public async Task<IReadOnlyList<AuditView>> ListAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
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
        if (filter.After is { } after)
            rows = rows.Where(a => a.Number > after);
        var newest = await rows.OrderByDescending(a => a.Number).Take(Math.Clamp(filter.Limit, 1, MostListed)).ToListAsync(cancellationToken);
        return [.. newest.AsEnumerable().Reverse().Select(View)];
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

    internal static AuditView View(AuditRow row) => new(row.Number, row.At, new AuditEntry
    {
        Actor = row.Actor,
        Code = row.Code,
        Args = row.Args,
        Zone = row.Zone,
        ZoneUpgradeId = row.ZoneUpgradeId,
        RolloutId = row.RolloutId,
    });
}
