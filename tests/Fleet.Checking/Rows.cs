using Fleet.Orchestration;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;

namespace Fleet.Checking;

/// <summary>The product's rows as events of a history.</summary>
internal static class Rows
{
    public static ZoneRow Of(ZoneUpgrade row, DateTimeOffset at, int auditEntries) => new(
        at,
        row.Zone,
        row.Id,
        row.RolloutId,
        Words.Of(row.State),
        row.Phase,
        Words.Of(row.Work),
        row.Epoch,
        row.WorkerId,
        row.Ledger.ToDictionary(e => $"{e.Phase}/{e.Step}", e => new StepRow(e.Attempt, Words.Of(e.State), e.ExecutionId)),
        row.PhasesDone,
        [.. row.GuardsInForce.Select(g => g.Name)],
        [.. row.KeptGuards.Keys],
        row.Decisions.Any(d => d.AwaitsPerson),
        row.CountsAsFailure,
        auditEntries);

    public static RolloutRow Of(Rollout row, DateTimeOffset at, IReadOnlyList<RolloutZone> started, IReadOnlyDictionary<Guid, ZoneStanding> standings) => new(
        at,
        row.Id,
        Words.Of(row.State),
        [.. started.Select(z => z.Zone)],
        row.Included.Count(z => RolloutRules.IsRunning(z, standings[z.ZoneUpgradeId])),
        RolloutRules.Failures(row, standings),
        row.MaxParallel,
        row.Budget)
    {
        Broken = started.Count == 0 ? [] : [.. Crowded(row, started, standings), .. started.SelectMany(z => Early(row, z, standings))],
    };

    /// <summary>Limits of waves, pools, labels and of a slow start, counted anew and not as the rules count. What a person lets go on (a kept guard that is taken away) may crowd; a start beside it may not.</summary>
    private static IEnumerable<string> Crowded(Rollout row, IReadOnlyList<RolloutZone> started, IReadOnlyDictionary<Guid, ZoneStanding> standings)
    {
        var all = row.Included.ToList();
        var running = all.Where(z => RolloutRules.IsRunning(z, standings[z.ZoneUpgradeId])).ToList();
        IEnumerable<(string What, Func<RolloutZone, bool> Is, Amount Limit)> limits =
        [
            .. row.Waves.Where(w => w.MaxParallel is not null).Select(w => ($"wave {w.Name}", (Func<RolloutZone, bool>)(z => z.Wave == w.Index), w.MaxParallel!)),
            .. row.Strategy.PerPool.Select(p => ($"pool {p.Key}", (Func<RolloutZone, bool>)(z => z.Pool == p.Key), p.Value)),
            .. row.Strategy.PerLabel.SelectMany(l => all.Select(z => z.Labels.GetValueOrDefault(l.Key)).OfType<string>().Distinct().Select(v => ($"{l.Key}={v}", (Func<RolloutZone, bool>)(z => z.Labels.GetValueOrDefault(l.Key) == v), l.Value))),
        ];
        foreach (var (what, isOfIt, limit) in limits)
        {
            var most = limit.Count ?? Math.Max(1, all.Count(isOfIt) * limit.Percent!.Value / 100);
            if (running.Count(isOfIt) > most && started.Any(isOfIt))
                yield return $"{running.Count(isOfIt)} of {what} run where {most} may";
        }

        var succeeded = all.Count(z => standings[z.ZoneUpgradeId].State == ZoneState.Succeeded);
        if (row.Strategy.SlowStart && running.Count > succeeded + 1)
            yield return $"{running.Count} run in a slow start after {succeeded}";
    }

    private static IEnumerable<string> Early(Rollout row, RolloutZone zone, IReadOnlyDictionary<Guid, ZoneStanding> standings)
    {
        foreach (var other in row.Included.Where(o => o.Wave < zone.Wave))
        {
            var standing = standings[other.ZoneUpgradeId];
            if (!standing.IsEnded && (standing.ReachedUntil is null || standing.ReachedUntil != row.Until))
                yield return $"{zone.Zone} of wave {zone.Wave} starts before {other.Zone} of wave {other.Wave} has ended";
        }

        foreach (var gate in row.Waves.Where(w => w.Index < zone.Wave && w is { Bake: not null, PassedAt: null } && row.Included.Any(o => o.Wave == w.Index) && row.Included.Where(o => o.Wave == w.Index).All(o => standings[o.ZoneUpgradeId].IsEnded)))
            yield return $"{zone.Zone} starts before wave {gate.Name} was judged";
    }
}
