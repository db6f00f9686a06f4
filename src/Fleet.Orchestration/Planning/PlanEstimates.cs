using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Planning;

/// <summary>What a plan's zones, waves and the whole are expected to take, out of what upgrades like them took. Pure.</summary>
internal static class PlanEstimates
{
    /// <summary>Nine of ten upgrades like this zone's took no longer; null: nothing is known.</summary>
    public static TimeSpan? Expected(PlanInputs inputs, InventoryZone zone) => SamplesOf(inputs, new Durations(inputs.Past), zone) is { } samples ? Durations.Of(samples).P90 : null;

    /// <summary>A member with what its upgrade, and each phase of it, are expected to take; only windows ask for it.</summary>
    public static RolloutZone WithExpected(PlanInputs inputs, RolloutZone member, InventoryZone zone) =>
        inputs.Calendar.Windows.Count == 0 ? member : Expecting(member, SamplesOf(inputs, new Durations(inputs.Past), zone));

    private static RolloutZone Expecting(RolloutZone member, DurationSamples? samples) =>
        samples is null ? member : member with { Expected = Durations.Of(samples).P90, ExpectedPhases = Durations.ByPhase(samples) };

    private static DurationSamples? SamplesOf(PlanInputs inputs, Durations durations, InventoryZone zone)
    {
        var facts = inputs.Zones[zone.Name].Facts;
        return durations.For(ZoneLikeness.Of(zone.Traits, facts, facts.GetValueOrDefault("versions.installer"), inputs.Package));
    }

    /// <returns>What is known of each zone, what follows for the whole, and what fits into no window.</returns>
    public static (Dictionary<string, DurationSamples> Samples, (Estimate Rollout, IReadOnlyList<Estimate> Waves)? Forecast, IReadOnlyList<Finding> Cramped) Of(PlanInputs inputs)
    {
        var durations = new Durations(inputs.Past);
        var samples = new Dictionary<string, DurationSamples>(StringComparer.Ordinal);
        foreach (var (zone, _) in inputs.Waves.Zones)
        {
            if (SamplesOf(inputs, durations, zone) is { } own)
                samples[zone.Name] = own;
        }

        var hasCalendar = inputs.Calendar is not { Windows.Count: 0, Freezes.Count: 0 };
        IReadOnlyList<RolloutZone> members = [.. inputs.Waves.Members(z => Guid.NewGuid()).Select(m => hasCalendar ? Expecting(m, samples.GetValueOrDefault(m.Zone)) : m)];
        var rollout = new Rollout
        {
            Id = Guid.Empty,
            Name = "",
            Package = inputs.Package,
            Runbook = new RunbookRef(inputs.Runbook.Name, inputs.Runbook.Digest),
            Phases = [.. inputs.Runbook.Phases.Select(p => p.Name)],
            Strategy = inputs.Waves.Strategy,
            Zones = members,
            Waves = inputs.Waves.Waves,
            StartedBy = "",
            StartedAt = inputs.Start.StartsAt ?? inputs.Now,
        };
        // Up to a phase it is another, shorter piece of work, of which the past tells nothing.
        var whole = inputs.Start.Until is null && samples.Count == members.Count;
        var timetables = hasCalendar ? Timetables(inputs, members) : [];
        return (samples, whole ? Forecast.Of(rollout, members.ToDictionary(m => m.ZoneUpgradeId, m => samples[m.Zone]), timetables) : null, [.. Cramped(rollout, timetables)]);
    }

    /// <summary>Phases that would wait for ever, because no window is as long as they take.</summary>
    private static IEnumerable<Finding> Cramped(Rollout rollout, Dictionary<Guid, Timetable> timetables) =>
        from zone in rollout.Zones
        where timetables.ContainsKey(zone.ZoneUpgradeId)
        from phase in zone.ExpectedPhases
        let timetable = timetables[zone.ZoneUpgradeId]
        where timetable.Next(phase.Key, rollout.StartedAt) is not null && timetable.Next(phase.Key, rollout.StartedAt, phase.Value) is null
        select Finding.Of("plan-phase-never-fits", ("zone", zone.Zone), ("phase", phase.Key), ("expected", DurationText.Format(phase.Value)));

    /// <summary>Zones with the same windows and freezes share one.</summary>
    private static Dictionary<Guid, Timetable> Timetables(PlanInputs inputs, IReadOnlyList<RolloutZone> members)
    {
        var zones = inputs.Waves.Zones.ToDictionary(z => z.Zone.Name, z => z.Zone);
        var known = new List<Timetable>();
        var timetables = new Dictionary<Guid, Timetable>();
        foreach (var member in members)
        {
            var openings = CalendarRules.Of(inputs.Calendar, zones[member.Zone]);
            if (openings is { Windows.Count: 0, Freezes.Count: 0 })
                continue;
            var same = known.Find(t => t.Openings.Windows.SequenceEqual(openings.Windows) && t.Openings.Freezes.SequenceEqual(openings.Freezes));
            if (same is null)
                known.Add(same = new Timetable(openings));
            timetables[member.ZoneUpgradeId] = same;
        }

        return timetables;
    }
}
