using Fleet.Contracts.Phases;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Tests.Rollouts;
using Fleet.Orchestration.Tests.ZoneUpgrades;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Calendars;

namespace Fleet.Orchestration.Tests.Planning;

/// <summary>How long it takes, by how long it took; and nothing where nothing is known.</summary>
public sealed class EstimateTests
{
    private static readonly ZoneLikeness Zone = new("sub", 3, "4.2.0", "5.0.2-20261101");

    [Fact]
    public void The_most_alike_upgrades_count_as_soon_as_there_are_enough_of_them()
    {
        new Durations([]).For(Zone).ShouldBeNull();
        Of(Past(1, Zone with { Kind = "global" }, 100)).ShouldBe((EstimateBasis.Any, 1));
        Of(Past(1, Zone, 60), Past(1, Zone with { From = "4.1.0" }, 100)).ShouldBe((EstimateBasis.Alike, 1));
        Of(Past(1, Zone, 60), Past(4, Zone with { Size = 6 }, 100)).ShouldBe((EstimateBasis.SameVersions, 5));
        Of(Past(5, Zone, 60), Past(50, Zone with { Size = 6 }, 100)).ShouldBe((EstimateBasis.Alike, 5));
        Of(Past(2, Zone, 60), Past(7, Zone with { Kind = "global" }, 100)).ShouldBe((EstimateBasis.Any, 9));
    }

