using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Planning;

/// <summary>
/// How long waves and the rollout take: the rules that will decide are run again and again over durations drawn from the past, through the windows that there are. Pure; the draws are the same for the same plan.
/// What nobody can know is left out: failures, pauses, and how long a verdict is thought about.
/// </summary>
internal static class Forecast
{
    /// <summary>Times zones times zones: what one forecast may cost.</summary>
    private const int Effort = 4_000_000;
    private const int FewestRuns = 5;
    private const int MostRuns = 200;
    private static readonly VerdictActions GoOn = new(VerdictAction.GoOn, VerdictAction.GoOn, VerdictAction.GoOn);
    private static readonly Finding Shut = Finding.Of("window-closed", ("phase", "-"));

    /// <param name="timetables">Zone upgrade → when it may be worked on; one that has none always may.</param>
    /// <returns>Null where there is a zone without samples, or one for which no window opens; else the rollout's estimate and those of its waves, in order.</returns>
    public static (Estimate Rollout, IReadOnlyList<Estimate> Waves)? Of(Rollout rollout, IReadOnlyDictionary<Guid, DurationSamples> samples, IReadOnlyDictionary<Guid, Timetable>? timetables = null)
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
            if (new Trial(rollout, samples, timetables ?? new Dictionary<Guid, Timetable>(), random).Run() is not { } through)
                return null;
            whole.Add(through.Took);
            foreach (var wave in waves)
                each[wave].Add(through.Waves[wave]);
        }

        return (Of(whole, [.. samples.Values]), [.. waves.Select(w => Of(each[w], [.. rollout.Zones.Where(z => z.Wave == w).Select(z => samples[z.ZoneUpgradeId])]))]);
    }

    private static Estimate Of(List<TimeSpan> took, IReadOnlyList<DurationSamples> from)
    {
        took.Sort();
        return new Estimate(Durations.Percentile(took, 50), Durations.Percentile(took, 90), from.Min(s => s.Past.Count), from.Max(s => s.Basis));
    }

    /// <summary>One rollout from its start to its end, with one draw for each zone.</summary>
    private sealed class Trial(Rollout rollout, IReadOnlyDictionary<Guid, DurationSamples> samples, IReadOnlyDictionary<Guid, Timetable> timetables, Random random)
    {
        // Limits of time stop, and people think about verdicts: neither is a part of how long it takes.
        private Rollout _row = rollout with { Strategy = rollout.Strategy with { TimeLimit = null }, Waves = [.. rollout.Waves.Select(w => w with { TimeLimit = null, Actions = GoOn })] };
        private readonly Dictionary<Guid, ZoneStanding> _zones = rollout.Zones.ToDictionary(z => z.ZoneUpgradeId, _ => new ZoneStanding { State = ZoneState.Waiting });
        private readonly PriorityQueue<RolloutZone, DateTimeOffset> _ends = new();
        private readonly Dictionary<int, DateTimeOffset> _begun = [];
        private readonly Dictionary<int, DateTimeOffset> _ended = [];
        private DateTimeOffset _now = rollout.StartedAt;

        /// <returns>Null: a zone waits for a window that never opens, or never comes to its turn.</returns>
        public (TimeSpan Took, Dictionary<int, TimeSpan> Waves)? Run()
        {
            // More than this is one that waits for its turn night after night and never gets it.
            for (var steps = 0; steps < 1000 + (10 * _zones.Count); steps++)
            {
                if (LookAtWindows() is not { } opens || !Begin())
                    return null;
                if (_ends.TryPeek(out _, out var ends) && ends <= opens)
                {
                    var next = _ends.Dequeue();
                    _now = _ended[next.Wave] = ends;
                    _zones[next.ZoneUpgradeId] = _zones[next.ZoneUpgradeId] with { State = ZoneState.Succeeded };
                }
                else if (opens < DateTimeOffset.MaxValue && !_row.IsEnded)
                {
                    _now = opens;
                }
                else if (!Bake())
                {
                    return (_now - _row.StartedAt, _begun.ToDictionary(b => b.Key, b => _ended.GetValueOrDefault(b.Key, _now) - b.Value));
                }
            }

            return null;
        }

        /// <returns>When the next of the zones that are closed now opens; the end of time: none is closed. Null: one never opens.</returns>
        private DateTimeOffset? LookAtWindows()
        {
            var next = DateTimeOffset.MaxValue;
            if (timetables.Count == 0)
                return next;
            foreach (var zone in _row.Zones.Where(z => _zones[z.ZoneUpgradeId].State == ZoneState.Waiting && timetables.ContainsKey(z.ZoneUpgradeId)))
            {
                if (BeginsAt(zone, _now) is not { } at)
                    return null;
                _zones[zone.ZoneUpgradeId] = _zones[zone.ZoneUpgradeId] with { Closed = at > _now ? Shut : null };
                if (at > _now && at < next)
                    next = at;
            }

            return next;
        }

        /// <returns>False: one that begins is never through.</returns>
        private bool Begin()
        {
            var before = _row;
            _row = RolloutRules.Evaluate(_row, _zones, _now).Row;
            foreach (var zone in _row.Zones.Where((z, i) => z.Starts > before.Zones[i].Starts))
            {
                var past = samples[zone.ZoneUpgradeId].Past;
                if (EndOf(zone, past[random.Next(past.Count)]) is not { } end)
                    return false;
                _zones[zone.ZoneUpgradeId] = new ZoneStanding { State = ZoneState.Running, StartsTaken = zone.Starts };
                _ends.Enqueue(zone, end);
                _begun.TryAdd(zone.Wave, _now);
            }

            return true;
        }

        /// <summary>A wave bakes, or is looked at, which takes no time here.</summary>
        /// <returns>False: nothing does, and nothing runs.</returns>
        private bool Bake()
        {
            var baking = _row.Waves.Where(w => w is { IsGated: true, EndedAt: not null }).ToList();
            if (_row.IsEnded || baking.Count == 0)
                return false;
            var baked = baking.Max(w => w.EndedAt!.Value + w.Bake!.Value);
            _now = baked > _now ? baked : _now;
            foreach (var zone in baking.Where(w => w.LookId is not null).SelectMany(w => _row.MembersOf(w.Index)))
                _zones[zone.ZoneUpgradeId] = _zones[zone.ZoneUpgradeId] with { Look = new ZoneLook(LookHealth.Well, []) };
            return true;
        }

        /// <summary>Its first phase must be open and fit, and the whole must.</summary>
        private DateTimeOffset? BeginsAt(RolloutZone zone, DateTimeOffset from)
        {
            var (timetable, first) = (timetables[zone.ZoneUpgradeId], _row.Phases[0]);
            for (var at = from; ;)
            {
                if (timetable.Next(first, at, zone.ExpectedPhases.GetValueOrDefault(first)) is not { } opening || timetable.Next(WholeZone, opening.From, zone.Expected) is not { } whole)
                    return null;
                if (whole.From <= opening.From)
                    return opening.From;
                at = whole.From;
            }
        }

        private DateTimeOffset? EndOf(RolloutZone zone, PastUpgrade past)
        {
            if (!timetables.TryGetValue(zone.ZoneUpgradeId, out var timetable))
                return _now + past.Took;
            var at = _now;
            var rest = past.Took;
            foreach (var phase in _row.Phases.Where(past.Phases.ContainsKey))
            {
                if (timetable.Next(phase, at, zone.ExpectedPhases.GetValueOrDefault(phase)) is not { } opening || timetable.Through(phase, opening.From, past.Phases[phase]) is not { } through)
                    return null;
                at = through;
                rest -= past.Phases[phase];
            }

            // Between the steps people were waited for, whatever the hour.
            return rest > TimeSpan.Zero ? at + rest : at;
        }
    }

    /// <summary>No phase is called so: only windows for all phases are its own.</summary>
    private const string WholeZone = "";
}
