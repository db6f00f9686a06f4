using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Rollouts;

/// <summary>How many zones a strategy lets run side by side, and what one zone waits for from another.</summary>
public sealed class StrategyRulesTests
{
    [Fact]
    public void A_slow_start_lets_one_two_four_run_as_they_succeed()
    {
        var rollout = Of(RolloutScript.Many(20), "maxParallel: 6\nslowStart: true").Evaluate();
        rollout.Running.ShouldBe(["z1"]);
        rollout.Succeed("z1").Running.Count().ShouldBe(2);
        rollout.Succeed("z2").Running.Count().ShouldBe(2, "three have to succeed before four may run");
        rollout.Succeed("z3").Running.Count().ShouldBe(4);
        rollout.Succeed("z4", "z5", "z6", "z7").Running.Count().ShouldBe(6, "the limit is where it ends");
    }

    [Theory]
    [InlineData("50%", 9, 4)]
    [InlineData("10%", 9, 1)]
    [InlineData("1%", 200, 2)]
    [InlineData("100%", 7, 7)]
    [InlineData("3", 7, 3)]
    public void A_share_of_the_zones_runs_side_by_side_and_never_none(string limit, int zones, int expected) =>
        Of(RolloutScript.Many(zones), $"maxParallel: {limit}").Evaluate().Running.Count().ShouldBe(expected);

    [Fact]
    public void Labels_and_pools_have_limits_of_their_own()
    {
        var zones = RolloutScript.Many(7, i => i <= 4 ? "pek" : "sh").Select((z, i) => z with { Pool = i % 2 == 0 ? "north" : "south" }).ToList();
        Of(zones, "maxParallel: 8\nmaxParallelPerLabel: {region: 1}").Evaluate().Running.ShouldBe(["z1", "z5"]);
        Of(zones, "maxParallel: 8\nmaxParallelPerLabel: {region: 50%}").Evaluate().Running.ShouldBe(["z1", "z2", "z5"]);
        Of(zones, "maxParallel: 8\nmaxParallelPerPool: {north: 1}").Evaluate().Running.ShouldBe(["z1", "z2", "z4", "z6"]);
        var both = Of(zones, "maxParallel: 8\nmaxParallelPerLabel: {region: 1}\nmaxParallelPerPool: {north: 1}").Evaluate();
        both.Running.ShouldBe(["z1", "z6"]);
        both.Succeed("z1").Running.ShouldBe(["z2", "z6"]);
    }

    [Fact]
    public void A_wave_has_a_limit_of_its_own()
    {
        var rollout = Of(RolloutScript.Many(6), "maxParallel: 4", "- {name: first, take: 3, maxParallel: 2}\n- {name: rest}").Evaluate();
        rollout.Running.ShouldBe(["z1", "z2"]);
        rollout.Succeed("z1", "z2").Running.ShouldBe(["z3"]);
        rollout.Succeed("z3").Running.ShouldBe(["z4", "z5", "z6"]);
    }

