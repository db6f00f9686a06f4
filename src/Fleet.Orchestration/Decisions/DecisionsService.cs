using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Decisions;

internal sealed class DecisionsService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions) : IDecisions
{
    private const int MostListed = 1000;

    public async Task<IReadOnlyList<DecisionView>> ListAsync(Guid? rolloutId, bool openOnly, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = db.Decisions.AsNoTracking().Where(d => rolloutId == null || d.RolloutId == rolloutId);
        return openOnly
            ? await ViewsAsync(db, await rows.Where(d => d.State == DecisionState.Open).OrderBy(d => d.AskedAt).ToListAsync(cancellationToken), cancellationToken)
            : await ViewsAsync(db, await rows.OrderByDescending(d => d.AskedAt).Take(MostListed).ToListAsync(cancellationToken), cancellationToken);
    }

    public async Task<Result<DecisionView>> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await MatchAsync(db, id, cancellationToken);
        if (!found.Ok)
            return found.As<Guid, DecisionView>();
        return Result.Ok((await ViewsAsync(db, await db.Decisions.AsNoTracking().Where(d => d.Id == found.Value).ToListAsync(cancellationToken), cancellationToken))[0]);
    }

    public async Task<Result<AnswerSummary>> AnswerAsync(string id, AnswerDecision answer, string actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await MatchAsync(db, id, cancellationToken);
        if (!found.Ok)
            return found.As<Guid, AnswerSummary>();
        var first = await db.Decisions.AsNoTracking().SingleAsync(d => d.Id == found.Value, cancellationToken);
        if (await ApplyAsync(first, answer, actor, cancellationToken) is { } refusal)
            return ResultMapping.RefusedBy<AnswerSummary>(refusal);

        List<Guid> answered = [first.Id];
        List<Finding> refused = [];
        foreach (var alike in await AlikeAsync(db, first, answer.Scope, cancellationToken))
        {
            if (await ApplyAsync(alike, answer, actor, cancellationToken) is { } problem)
                refused.Add(Finding.Of("alike-refused", ("zone", alike.IsOfRollout ? alike.Decision.Wave ?? "" : alike.Zone), ("decision", alike.Id.ToString("N")), ("because", problem.Code)));
            else
                answered.Add(alike.Id);
        }

        var rows = await db.Decisions.AsNoTracking().Where(d => answered.Contains(d.Id)).ToListAsync(cancellationToken);
        return Result.Ok(new AnswerSummary(await ViewsAsync(db, rows, cancellationToken)) { Refused = refused });
    }

    private async Task<Finding?> ApplyAsync(DecisionRow decision, AnswerDecision answer, string actor, CancellationToken cancellationToken)
    {
        if (decision.IsOfRollout)
            return await ApplyToRolloutAsync(decision, answer, actor, cancellationToken);
        var change = await transactions.ChangeAsync(decision.ZoneUpgradeId, (row, context) => ZoneUpgradeRules.Answer(row, decision.Id, answer, actor, context), cancellationToken);
        return change is null ? Finding.Of("decision-unknown", ("decision", decision.Id.ToString("N"))) : change.Refusal;
    }

    private async Task<Finding?> ApplyToRolloutAsync(DecisionRow decision, AnswerDecision answer, string actor, CancellationToken cancellationToken)
    {
        var change = await transactions.ChangeRolloutAsync(decision.RolloutId, (row, _, now) => RolloutRules.Answer(row, decision.Id, answer, actor, now), cancellationToken);
        if (change is { Refusal: null })
            await transactions.ChangeRolloutAsync(decision.RolloutId, RolloutRules.Evaluate, cancellationToken);
        return change is null ? Finding.Of("decision-unknown", ("decision", decision.Id.ToString("N"))) : change.Refusal;
    }

    private static async Task<List<DecisionRow>> AlikeAsync(FleetDbContext db, DecisionRow first, AnswerScope scope, CancellationToken cancellationToken)
    {
        if (scope == AnswerScope.This)
            return [];
        return await db.Decisions.AsNoTracking()
            .Where(d => d.State == DecisionState.Open && d.Fingerprint == first.Fingerprint && d.Id != first.Id && (scope == AnswerScope.AllAlike || d.RolloutId == first.RolloutId))
            .OrderBy(d => d.AskedAt).ToListAsync(cancellationToken);
    }

    private static async Task<Result<Guid>> MatchAsync(FleetDbContext db, string id, CancellationToken cancellationToken)
    {
        var ids = await db.Decisions.AsNoTracking().Select(d => d.Id).ToListAsync(cancellationToken);
        return Ids.Match(Finding.Of("decision-not-found", ("id", id)), id, [.. ids.Select(i => (i, (string?)null))]);
    }

    private static async Task<IReadOnlyList<DecisionView>> ViewsAsync(FleetDbContext db, List<DecisionRow> rows, CancellationToken cancellationToken)
    {
        var rollouts = rows.Select(r => r.RolloutId).Distinct().ToList();
        var names = await db.Rollouts.AsNoTracking().Where(r => rollouts.Contains(r.CorrelationId)).ToDictionaryAsync(r => r.CorrelationId, r => r.Name, cancellationToken);
        var alike = await db.Decisions.AsNoTracking().Where(d => d.State == DecisionState.Open)
            .GroupBy(d => d.Fingerprint).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return [.. rows.Select(r => DecisionViews.Of(r, names.GetValueOrDefault(r.RolloutId) ?? string.Empty, alike.GetValueOrDefault(r.Fingerprint) - (r.State == DecisionState.Open ? 1 : 0)))];
    }
}
