using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Calendars;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;
using Fleet.Runbooks.Strategies;
using NodaTime;

namespace Fleet.Orchestration.Planning;

/// <summary>What a plan is made from, as it is in the store now.</summary>
internal sealed record PlanInputs
{
    public required StartRollout Start { get; init; }
    public required PackageRef Package { get; init; }
    public required Runbook Runbook { get; init; }
    public required WavePlan Waves { get; init; }

    /// <summary>What is known of each zone; by name.</summary>
    public required IReadOnlyDictionary<string, ZoneKnowledge> Zones { get; init; }
    public IReadOnlyList<PastUpgrade> Past { get; init; } = [];
    public CalendarFile Calendar { get; init; } = CalendarFile.Empty;
    public DateTimeOffset Now { get; init; }
}

/// <param name="Facts">What was read of it last.</param>
/// <param name="Check">The newest check with a result.</param>
/// <param name="InRollout">Another rollout that has it and has not ended.</param>
/// <param name="HasWorker">A worker of its pool is alive.</param>
internal sealed record ZoneKnowledge(IReadOnlyDictionary<string, string> Facts, ZoneCheck? Check, string? TakenBy, string? InRollout, bool HasWorker);

/// <summary>Makes plans. Pure.</summary>
internal static class PlanMaker
{
    /// <summary>Facts that are read of a zone and not learned by upgrading it.</summary>
    private static readonly string[] Read = ["versions.", "zone.kind.", "nodes."];

