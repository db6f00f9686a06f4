using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Planning;

/// <summary>
/// How long waves and the rollout take: the rules that will decide are run again and again over durations drawn from the past. Pure; the draws are the same for the same plan.
/// What nobody can know is left out: failures, pauses, and how long a verdict is thought about.
/// </summary>
internal static class Forecast
{
    /// <summary>Times zones times zones: what one forecast may cost.</summary>
    private const int Effort = 4_000_000;
    private const int FewestRuns = 5;
    private const int MostRuns = 200;
    private static readonly VerdictActions GoOn = new(VerdictAction.GoOn, VerdictAction.GoOn, VerdictAction.GoOn);

    /// <returns>Null where there is a zone without samples; else the rollout's estimate and those of its waves, in order.</returns>
    public static (Estimate Rollout, IReadOnlyList<Estimate> Waves)? Of(Rollout rollout, IReadOnlyDictionary<Guid, DurationSamples> samples)
    {
        if (rollout.Zones.Count == 0 || rollout.Zones.Any(z => !samples.ContainsKey(z.ZoneUpgradeId)))
            return null;
        var random = new Random(1);
        var runs = Math.Clamp(Effort / (rollout.Zones.Count * rollout.Zones.Count), FewestRuns, MostRuns);
        var waves = rollout.Zones.Select(z => z.Wave).Distinct().Order().ToList();
        var whole = new List<TimeSpan>(runs);
        var each = waves.ToDictionary(w => w, _ => new List<TimeSpan>(runs));
        for (var run = 0; run < runs; run++)
        {
            var (took, byWave) = Run(rollout, samples, random);
            whole.Add(took);
            foreach (var wave in waves)
                each[wave].Add(byWave[wave]);
        }

        return (Of(whole, [.. samples.Values]), [.. waves.Select(w => Of(each[w], [.. rollout.Zones.Where(z => z.Wave == w).Select(z => samples[z.ZoneUpgradeId])]))]);
    }

    private static Estimate Of(List<TimeSpan> took, IReadOnlyList<DurationSamples> from)
    {
        took.Sort();
        return new Estimate(Durations.Percentile(took, 50), Durations.Percentile(took, 90), from.Min(s => s.Took.Count), from.Max(s => s.Basis));
    }

    private static (TimeSpan Took, Dictionary<int, TimeSpan> Waves) Run(Rollout rollout, IReadOnlyDictionary<Guid, DurationSamples> samples, Random random)
    {
        // Limits of time stop, and people think about verdicts: neither is a part of how long it takes.
        var row = rollout with { StartedAt = DateTimeOffset.UnixEpoch, Strategy = rollout.Strategy with { TimeLimit = null }, Waves = [.. rollout.Waves.Select(w => w with { TimeLimit = null, Actions = GoOn })] };
        var zones = row.Zones.ToDictionary(z => z.ZoneUpgradeId, _ => new ZoneStanding { State = ZoneState.Waiting });
        var ends = new PriorityQueue<RolloutZone, DateTimeOffset>();
        var (begun, ended) = (new Dictionary<int, DateTimeOffset>(), new Dictionary<int, DateTimeOffset>());
        var now = row.StartedAt;
        while (true)
        {
            var before = row;
            row = RolloutRules.Evaluate(row, zones, now).Row;
            foreach (var zone in row.Zones.Where((z, i) => z.Starts > before.Zones[i].Starts))
            {
                zones[zone.ZoneUpgradeId] = new ZoneStanding { State = ZoneState.Running, StartsTaken = zone.Starts };
                var took = samples[zone.ZoneUpgradeId].Took;
                ends.Enqueue(zone, now + took[random.Next(took.Count)]);
                begun.TryAdd(zone.Wave, now);
            }

            if (!ends.TryDequeue(out var next, out var at))
            {
                // Nothing runs: a wave bakes, or is looked at, which takes no time here.
                var baking = row.Waves.Where(w => w is { IsGated: true, EndedAt: not null }).ToList();
                if (row.IsEnded || baking.Count == 0)
                    return (now - row.StartedAt, begun.ToDictionary(b => b.Key, b => ended.GetValueOrDefault(b.Key, now) - b.Value));
                now = baking.Max(w => w.EndedAt!.Value + w.Bake!.Value);
                foreach (var wave in baking.Where(w => w.LookId is not null))
                {
                    foreach (var zone in row.MembersOf(wave.Index))
                        zones[zone.ZoneUpgradeId] = zones[zone.ZoneUpgradeId] with { Look = new ZoneLook(LookHealth.Well, []) };
                }

                continue;
            }

            now = at;
            ended[next.Wave] = at;
            zones[next.ZoneUpgradeId] = zones[next.ZoneUpgradeId] with { State = ZoneState.Succeeded };
        }
    }
}