    [Fact]
    public void Percentiles_are_taken_from_what_was()
    {
        var estimate = Durations.Of(new Durations([.. Enumerable.Range(1, 10).SelectMany(i => Past(1, Zone, i))]).For(Zone)!);
        estimate.ShouldBe(new Estimate(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(9), 10, EstimateBasis.Alike));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    [InlineData(8, 3)]
    [InlineData(9, 4)]
    public void Sizes_are_alike_within_a_power_of_two(int nodes, int size) =>
        ZoneLikeness.Of(Samples.Traits, new Dictionary<string, string> { ["nodes.all"] = string.Join(',', Enumerable.Range(1, nodes)) }, "4.2.0", Samples.Package).Size.ShouldBe(size);

    [Fact]
    public void Kinds_are_those_of_all_zone_ids() =>
        ZoneLikeness.Of(new ZoneTraits { ZoneIds = [new("a", ZoneKind.Sub, true), new("b", ZoneKind.Global, false), new("c", ZoneKind.Sub, true)] }, new Dictionary<string, string>(), null, Samples.Package).Kind.ShouldBe("global+special-sub");

    [Fact]
    public void Waves_and_the_rollout_take_as_long_as_the_rules_let_them()
    {
        // One, and after half an hour, four at a time: 60 + 30 + 2 × 60 minutes.
        var rollout = new RolloutScript(RolloutScript.Many(9), failures: null, strategy: "apiVersion: fleet/v1\nname: test\nmaxParallel: 4\nwaves:\n- {name: canary, take: 1, bake: 30m}\n- {name: rest}\n").Row;
        var forecast = Forecast.Of(rollout, rollout.Zones.ToDictionary(z => z.ZoneUpgradeId, _ => new DurationSamples([.. Past(1, Zone, 60)], EstimateBasis.Alike)))!.Value;
        forecast.Rollout.ShouldBe(new Estimate(TimeSpan.FromMinutes(210), TimeSpan.FromMinutes(210), 1, EstimateBasis.Alike));
        forecast.Waves.Select(w => w.P50).ShouldBe([TimeSpan.FromHours(1), TimeSpan.FromHours(2)]);
    }

    [Fact]
    public void Verdicts_that_ask_or_stop_and_limits_of_time_do_not_keep_a_forecast_from_its_end()
    {
        var rollout = new RolloutScript(RolloutScript.Many(4, i => "one"), failures: null, strategy: "apiVersion: fleet/v1\nname: test\ntimeLimit: 1m\nmaxParallelPerLabel: {region: 1}\nslowStart: true\nwaves:\n- {name: canary, take: 1, bake: 30m, verdict: {succeeded: ask}}\n- {name: more, take: 1, bake: 30m, timeLimit: 1m, verdict: {succeeded: stop}}\n- {name: rest, bake: 30m}\n").Row;
        Forecast.Of(rollout, rollout.Zones.ToDictionary(z => z.ZoneUpgradeId, _ => new DurationSamples([.. Past(1, Zone, 60)], EstimateBasis.Any)))!.Value.Rollout.P50.ShouldBe(TimeSpan.FromMinutes((4 * 60) + 90));
    }

    [Theory]
    [InlineData("{name: nights, from: '22:00', to: '02:00'}", 10 + 3 + 21 + 3, null)]
    [InlineData("{name: nights, from: '22:00', to: '02:00', phases: [upgrade-platform]}", 12 + 24, null)]
    [InlineData("{name: nights, from: '22:00', to: '23:00', phases: [upgrade-platform]}", null, "upgrade-platform")]
    [InlineData("{name: nights, from: '22:00', to: '02:00', phases: [verify]}", 3 + 3, null)]
    public void The_nights_between_are_a_part_of_how_long_it_takes(string window, int? hours, string? neverFits)
    {
        // At noon, one zone after the other; each takes an hour by day and two that may be for the night only.
        var inputs = PlanTests.Inputs([Samples.Zone("a"), Samples.Zone("b")], parallel: 1);
        var past = Past(3, Zone, 180).Select(p => p with { Phases = new Dictionary<string, TimeSpan> { ["initialize-installer"] = TimeSpan.FromHours(1), ["upgrade-platform"] = TimeSpan.FromHours(2) } });
        var calendar = CalendarLoader.Load($"apiVersion: fleet/v1\ntimeZone: UTC\nwindows:\n- {window}\n");
        calendar.Problems.ShouldBeEmpty();
        var now = new DateTimeOffset(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);
        var plan = PlanMaker.Make(inputs with { Past = [.. past], Calendar = calendar.Calendar!, Now = now }, "all", "ann", now).View;
        plan.Estimate?.P50.ShouldBe(TimeSpan.FromHours(hours!.Value));
        (plan.Estimate is null).ShouldBe(hours is null);
        plan.EstimateFrom.ShouldBe(hours is null ? null : now);
        plan.Remarks.Where(r => r.Code == "plan-phase-never-fits").Select(r => r.Args["phase"]).Distinct().ShouldBe(neverFits is null ? [] : [neverFits]);
    }

    [Fact]
    public void The_time_in_which_a_zone_stood_is_no_part_of_what_it_took_and_its_phases_are_as_long_as_their_steps()
    {
        var began = new DateTimeOffset(2026, 11, 1, 22, 0, 0, TimeSpan.Zero);
        StepRecord Step(string phase, string step, int from, int to) => new() { Phase = phase, Step = step, Attempt = 1, Epoch = 1, StartedAt = began.AddMinutes(from), EndedAt = began.AddMinutes(to) };
        var row = new ZoneScript().Row with
        {
            StartedAt = began,
            EndedAt = began.AddHours(25),
            Stood = TimeSpan.FromHours(20),
            PhasesDone = ["preflight", "stage-package"],
            Steps = [Step("preflight", "a", 0, 5), Step("preflight", "b", 10, 20), Step("stage-package", "c", 1200, 1230), Step("verify", "d", 1300, 1400)],
        };
        var past = PastUpgrade.Of(row, Zone);
        past.Took.ShouldBe(TimeSpan.FromHours(5));
        past.Phases.ShouldBe(new Dictionary<string, TimeSpan> { ["preflight"] = TimeSpan.FromMinutes(15), ["stage-package"] = TimeSpan.FromMinutes(30) }, ignoreOrder: true);
        Durations.ByPhase(new DurationSamples([past, past with { Phases = new Dictionary<string, TimeSpan> { ["preflight"] = TimeSpan.FromHours(1) } }], EstimateBasis.Any))
            .ShouldBe(new Dictionary<string, TimeSpan> { ["preflight"] = TimeSpan.FromHours(1), ["stage-package"] = TimeSpan.FromMinutes(30) }, ignoreOrder: true);
    }

    [Fact]
    public void Where_one_zone_has_no_past_nothing_is_said_of_the_whole()
    {
        var plan = PlanMaker.Make(PlanTests.Inputs([Samples.Zone("a"), Samples.Zone("b") with { Traits = Samples.Traits }]) with { Past = [] }, "all", "ann", default).View;
        plan.Estimate.ShouldBeNull();
        plan.Waves[0].Estimate.ShouldBeNull();
        var known = PlanMaker.Make(PlanTests.Inputs([Samples.Zone("a"), Samples.Zone("b")]) with { Past = [.. Past(3, Zone, 60)] }, "all", "ann", default).View;
        known.Estimate!.P50.ShouldBe(TimeSpan.FromHours(1));
        known.Zones.ShouldAllBe(z => z.Estimate!.Samples == 3);
        PlanMaker.Make(PlanTests.Inputs([Samples.Zone("a")]) with { Past = [.. Past(3, Zone, 60)], Start = PlanTests.Inputs([Samples.Zone("a")]).Start with { Until = "preflight" } }, "all", "ann", default).View.Estimate.ShouldBeNull("the past knows whole upgrades only");
    }

    private static (EstimateBasis, int) Of(params IEnumerable<PastUpgrade>[] past)
    {
        var samples = new Durations([.. past.SelectMany(p => p)]).For(Zone)!;
        return (samples.Basis, samples.Past.Count);
    }

    private static IEnumerable<PastUpgrade> Past(int count, ZoneLikeness likeness, int minutes) => Enumerable.Repeat(new PastUpgrade(likeness, TimeSpan.FromMinutes(minutes)), count);
}