    public static (PlanBasis Basis, IReadOnlyList<Procedure> Procedures, IReadOnlyList<PlannedZone> Zones) Basis(PlanInputs inputs)
    {
        var procedures = new List<Procedure>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var zones = new List<PlannedZone>();
        var basis = new List<PlanBasisZone>();
        foreach (var (zone, wave) in inputs.Waves.Zones)
        {
            var knowledge = inputs.Zones[zone.Name];
            var procedure = Procedures.Of(inputs.Runbook, inputs.Package, zone.Traits, ReadOf(knowledge.Facts), inputs.Start.Interactive);
            var digest = PlanBasis.DigestOf(procedure);
            if (!known.TryGetValue(digest, out var number))
            {
                known[digest] = number = procedures.Count;
                procedures.Add(procedure);
            }

            var expects = Expects(knowledge.Check);
            zones.Add(new PlannedZone { Zone = zone.Name, Wave = wave, Procedure = number, CheckedAt = knowledge.Check?.AskedAt, Expects = expects });
            basis.Add(new PlanBasisZone(zone.Name, wave, PlanBasis.DigestOf(zone), digest, [.. expects.SelectMany(KeysOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]));
        }

        return (new PlanBasis
        {
            Package = inputs.Package.Digest,
            Runbook = inputs.Runbook.Digest,
            Strategy = inputs.Waves.Strategy,
            Waves = inputs.Waves.Waves,
            Until = inputs.Start.Until,
            Interactive = inputs.Start.Interactive,
            Zones = basis,
        }, procedures, zones);
    }

    public static StoredPlan Make(PlanInputs inputs, string selector, string actor, DateTimeOffset now)
    {
        var (basis, procedures, zones) = Basis(inputs);
        var strategy = inputs.Waves.Strategy;
        var (samples, forecast, cramped) = PlanEstimates.Of(inputs);
        return new StoredPlan(selector, inputs.Start, basis, new PlanView
        {
            Hash = basis.Hash(),
            MadeAt = now,
            MadeBy = actor,
            Selector = selector,
            Package = inputs.Package,
            Runbook = new RunbookRef(inputs.Runbook.Name, inputs.Runbook.Digest),
            Strategy = strategy.Name,
            MaxParallel = strategy.MaxParallel.ToString(),
            MaxFailures = strategy.MaxFailures.ToString(),
            SlowStart = strategy.SlowStart,
            MaxParallelPerLabel = Told(strategy.PerLabel),
            MaxParallelPerPool = Told(strategy.PerPool),
            TimeLimit = strategy.TimeLimit,
            ZoneTimeLimit = strategy.ZoneTimeLimit,
            GlobalZones = Words.Of(strategy.GlobalZones),
            MaxSkew = strategy.MaxSkew,
            Approvals = strategy.Approvals,
            Unanswered = strategy.Unanswered,
            Until = inputs.Start.Until,
            Interactive = inputs.Start.Interactive,
            Waves = [.. inputs.Waves.Waves.Select((w, i) => Wave(w, inputs.Waves, forecast?.Waves.ElementAtOrDefault(i)))],
            Zones = [.. zones.Select(z => z with { Estimate = samples.TryGetValue(z.Zone, out var own) ? Durations.Of(own) : null })],
            Procedures = procedures,
            Estimate = forecast?.Rollout,
            EstimateFrom = forecast is not null && inputs.Calendar is not { Windows.Count: 0, Freezes.Count: 0 } ? inputs.Start.StartsAt ?? inputs.Now : null,
            Remarks = [.. Remarks(inputs, zones), .. cramped],
        });
    }

    private static PlannedWave Wave(RolloutWave wave, WavePlan plan, Estimate? estimate) => new()
    {
        Index = wave.Index,
        Name = wave.Name,
        Zones = [.. plan.Zones.Where(z => z.Wave == wave.Index).Select(z => z.Zone.Name)],
        MaxParallel = wave.MaxParallel?.ToString(),
        MaxFailures = wave.MaxFailures?.ToString(),
        TimeLimit = wave.TimeLimit,
        Bake = wave.Bake,
        Verdict = wave.Bake is null
            ? new Dictionary<string, string>()
            : new Dictionary<string, string> { ["succeeded"] = Words.Of(wave.Actions.Succeeded), ["failed"] = Words.Of(wave.Actions.Failed), ["inconclusive"] = Words.Of(wave.Actions.Inconclusive) },
        Estimate = estimate,
    };

    private static IReadOnlyList<Finding> Remarks(PlanInputs inputs, IReadOnlyList<PlannedZone> zones)
    {
        var remarks = new List<Finding>();
        foreach (var zone in zones)
        {
            var known = inputs.Zones[zone.Zone];
            if (known.InRollout is { } other)
                remarks.Add(Finding.Of("plan-zone-in-rollout", ("zone", zone.Zone), ("rollout", other)));
            if (known.TakenBy is { } person)
                remarks.Add(Finding.Of("plan-zone-taken", ("zone", zone.Zone), ("by", person)));
            if (zone.Expects.Any(e => e.Verdict == CheckVerdict.Stops))
                remarks.Add(Finding.Of("plan-zone-stops", ("zone", zone.Zone)));
            if (known.Facts.GetValueOrDefault("versions.installer") == inputs.Package.Installer && known.Facts.GetValueOrDefault("versions.qingcloud") == inputs.Package.Qingcloud)
                remarks.Add(Finding.Of("plan-zone-there", ("zone", zone.Zone)));
            if (known.Check is { Package: { } package } && package.Digest != inputs.Package.Digest)
                remarks.Add(Finding.Of("plan-zone-other-package", ("zone", zone.Zone), ("package", package.FileName)));
        }

        remarks.AddRange(inputs.Waves.Zones.Select(z => Opening(inputs, z.Zone)).OfType<Finding>());
        remarks.AddRange(inputs.Waves.Zones.Where(z => !inputs.Zones[z.Zone.Name].HasWorker).GroupBy(z => z.Zone.Pool).Select(g => Finding.Of("plan-no-worker", ("pool", g.Key), ("count", $"{g.Count()}"))));
        var neverChecked = zones.Where(z => z.CheckedAt is null).Select(z => z.Zone).ToList();
        if (neverChecked.Count > 0)
            remarks.Add(Finding.Of("plan-unchecked", ("count", $"{neverChecked.Count}"), ("zones", string.Join(", ", neverChecked.Take(10)) + (neverChecked.Count > 10 ? ", …" : ""))));
        return remarks;
    }

    /// <summary>When a zone that is closed now may begin; and where it would not fit into its window.</summary>
    private static Finding? Opening(PlanInputs inputs, InventoryZone zone)
    {
        var openings = CalendarRules.Of(inputs.Calendar, zone);
        var (phase, at) = (inputs.Runbook.Phases[0].Name, inputs.Start.StartsAt ?? inputs.Now);
        if (CalendarRules.Closed(openings, phase, waived: false, at) is not null)
            return Finding.Of("plan-zone-closed", ("zone", zone.Name), ("opens", openings.OpensAt(phase, Instant.FromDateTimeOffset(at)) is { } opens ? CalendarRules.Moment(opens) : "–"));
        return inputs.Start.Until is null && CalendarRules.Left(CalendarRules.ForWhole(openings), phase, at) is { } left && PlanEstimates.Expected(inputs, zone) is { } expected && expected > left
            ? Finding.Of("plan-zone-too-long", ("zone", zone.Name), ("expected", DurationText.Format(expected)), ("left", DurationText.Format(left)))
            : null;
    }

    private static IReadOnlyList<Expectation> Expects(ZoneCheck? check)
    {
        if (check?.Result is not { } result)
            return [];
        if (result.Stages.FirstOrDefault(s => s.Problem is not null) is { } stage)
            return [new Expectation(stage.Name, CheckVerdict.Asks, null, [stage.Problem!])];
        return [.. result.Steps.Where(s => s.Verdict is CheckVerdict.Asks or CheckVerdict.Stops or CheckVerdict.AlreadyThere).Select(s => new Expectation(s.Name, s.Verdict, s.Decision, s.Findings))];
    }

    private static IEnumerable<string> KeysOf(Expectation expectation) =>
        expectation.Findings.Count == 0 ? [$"{expectation.Step} {Words.Of(expectation.Verdict)}"] : expectation.Findings.Select(f => $"{expectation.Step} {f.Code}");

    private static Dictionary<string, string> ReadOf(IReadOnlyDictionary<string, string> facts) =>
        facts.Where(f => Read.Any(r => f.Key.StartsWith(r, StringComparison.Ordinal))).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);

    private static Dictionary<string, string> Told(IReadOnlyDictionary<string, Amount> limits) => limits.ToDictionary(l => l.Key, l => l.Value.ToString());
}
