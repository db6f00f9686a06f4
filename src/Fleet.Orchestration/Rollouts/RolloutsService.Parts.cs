using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Rollouts;

/// <summary>What people do with a part of a rollout: a zone, a wave, one zone more.</summary>
internal sealed partial class RolloutsService
{
    public Task<Result<RolloutView>> PauseAsync(string id, RolloutPart part, string? comment, string actor, CancellationToken cancellationToken) =>
        SteerPartAsync(id, (row, zones, _) => part.Zone is { } zone ? RolloutRules.PauseZone(row, zone, zones, comment, actor) : RolloutRules.PauseWave(row, part.Wave!, comment, actor), cancellationToken);

    public Task<Result<RolloutView>> ResumeAsync(string id, RolloutPart part, string? comment, string actor, CancellationToken cancellationToken) =>
        SteerPartAsync(id, (row, _, _) => part.Zone is { } zone ? RolloutRules.ResumeZone(row, zone, comment, actor) : RolloutRules.ResumeWave(row, part.Wave!, comment, actor), cancellationToken);

    private async Task<Result<RolloutView>> SteerPartAsync(string id, Func<Rollout, IReadOnlyDictionary<Guid, ZoneStanding>, DateTimeOffset, Change<Rollout>> decide, CancellationToken cancellationToken)
    {
        var steered = await SteerAsync(id, decide, cancellationToken);
        if (!steered.Ok)
            return steered;
        // There may be room for another zone, or this one may start.
        await transactions.ChangeRolloutAsync(steered.Value.Id, RolloutRules.Evaluate, cancellationToken);
        return await ViewAsync(steered.Value.Id, cancellationToken);
    }

    public async Task<Result<RolloutView>> AddZoneAsync(string id, string zone, string? wave, string? comment, string actor, CancellationToken cancellationToken)
    {
        Guid rollout;
        string pool;
        RolloutZone added;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var found = await RolloutReader.MatchAsync(db, id, cancellationToken);
            if (!found.Ok)
                return found.As<Guid, RolloutView>();
            rollout = found.Value;
            var row = (await db.Rollouts.AsNoTracking().SingleAsync(r => r.CorrelationId == rollout, cancellationToken)).Row;
            var inputs = await reader.ReadAsync(db, new StartRollout { Zones = [zone], PackageDigest = row.Package.Digest, RunbookDigest = row.Runbook.Digest }, past: false, time.GetUtcNow(), cancellationToken);
            if (!inputs.Ok)
                return inputs.As<PlanInputs, RolloutView>();
            var skewed = await PlanReader.SkewAsync(db, row.Strategy.MaxSkew, row.Strategy.GlobalZones, row.Included.Select(z => z.Zone).Append(zone).ToHashSet(), row.Package, cancellationToken);
            if (skewed.Where(s => s.Args["zone"] == zone || s.Args["other"] == zone).ToList() is { Count: > 0 } problems)
                return Result.Invalid<RolloutView>(problems);
            var there = inputs.Value.Waves.Zones[0].Zone;
            pool = there.Pool;
            added = PlanEstimates.WithExpected(inputs.Value, WavePlan.Member(row.Strategy, there, wave: 0, Guid.CreateVersion7(time.GetUtcNow())), there);
        }

        var change = await transactions.JoinAsync(rollout, (row, zones) => RolloutRules.Add(row, added, wave, zones, comment, actor), row => ZoneUpgradeSaga.For(MakeZone(row, row.Find(zone)!), pool, time.GetUtcNow()), cancellationToken);
        if (change?.Refusal is { } refusal)
            return ResultMapping.RefusedBy<RolloutView>(refusal);
        await transactions.ChangeRolloutAsync(rollout, RolloutRules.Evaluate, cancellationToken);
        return await ViewAsync(rollout, cancellationToken);
    }
}
