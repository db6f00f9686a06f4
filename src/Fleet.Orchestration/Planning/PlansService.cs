using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Planning;

internal sealed class PlansService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, PlanReader reader, TimeProvider time) : IPlans
{
    public Task<Result<PlanView>> MakeAsync(StartRollout start, string selector, string actor, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, _) =>
        {
            var now = time.GetUtcNow();
            var inputs = await reader.ReadAsync(db, start, past: true, now, cancellationToken);
            if (!inputs.Ok)
                return inputs.As<PlanInputs, PlanView>();
            var plan = PlanMaker.Make(inputs.Value, selector, actor, now);
            if (await db.Plans.FindAsync([plan.View.Hash], cancellationToken) is { } known)
                (known.Plan, known.MadeAt) = (plan, now);
            else
                db.Plans.Add(new PlanRow { Hash = plan.View.Hash, MadeAt = now, Plan = plan });
            AuditWriter.Add(db, [new AuditEntry { Actor = actor, Code = "plan-made", Args = new Dictionary<string, string> { ["plan"] = plan.View.Hash, ["zones"] = $"{plan.View.Zones.Count}", ["package"] = plan.View.Package.FileName } }], now);
            return Result.Ok(plan.View);
        },
        cancellationToken);

    public async Task<Result<PlanView>> FindAsync(string hash, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await MatchAsync(db, hash, cancellationToken);
        return found.Ok ? Result.Ok(found.Value.Plan.View) : found.As<PlanRow, PlanView>();
    }

    public async Task<IReadOnlyList<PlanSummary>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Plans.AsNoTracking().OrderByDescending(p => p.MadeAt).Take(limit).ToListAsync(cancellationToken);
        return [.. rows.Select(r => r.Plan.View).Select(v => new PlanSummary(v.Hash, v.MadeAt, v.MadeBy, v.Package.FileName, v.Strategy, v.Zones.Count, v.Waves.Count))];
    }

    public async Task<Result<(string Selector, StartRollout Start)>> RequestAsync(string hash, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await MatchAsync(db, hash, cancellationToken);
        return found.Ok
            ? Result.Ok((found.Value.Plan.Selector, found.Value.Plan.Start with { Plan = found.Value.Hash, StartsAt = null, ExpiresAt = null }))
            : found.As<PlanRow, (string, StartRollout)>();
    }

    private static async Task<Result<PlanRow>> MatchAsync(FleetDbContext db, string hash, CancellationToken cancellationToken)
    {
        var given = hash.Trim().ToLowerInvariant();
        var rows = given.Length == 0 ? [] : await db.Plans.AsNoTracking().Where(p => p.Hash.StartsWith(given)).OrderBy(p => p.Hash).Take(2).ToListAsync(cancellationToken);
        return rows switch
        {
            [var one] => Result.Ok(one),
            [] => Result.NotFound<PlanRow>(Finding.Of("plan-not-found", ("plan", hash))),
            _ => Result.Conflict<PlanRow>(Finding.Of("plan-ambiguous", ("plan", hash))),
        };
    }
}
