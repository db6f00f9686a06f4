using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Planning;

/// <summary>Puts zones into waves, as a strategy file says or, without one, as is careful: one canary, then four side by side, one of a region at a time. Pure.</summary>
internal static class WavePlanner
{
    public const int DefaultParallel = 4;

    /// <summary>Zones keep their order. What the file contradicts is told all at once, each with line and column.</summary>
    /// <param name="maxParallel">What was said beside the file goes above it.</param>
    public static Result<WavePlan> Plan(IReadOnlyList<InventoryZone> zones, StrategyFile? file, int? maxParallel, Amount? maxFailures)
    {
        if (file is null)
            return Result.Ok(Standard(zones, maxParallel, maxFailures));
        var problems = new List<Finding>();
        var members = Place(zones, file, problems);
        CheckOrder(file, members, problems);
        if (problems.Count > 0)
            return Result.Invalid<WavePlan>(problems);
        return Result.Ok(new WavePlan
        {
            Strategy = new Strategy
            {
                Name = file.Name,
                Digest = file.Digest,
                MaxParallel = maxParallel is { } most ? new Amount(most, null) : file.MaxParallel ?? new Amount(DefaultParallel, null),
                MaxFailures = maxFailures ?? file.MaxFailures ?? Amount.None,
                PerLabel = file.MaxParallelPerLabel,
                PerPool = file.MaxParallelPerPool,
                SlowStart = file.SlowStart,
                TimeLimit = file.TimeLimit,
                ZoneTimeLimit = file.ZoneTimeLimit,
                GlobalZones = file.GlobalZones,
                MaxSkew = file.MaxSkew,
                Approvals = file.Approvals,
                Unanswered = file.Unanswered,
            },
            Waves = [.. file.Waves.Select((w, i) => new RolloutWave
            {
                Index = i,
                Name = w.Name,
                MaxParallel = w.MaxParallel,
                MaxFailures = w.MaxFailures,
                TimeLimit = w.TimeLimit,
                Bake = w.Bake,
                Actions = w.Verdict,
            })],
            Zones = [.. members.OrderBy(m => m.Wave)],
        });
    }

    private static WavePlan Standard(IReadOnlyList<InventoryZone> zones, int? maxParallel, Amount? maxFailures)
    {
        var canary = maxParallel is null && zones.Count > 1 ? zones.FirstOrDefault(z => z.Traits.Labels.GetValueOrDefault("tier") == "canary") ?? zones[0] : null;
        return new WavePlan
        {
            Strategy = new Strategy
            {
                MaxParallel = new Amount(maxParallel ?? DefaultParallel, null),
                MaxFailures = maxFailures ?? Amount.None,
                PerLabel = maxParallel is null ? new Dictionary<string, Amount> { [Strategy.Region] = new(1, null) } : new Dictionary<string, Amount>(),
            },
            Waves = canary is null
                ? [new RolloutWave { Index = 0, Name = "all" }]
                : [new RolloutWave { Index = 0, Name = "canary" }, new RolloutWave { Index = 1, Name = "rest" }],
            Zones = canary is null ? [.. zones.Select(z => (z, 0))] : [(canary, 0), .. zones.Where(z => z != canary).Select(z => (z, 1))],
        };
    }

    private static List<(InventoryZone Zone, int Wave)> Place(IReadOnlyList<InventoryZone> zones, StrategyFile file, List<Finding> problems)
    {
        var placed = new List<(InventoryZone Zone, int Wave)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        // Zones that an earlier wave names as its own, whole.
        var claimed = new Dictionary<string, WaveRule>(StringComparer.Ordinal);
        WaveRule? rest = null;
        foreach (var (wave, index) in file.Waves.Select((w, i) => (w, i)))
        {
            var selector = wave.Zones is null ? Result.Ok(ZoneSelector.All) : ZoneSelector.Parse(wave.Zones);
            if (!selector.Ok)
            {
                problems.Add(At(wave, "strategy-bad-selector", ("value", wave.Zones!), ("error", Runbooks.Texts.Text.Render(selector.Problems[0].Code, selector.Problems[0].Args))).Saying("error", selector.Problems[0]));
                continue;
            }

            var matching = zones.Where(selector.Value.Matches).ToList();
            problems.AddRange(selector.Value.Names.Where(n => zones.All(z => z.Name != n)).Select(n => At(wave, "strategy-zone-not-there", ("wave", wave.Name), ("zone", n))));
            foreach (var zone in wave.Zones is null ? [] : matching.Where(z => claimed.ContainsKey(z.Name)))
                problems.Add(At(wave, "strategy-zone-in-two-waves", ("wave", wave.Name), ("zone", zone.Name), ("first", claimed[zone.Name].Name)));
            var free = matching.Where(z => !names.Contains(z.Name)).ToList();
            var taken = wave.Take is { } take ? [.. free.Take(take.UpTo(matching.Count))] : free;
            if (taken.Count == 0)
            {
                problems.Add(rest is null
                    ? At(wave, "strategy-wave-empty", ("wave", wave.Name), ("selector", wave.Zones ?? "all"))
                    : At(wave, "strategy-wave-after-rest", ("wave", wave.Name), ("rest", rest.Name), ("restLine", $"{rest.Line}")));
            }

            placed.AddRange(taken.Select(z => (z, index)));
            names.UnionWith(taken.Select(z => z.Name));
            if (wave is { Zones: not null, Take: null })
            {
                foreach (var zone in taken)
                    claimed.TryAdd(zone.Name, wave);
            }
            else if (wave is { Zones: null, Take: null })
            {
                rest ??= wave;
            }
        }

        var left = zones.Where(z => !names.Contains(z.Name)).ToList();
        if (left.Count > 0)
            problems.Add(At(file.Waves[^1], "strategy-zones-left", ("count", $"{left.Count}"), ("zones", string.Join(", ", left.Take(20).Select(z => z.Name)) + (left.Count > 20 ? ", …" : ""))));
        return placed;
    }

    private static void CheckOrder(StrategyFile file, List<(InventoryZone Zone, int Wave)> members, List<Finding> problems)
    {
        if (file.GlobalZones == GlobalOrder.Any)
            return;
        var waveOf = members.ToDictionary(m => m.Zone.Name, m => m.Wave, StringComparer.Ordinal);
        foreach (var (sub, subWave) in members)
        {
            if (sub.Global is not { } global || !waveOf.TryGetValue(global, out var globalWave) || subWave == globalWave)
                continue;
            var later = file.Waves[Math.Max(subWave, globalWave)];
            if (file.GlobalZones == GlobalOrder.First && subWave < globalWave)
                problems.Add(At(later, "strategy-global-after-sub", ("wave", later.Name), ("global", global), ("sub", sub.Name)));
            else if (file.GlobalZones == GlobalOrder.Last && globalWave < subWave)
                problems.Add(At(later, "strategy-global-before-sub", ("wave", later.Name), ("global", global), ("sub", sub.Name)));
        }
    }

    private static Finding At(WaveRule wave, string code, params ReadOnlySpan<(string Name, string Value)> args) =>
        Finding.Of(code, [.. args, ("line", $"{wave.Line}"), ("column", $"{wave.Column}")]);
}
