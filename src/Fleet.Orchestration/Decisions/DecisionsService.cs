using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Texts;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Decisions;

internal sealed class DecisionsService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, RunbookCatalog runbooks) : IDecisions
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
        var row = await db.Decisions.AsNoTracking().SingleAsync(d => d.Id == found.Value, cancellationToken);
        return Result.Ok((await ViewsAsync(db, [row], cancellationToken))[0] with { Memory = await FailureMemory.ReadAsync(db, row, cancellationToken) });
    }

    public async Task<Result<AnswerSummary>> AnswerAsync(string id, AnswerDecision answer, string actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await MatchAsync(db, id, cancellationToken);
        if (!found.Ok)
            return found.As<Guid, AnswerSummary>();
        var first = await db.Decisions.AsNoTracking().SingleAsync(d => d.Id == found.Value, cancellationToken);
        if (answer.AndLater && answer.Within is { All: false } scope && !scope.HasAll(await db.ZoneUpgrades.AsNoTracking().Where(z => z.RolloutId == first.RolloutId).Select(z => z.Zone).ToListAsync(cancellationToken)))
            return Result.Invalid<AnswerSummary>(Finding.Of("answer-later-beyond-scope"));
        if (BeyondThis(first.Decision, answer) is { } wrong)
            return Result.Invalid<AnswerSummary>(wrong);
        if (await ApplyAsync(first, answer, actor, cancellationToken) is { } refusal)
            return ResultMapping.RefusedBy<AnswerSummary>(refusal);

        // Before the others are looked for: what is asked in between takes it too.
        var refused = new List<Finding>();
        if (answer.AndLater && await AnswerInAdvanceAsync(first, answer, actor, cancellationToken) is { } problem)
            refused.Add(problem);
        var others = AlikeRules.IgnoresFailures(first.Decision, answer.Choice) ? answer with { Bound = AlikeRules.BoundOf(first.Decision) } : answer;
        return await ForAllAsync(db, first, answer.Scope, answer.Within, d => ApplyAsync(d, others, actor, cancellationToken), refused, cancellationToken);
    }

    public Task<Result<AnswerSummary>> ClaimAsync(string id, AnswerScope scope, bool takeOver, string actor, ZoneScope? within, CancellationToken cancellationToken) =>
        TakeAsync(
            id,
            scope,
            within,
            decision => decision.IsOfRollout
                ? ApplyToRolloutAsync(decision, (row, _, now) => RolloutRules.Claim(row, decision.Id, takeOver, actor, now), cancellationToken)
                : ApplyToZoneAsync(decision, (row, context) => ZoneUpgradeRules.Claim(row, decision.Id, takeOver, actor, context), cancellationToken),
            cancellationToken);

    public Task<Result<AnswerSummary>> LetGoAsync(string id, AnswerScope scope, string actor, ZoneScope? within, CancellationToken cancellationToken) =>
        TakeAsync(
            id,
            scope,
            within,
            decision => decision.IsOfRollout
                ? ApplyToRolloutAsync(decision, (row, _, _) => RolloutRules.LetGo(row, decision.Id, actor), cancellationToken)
                : ApplyToZoneAsync(decision, (row, context) => ZoneUpgradeRules.LetGo(row, decision.Id, actor, context), cancellationToken),
            cancellationToken);

    public async Task<Result<PolicyView>> PolicyAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await MatchAsync(db, id, cancellationToken);
        if (!found.Ok)
            return found.As<Guid, PolicyView>();
        var row = await db.Decisions.AsNoTracking().SingleAsync(d => d.Id == found.Value, cancellationToken);
        var used = (await db.Rollouts.AsNoTracking().SingleAsync(r => r.CorrelationId == row.RolloutId, cancellationToken)).Row.Runbook;
        var runbook = await runbooks.GetAsync(db, used.Digest, cancellationToken);
        if (PolicyDrafts.Problem(row.Decision, runbook) is { } problem)
            return Result.Conflict<PolicyView>(problem);
        var builtIn = await db.Runbooks.AsNoTracking().AnyAsync(r => r.Digest == used.Digest && r.BuiltIn, cancellationToken);
        return Result.Ok(new PolicyView(row.Id, used, PolicyDrafts.Fragment(row.Decision, runbook), builtIn ? PolicyDrafts.File(row.Decision, runbook) : null));
    }

    /// <summary>What may not be said of more than one question at once; found before anything is changed.</summary>
    private static Finding? BeyondThis(Decision first, AnswerDecision answer)
    {
        if (answer.AndLater && answer.Scope == AnswerScope.This)
            return Finding.Of("answer-later-without-scope");
        if (answer.AndLater && !AlikeRules.ChoicesInAdvance(first).Contains(answer.Choice ?? ""))
            return Finding.Of("answer-not-in-advance", ("choice", answer.Choice ?? answer.Text ?? ""), ("allowed", AlikeRules.ChoicesInAdvance(first) is { Count: > 0 } allowed ? string.Join(", ", allowed) : "-"));
        return answer.Scope != AnswerScope.This && AlikeRules.IsAnsweredSingly(first, answer.Choice) ? Finding.Of("answer-only-singly", ("component", first.Prompt?.Component ?? "?")) : null;
    }

    private async Task<Finding?> AnswerInAdvanceAsync(DecisionRow first, AnswerDecision answer, string actor, CancellationToken cancellationToken)
    {
        var change = await transactions.ChangeRolloutAsync(
            first.RolloutId, (row, _, now) => RolloutRules.AnswerInAdvance(row, new AdvanceAnswer(first.Fingerprint, first.Decision.Kind, answer.Choice!, answer.Comment, actor, now, first.Id)), cancellationToken);
        return change?.Refusal;
    }

    private async Task<Result<AnswerSummary>> TakeAsync(string id, AnswerScope scope, ZoneScope? within, Func<DecisionRow, Task<Finding?>> take, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await MatchAsync(db, id, cancellationToken);
        if (!found.Ok)
            return found.As<Guid, AnswerSummary>();
        var first = await db.Decisions.AsNoTracking().SingleAsync(d => d.Id == found.Value, cancellationToken);
        return await take(first) is { } refusal ? ResultMapping.RefusedBy<AnswerSummary>(refusal) : await ForAllAsync(db, first, scope, within, take, [], cancellationToken);
    }

    /// <summary>The first has taken it; now those alike.</summary>
    private static async Task<Result<AnswerSummary>> ForAllAsync(FleetDbContext db, DecisionRow first, AnswerScope scope, ZoneScope? within, Func<DecisionRow, Task<Finding?>> apply, List<Finding> refused, CancellationToken cancellationToken)
    {
        List<Guid> done = [first.Id];
        foreach (var alike in await AlikeAsync(db, first, scope, cancellationToken))
        {
            // What is another's is neither answered nor told of.
            if (within is { All: false } && (alike.IsOfRollout || !within.Has(alike.Zone)))
                continue;
            if (await apply(alike) is { } problem)
                refused.Add(Finding.Of("alike-refused", ("zone", alike.IsOfRollout ? alike.Decision.Wave ?? "" : alike.Zone), ("decision", alike.Id.ToString("N")), ("because", Text.Render(problem.Code, problem.Args))).Saying("because", problem));
            else
                done.Add(alike.Id);
        }

        var rows = await db.Decisions.AsNoTracking().Where(d => done.Contains(d.Id)).ToListAsync(cancellationToken);
        return Result.Ok(new AnswerSummary(await ViewsAsync(db, [.. rows.OrderBy(r => done.IndexOf(r.Id))], cancellationToken)) { Refused = refused });
    }

    private Task<Finding?> ApplyAsync(DecisionRow decision, AnswerDecision answer, string actor, CancellationToken cancellationToken) => decision.IsOfRollout
        ? ApplyToRolloutAsync(decision, (row, _, now) => RolloutRules.Answer(row, decision.Id, answer, actor, now), cancellationToken)
        : ApplyToZoneAsync(decision, (row, context) => ZoneUpgradeRules.Answer(row, decision.Id, answer, actor, context), cancellationToken);

    private async Task<Finding?> ApplyToZoneAsync(DecisionRow decision, Func<ZoneUpgrade, ZoneContext, Change<ZoneUpgrade>> decide, CancellationToken cancellationToken)
    {
        var change = await transactions.ChangeAsync(decision.ZoneUpgradeId, decide, cancellationToken);
        return change is null ? Finding.Of("decision-unknown", ("decision", decision.Id.ToString("N"))) : change.Refusal;
    }

    private async Task<Finding?> ApplyToRolloutAsync(DecisionRow decision, Func<Rollout, IReadOnlyDictionary<Guid, ZoneStanding>, DateTimeOffset, Change<Rollout>> decide, CancellationToken cancellationToken)
    {
        var change = await transactions.ChangeRolloutAsync(decision.RolloutId, decide, cancellationToken);
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
