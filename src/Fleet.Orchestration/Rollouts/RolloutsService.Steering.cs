using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Rollouts;

internal sealed partial class RolloutsService
{
    public Task<Result<RolloutView>> PauseAsync(string id, string actor, CancellationToken cancellationToken) =>
        SteerAsync(id, (row, _, _) => RolloutRules.Pause(row, actor), cancellationToken);

    public Task<Result<RolloutView>> ResumeAsync(string id, string actor, CancellationToken cancellationToken) =>
        SteerAsync(id, (row, zones, now) => RolloutRules.Resume(row, zones, actor, now), cancellationToken, reopens: true);

    public async Task<Result<RolloutView>> ApproveAsync(string id, bool approve, string? comment, string actor, IReadOnlyList<string> groups, CancellationToken cancellationToken)
    {
        var answer = new AnswerDecision { Choice = approve ? Choices.Approve : Choices.Reject, Comment = comment, Groups = groups };
        var steered = await SteerAsync(id, (row, _, now) => RolloutRules.Approve(row, answer, actor, now), cancellationToken);
        if (!steered.Ok)
            return steered;
        await transactions.ChangeRolloutAsync(steered.Value.Id, RolloutRules.Evaluate, cancellationToken);
        return await ViewAsync(steered.Value.Id, cancellationToken);
    }

    public Task<Result<RolloutView>> TakeBackAnswerAsync(string id, string fingerprint, string? comment, string actor, CancellationToken cancellationToken) =>
        SteerAsync(
            id,
            (row, _, _) => row.AnswersInAdvance.Where(s => s.Fingerprint.StartsWith(fingerprint, StringComparison.Ordinal)).ToList() switch
            {
                [var one] => RolloutRules.TakeBackAnswer(row, one.Fingerprint, comment, actor),
                [] => Change.Refuse(row, Finding.Of("advance-answer-not-found", ("fingerprint", fingerprint), ("rollout", row.Name))),
                var many => Change.Refuse(row, Finding.Of("advance-answer-ambiguous", ("fingerprint", fingerprint), ("count", $"{many.Count}"))),
            },
            cancellationToken);

    public async Task<Result<AbortPreview>> PreviewAbortAsync(string id, bool now, string? zone, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await RolloutReader.MatchAsync(db, id, cancellationToken);
        if (!found.Ok)
            return found.As<Guid, AbortPreview>();
        var rollout = (await db.Rollouts.AsNoTracking().SingleAsync(r => r.CorrelationId == found.Value, cancellationToken)).Row;
        if (zone is not null && rollout.Find(zone) is null)
            return Result.NotFound<AbortPreview>(NotInRollout(zone, id));
        var runbook = await reader.RunbookAsync(db, rollout.Runbook.Digest, cancellationToken) ?? throw new InvalidOperationException($"The runbook {rollout.Runbook.Digest} of the rollout {rollout.Id} is not in the store.");
        var rows = await db.ZoneUpgrades.AsNoTracking().Where(z => z.RolloutId == rollout.Id).ToDictionaryAsync(z => z.CorrelationId, z => z.Row, cancellationToken);
        var names = rollout.Zones.Select(z => z.Zone).ToList();
        var inventory = await db.Zones.AsNoTracking().Where(z => names.Contains(z.Name)).ToDictionaryAsync(z => z.Name, cancellationToken);
        var mode = now ? StopMode.AbortNow : StopMode.Abort;
        var previews = rollout.Included.Where(z => zone is null || z.Zone == zone).Select(member =>
        {
            var row = rows[member.ZoneUpgradeId];
            var known = inventory.GetValueOrDefault(member.Zone);
            return AbortPreviews.Of(row, mode, ZoneUpgradeWork.Context(row, rollout, known?.Zone.Traits, known?.TakenBy is not null, runbook, time.GetUtcNow()));
        });
        return Result.Ok(new AbortPreview(rollout.Id, rollout.Name, now, time.GetUtcNow(), [.. previews]));
    }

    public async Task<Result<RolloutView>> AbortAsync(string id, AbortRollout abort, string actor, CancellationToken cancellationToken)
    {
        if (abort.Zone is null)
            return await SteerAsync(id, (row, _, _) => RolloutRules.Abort(row, abort.Now, abort.Comment, actor), cancellationToken);
        var found = await FindBothAsync(id, abort.Zone, cancellationToken);
        if (!found.Ok)
            return found.As<(Guid, Guid), RolloutView>();
        var mode = abort.Now ? StopMode.AbortNow : StopMode.Abort;
        var change = await transactions.ChangeAsync(found.Value.ZoneUpgrade, (row, context) => ZoneUpgradeRules.Abort(row, mode, abort.Comment, actor, context), cancellationToken);
        return change?.Refusal is { } refusal ? Result.Conflict<RolloutView>(refusal) : await ViewAsync(found.Value.Rollout, cancellationToken);
    }

    public async Task<Result<RolloutView>> LimitAsync(string id, LimitRollout limits, string actor, CancellationToken cancellationToken)
    {
        var problems = StartCheck.Limits(limits.MaxParallel, limits.MaxFailures);
        if (limits is { MaxParallel: null, MaxFailures: null })
            problems.Add(Finding.Of("limits-none-given"));
        if (problems.Count > 0)
            return Result.Invalid<RolloutView>(problems);
        var failures = limits.MaxFailures is { } text ? Amount.Parse(text) : null;
        var limited = await SteerAsync(id, (row, _, _) => RolloutRules.Limit(row, limits.MaxParallel, failures, limits.Comment, actor), cancellationToken);
        if (!limited.Ok)
            return limited;
        // There may be room for more now, or the budget may be spent.
        await transactions.ChangeRolloutAsync(limited.Value.Id, RolloutRules.Evaluate, cancellationToken);
        return await ViewAsync(limited.Value.Id, cancellationToken);
    }