    [Fact]
    public void A_waves_budget_stops_the_rollout_though_its_own_would_bear_more()
    {
        var rollout = Of(RolloutScript.Many(20), "maxParallel: 4\nmaxFailures: 50%", "- {name: canary, take: 2, maxFailures: 0}\n- {name: rest}").Evaluate();
        rollout.End("z1", ZoneState.Failed).Succeed("z2");
        rollout.Row.Reason!.Code.ShouldBe("wave-budget-spent");
        rollout.Row.State.ShouldBe(RolloutState.Failed);
        rollout.Running.ShouldBeEmpty();
        RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now).Refusal!.Code.ShouldBe("wave-budget-spent");
    }

    [Theory]
    [InlineData("10%", 2, false)]
    [InlineData("10%", 3, true)]
    [InlineData("14%", 2, false)]
    [InlineData("15%", 3, false)]
    [InlineData("15%", 4, true)]
    public void A_budget_that_is_a_share_stops_where_more_than_the_floor_have_failed(string budget, int failed, bool stops)
    {
        var rollout = Of(RolloutScript.Many(20), $"maxParallel: 20\nmaxFailures: {budget}").Evaluate();
        foreach (var zone in Enumerable.Range(1, failed))
            rollout.End($"z{zone}", ZoneState.Failed);
        rollout.Evaluate().Row.Stopped.ShouldBe(stops);
        rollout.Running.Count().ShouldBe(20 - failed, "what runs goes on");
    }

    [Fact]
    public void A_global_zone_goes_before_its_subs()
    {
        var rollout = Of(Region(), "maxParallel: 9\nglobalZones: first").Evaluate();
        rollout.Running.ShouldBe(["g", "other"]);
        rollout.Succeed("g").Running.ShouldBe(["s1", "s2", "other"], ignoreOrder: true);
    }

    [Fact]
    public void Or_after_them()
    {
        var rollout = Of(Region(), "maxParallel: 9\nglobalZones: last").Evaluate();
        rollout.Running.ShouldBe(["s1", "s2", "other"], ignoreOrder: true);
        rollout.Succeed("s1").Running.ShouldNotContain("g");
        rollout.Succeed("s2").Running.ShouldContain("g");
    }

    [Fact]
    public void Where_the_global_zone_fails_its_subs_do_not_start_and_the_rollout_ends_until_it_is_retried()
    {
        var rollout = Of(Region(), "maxParallel: 9\nmaxFailures: 100%\nglobalZones: first").Evaluate();
        rollout.End("g", ZoneState.Failed).Evaluate().Row.State.ShouldBe(RolloutState.Running, "another zone runs");
        rollout.Succeed("other").Row.State.ShouldBe(RolloutState.Failed);
        rollout.Row.Reason!.Code.ShouldBe("order-broken");
        rollout.Row.Reason.Args["zones"].ShouldBe("s1, s2");

        rollout.Do(RolloutRules.Retry(rollout.Row, "g", "ops")).Set("g", s => s with { State = ZoneState.Waiting, CountsAsFailure = false });
        rollout.Evaluate().Running.ShouldBe(["g"]);
        rollout.Succeed("g").Running.ShouldBe(["s1", "s2"]);
    }

    [Fact]
    public void After_its_time_nothing_more_begins_until_a_person_goes_on()
    {
        var rollout = Of(RolloutScript.Many(3), "maxParallel: 1\ntimeLimit: 2h").Evaluate();
        rollout.Now = rollout.Row.StartedAt + TimeSpan.FromHours(2);
        rollout.Evaluate().Row.Reason!.Code.ShouldBe("time-over");
        rollout.Running.ShouldBe(["z1"], "what runs goes on");
        rollout.Succeed("z1").Running.ShouldBeEmpty();
        rollout.Row.State.ShouldBe(RolloutState.Failed);
        rollout.Do(RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now)).Evaluate().Running.ShouldBe(["z2"]);
        rollout.After(TimeSpan.FromHours(1)).Row.Stopped.ShouldBeFalse("whoever went on has waived it");
    }

    [Fact]
    public void A_waves_time_begins_with_its_first_zone()
    {
        var rollout = Of(RolloutScript.Many(4), "maxParallel: 1", "- {name: first, take: 1}\n- {name: rest, timeLimit: 1h}").Evaluate();
        rollout.Now += TimeSpan.FromHours(5);
        rollout.Succeed("z1").Running.ShouldBe(["z2"]);
        rollout.After(TimeSpan.FromMinutes(59)).Row.Stopped.ShouldBeFalse();
        rollout.After(TimeSpan.FromMinutes(1)).Row.Reason!.Args["wave"].ShouldBe("rest");
    }

    [Fact]
    public void A_row_of_before_labels_had_limits_keeps_one_zone_of_a_region_at_a_time()
    {
        var rollout = new RolloutScript(RolloutScript.Many(4, i => i % 2 == 0 ? "pek" : "sh"), maxParallel: 4);
        rollout.Row = rollout.Row with
        {
            Strategy = rollout.Row.Strategy with { MaxPerRegion = 1 },
            Waves = [],
            Zones = [.. rollout.Row.Zones.Select((z, i) => z with { Region = i % 2 == 0 ? "sh" : "pek" })],
        };
        rollout.Evaluate().Running.ShouldBe(["z1", "z2"]);
    }

    private static IReadOnlyList<InventoryZone> Region() =>
        [Samples.Zone("s1") with { Global = "g" }, Samples.Zone("g"), Samples.Zone("s2") with { Global = "g" }, Samples.Zone("other") with { Global = "elsewhere" }];

    private static RolloutScript Of(IReadOnlyList<InventoryZone> zones, string settings, string waves = "- {name: all}") =>
        new(zones, failures: null, strategy: $"apiVersion: fleet/v1\nname: test\n{settings}\nwaves:\n{waves}\n");
}