    public async Task<Result<RolloutView>> WaiveAsync(string id, string zone, string reason, string actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return Result.Invalid<RolloutView>(Finding.Of("waiver-without-reason"));
        var found = await FindBothAsync(id, zone, cancellationToken);
        if (!found.Ok)
            return found.As<(Guid, Guid), RolloutView>();
        var waived = await SteerAsync(id, (row, _, _) => RolloutRules.Waive(row, zone, reason, actor), cancellationToken);
        if (!waived.Ok)
            return waived;
        await transactions.ChangeRolloutAsync(found.Value.Rollout, RolloutRules.Evaluate, cancellationToken);
        await transactions.ChangeAsync(found.Value.ZoneUpgrade, ZoneUpgradeRules.Advance, cancellationToken);
        return await ViewAsync(found.Value.Rollout, cancellationToken);
    }

    public Task<Result<RolloutView>> RetryAsync(string id, string zone, string? from, string? comment, string actor, CancellationToken cancellationToken) =>
        SteerZoneAsync(
            id,
            zone,
            (row, context) => ZoneUpgradeRules.Retry(row, from, comment, actor, context),
            (row, standings, _) => standings[row.Find(zone)!.ZoneUpgradeId].Blocked
                ? Change.Refuse(row, Finding.Of("zone-blocked", ("zone", zone)))
                : RolloutRules.Retry(row, zone, actor),
            cancellationToken,
            reopens: true);

    public Task<Result<RolloutView>> SkipAsync(string id, string zone, string? comment, string actor, CancellationToken cancellationToken) =>
        SteerZoneAsync(id, zone, (row, context) => ZoneUpgradeRules.Skip(row, "zone-skipped", comment, actor, context), (row, _, _) => Change.Of(row), cancellationToken);

    public Task<Result<RolloutView>> ExcludeAsync(string id, string zone, string? comment, string actor, CancellationToken cancellationToken) =>
        SteerZoneAsync(
            id,
            zone,
            (row, context) => ZoneUpgradeRules.Skip(row, "zone-excluded", comment, actor, context),
            (row, _, _) => RolloutRules.Exclude(row, zone, comment, actor),
            cancellationToken);

    private async Task<Result<RolloutView>> SteerAsync(
        string id, Func<Rollout, IReadOnlyDictionary<Guid, ZoneStanding>, DateTimeOffset, Change<Rollout>> decide, CancellationToken cancellationToken, bool reopens = false)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await RolloutReader.MatchAsync(db, id, cancellationToken);
        if (!found.Ok)
            return found.As<Guid, RolloutView>();
        if (reopens && await NameTakenAsync(found.Value, cancellationToken) is { } taken)
            return Result.Conflict<RolloutView>(taken);
        var change = await transactions.ChangeRolloutAsync(found.Value, decide, cancellationToken);
        return change?.Refusal is { } refusal ? ResultMapping.RefusedBy<RolloutView>(refusal) : await ViewAsync(found.Value, cancellationToken);
    }

    private async Task<Result<RolloutView>> SteerZoneAsync(
        string id,
        string zone,
        Func<ZoneUpgrade, ZoneContext, Change<ZoneUpgrade>> decideZone,
        Func<Rollout, IReadOnlyDictionary<Guid, ZoneStanding>, DateTimeOffset, Change<Rollout>> decideRollout,
        CancellationToken cancellationToken,
        bool reopens = false)
    {
        var found = await FindBothAsync(id, zone, cancellationToken);
        if (!found.Ok)
            return found.As<(Guid, Guid), RolloutView>();
        if (reopens && await NameTakenAsync(found.Value.Rollout, cancellationToken) is { } taken)
            return Result.Conflict<RolloutView>(taken);
        var refusal = await transactions.ChangeBothAsync(found.Value.Rollout, found.Value.ZoneUpgrade, decideZone, decideRollout, cancellationToken);
        if (refusal is not null)
            return ResultMapping.RefusedBy<RolloutView>(refusal);
        // The zone's own row follows in a message; the rollout may have ended or changed by it.
        await transactions.ChangeRolloutAsync(found.Value.Rollout, RolloutRules.Evaluate, cancellationToken);
        return await ViewAsync(found.Value.Rollout, cancellationToken);
    }

    /// <summary>A rollout that ended lets go of its name. If another one has it now, two would answer to it.</summary>
    private async Task<Finding?> NameTakenAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var name = await db.Rollouts.Where(r => r.CorrelationId == id && r.EndedAt != null).Select(r => r.Name).FirstOrDefaultAsync(cancellationToken);
        return name is not null && await db.Rollouts.AnyAsync(r => r.Name == name && r.EndedAt == null, cancellationToken) ? Finding.Of("rollout-name-taken", ("name", name)) : null;
    }

    private async Task<Result<(Guid Rollout, Guid ZoneUpgrade)>> FindBothAsync(string id, string zone, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await RolloutReader.MatchAsync(db, id, cancellationToken);
        if (!found.Ok)
            return found.As<Guid, (Guid, Guid)>();
        var rollout = await db.Rollouts.FindAsync([found.Value], cancellationToken);
        return rollout!.Row.Find(zone) is { } member
            ? Result.Ok((found.Value, member.ZoneUpgradeId))
            : Result.NotFound<(Guid, Guid)>(NotInRollout(zone, id));
    }
}
