using CsCheck;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Tests.Rollouts;

public sealed class RolloutRulesTests
{
    [Fact]
    public void Without_a_word_of_the_operator_one_canary_goes_first_and_four_follow()
    {
        var rollout = new RolloutScript([Samples.Zone("z1"), Samples.Zone("z2", tier: "canary"), .. RolloutScript.Many(8).Skip(2)]).Evaluate();
        rollout.Running.ShouldBe(["z2"]);
        rollout.Follow("z2").Evaluate().Running.ShouldBe(["z2"]);
        rollout.End("z2", ZoneState.Succeeded).Evaluate().Running.ShouldBe(["z1", "z3", "z4", "z5"]);
    }

    [Fact]
    public void With_a_number_so_many_start_at_once_without_a_canary() =>
        new RolloutScript(RolloutScript.Many(6, _ => "pek"), maxParallel: 3).Evaluate().Running.Count().ShouldBe(3);

    [Fact]
    public void One_zone_of_a_region_runs_at_a_time()
    {
        var rollout = new RolloutScript(RolloutScript.Many(7, i => i % 2 == 0 ? "pek" : "sh")).Evaluate().End("z1", ZoneState.Succeeded).Evaluate();
        rollout.Running.ShouldBe(["z2", "z3"]);
        rollout.End("z3", ZoneState.Succeeded).Evaluate().Running.ShouldBe(["z2", "z5"]);
    }

    [Fact]
    public void A_failed_canary_starts_nothing_more_and_the_rollout_ends_failed()
    {
        var rollout = new RolloutScript(RolloutScript.Many(5)).Evaluate().End("z1", ZoneState.Failed).Evaluate();
        rollout.Row.State.ShouldBe(RolloutState.Failed);
        rollout.Row.Stopped.ShouldBeTrue();
        rollout.Row.Reason!.Code.ShouldBe("budget-spent");
        rollout.Running.ShouldBeEmpty();
    }

    [Fact]
    public void A_zone_counts_from_its_first_unknown_outcome_while_it_is_held()
    {
        var rollout = new RolloutScript(RolloutScript.Many(3), maxParallel: 1).Evaluate();
        rollout.Set("z1", s => s with { State = ZoneState.Held, StartsTaken = 1, CountsAsFailure = true }).Evaluate();
        rollout.Row.Stopped.ShouldBeTrue();
        rollout.Row.State.ShouldBe(RolloutState.Running);
    }

    [Fact]
    public void A_later_success_uncounts_but_only_a_person_starts_a_stopped_rollout_again()
    {
        var rollout = new RolloutScript(RolloutScript.Many(3), maxParallel: 1).Evaluate();
        rollout.Set("z1", s => s with { State = ZoneState.Held, StartsTaken = 1, CountsAsFailure = true }).Evaluate();
        RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now).Refusal!.Code.ShouldBe("budget-spent");
        rollout.End("z1", ZoneState.Succeeded).Evaluate();
        rollout.Row.State.ShouldBe(RolloutState.Failed);
        rollout.Row = RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now).Row;
        rollout.Evaluate().Running.ShouldBe(["z2"]);
    }

    [Theory]
    [InlineData("0", 10, 0)]
    [InlineData("3", 10, 3)]
    [InlineData("10%", 10, 1)]
    [InlineData("10%", 19, 1)]
    [InlineData("33%", 10, 3)]
    [InlineData("100%", 7, 7)]
    public void The_budget_is_a_number_or_the_floor_of_a_share(string limit, int zones, int expected) => Amount.Parse(limit)!.Of(zones).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("101%")]
    [InlineData("x")]
    [InlineData("1.5%")]
    public void A_budget_that_is_none_is_refused(string limit) => Amount.Parse(limit).ShouldBeNull();

    [Fact]
    public void A_paused_rollout_starts_nothing_and_goes_on_when_resumed()
    {
        var rollout = new RolloutScript(RolloutScript.Many(2), maxParallel: 1).Evaluate().Follow("z1");
        rollout.Row = RolloutRules.Pause(rollout.Row, "ops").Row;
        rollout.End("z1", ZoneState.Succeeded).Evaluate().Running.ShouldBeEmpty();
        rollout.Row = RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now).Row;
        rollout.Evaluate().Running.ShouldBe(["z2"]);
    }

    [Fact]
    public void A_restored_rollout_starts_nothing_until_it_is_resumed_and_one_that_ends_is_left_alone()
    {
        var rollout = new RolloutScript(RolloutScript.Many(2), maxParallel: 1).Evaluate().Follow("z1");
        var change = RolloutRules.Restore(rollout.Row, DateTimeOffset.UnixEpoch, "ann");
        change.Audit.Select(a => a.Code).ShouldBe(["rollout-paused-after-restore"]);
        rollout.Row = change.Row;
        rollout.Row.Reason!.Code.ShouldBe("paused-after-restore");
        rollout.End("z1", ZoneState.Succeeded).Evaluate().Running.ShouldBeEmpty();
        RolloutRules.Restore(rollout.Row, DateTimeOffset.UnixEpoch, "ann").Audit.ShouldBeEmpty();
        rollout.Row = RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now).Row;
        rollout.Evaluate().Running.ShouldBe(["z2"]);

        var aborting = RolloutRules.Abort(rollout.Row, now: false, null, "ops").Row;
        RolloutRules.Restore(aborting, DateTimeOffset.UnixEpoch, "ann").Row.ShouldBeSameAs(aborting);
    }

    [Fact]
    public void Until_a_phase_all_zones_come_to_it_then_the_rollout_pauses_and_resume_goes_on_behind()
    {
        var rollout = new RolloutScript(RolloutScript.Many(2), maxParallel: 1, until: "stage-package").Evaluate().Follow("z1");
        rollout.Set("z1", s => s with { State = ZoneState.Waiting, ReachedUntil = "stage-package" }).Evaluate().Running.ShouldBe(["z2"]);
        rollout.Follow("z2").Set("z2", s => s with { State = ZoneState.Waiting, ReachedUntil = "stage-package" }).Evaluate();
        rollout.Row.State.ShouldBe(RolloutState.Paused);
        rollout.Row.Reason!.Code.ShouldBe("until-reached");
        rollout.Row = RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now).Row;
        rollout.Row.Until.ShouldBeNull();
        rollout.Evaluate().Running.ShouldBe(["z1"]);
        rollout.Row.Find("z1")!.Starts.ShouldBe(2);
    }

    [Fact]
    public void A_blocked_zone_is_passed_over_and_keeps_the_rollout_open()
    {
        var rollout = new RolloutScript(RolloutScript.Many(2), maxParallel: 1).Set("z1", s => s with { Blocked = true }).Evaluate();
        rollout.Running.ShouldBe(["z2"]);
        rollout.End("z2", ZoneState.Succeeded).Evaluate().Row.State.ShouldBe(RolloutState.Running);
        rollout.Set("z1", s => s with { Blocked = false }).Evaluate().Running.ShouldBe(["z1"]);
    }

    [Theory]
    [InlineData(ZoneState.Succeeded, ZoneState.Skipped, RolloutState.Succeeded)]
    [InlineData(ZoneState.Succeeded, ZoneState.Failed, RolloutState.Failed)]
    [InlineData(ZoneState.Succeeded, ZoneState.Aborted, RolloutState.Failed)]
    [InlineData(ZoneState.Succeeded, ZoneState.Unknown, RolloutState.Failed)]
    public void A_rollout_ended_well_only_if_all_its_zones_did(ZoneState one, ZoneState other, RolloutState expected) =>
        new RolloutScript(RolloutScript.Many(2), maxParallel: 2).Evaluate().End("z1", one).End("z2", other).Evaluate().Row.State.ShouldBe(expected);

    [Fact]
    public void A_retried_zone_waits_for_room_and_starts_although_the_budget_is_spent()
    {
        var rollout = new RolloutScript(RolloutScript.Many(3), maxParallel: 1, failures: "1").Evaluate().End("z1", ZoneState.Failed).Evaluate().Follow("z2");
        rollout.Set("z1", s => s with { State = ZoneState.Waiting });
        rollout.Row = RolloutRules.Retry(rollout.Row, "z1", "ops").Row;
        rollout.Evaluate().Running.ShouldBe(["z2"], "one may run");
        rollout.End("z2", ZoneState.Failed).Evaluate();
        rollout.Row.Stopped.ShouldBeTrue();
        rollout.Running.ShouldBe(["z1"]);
        rollout.Row.Find("z1")!.Starts.ShouldBe(2);
        rollout.End("z1", ZoneState.Succeeded).Evaluate().Row.State.ShouldBe(RolloutState.Failed);
        rollout.Row.Find("z3")!.Starts.ShouldBe(0);
    }

    [Fact]
    public void Paused_with_its_budget_spent_what_was_begun_goes_on_when_resumed_and_nothing_else_starts()
    {
        var rollout = new RolloutScript(RolloutScript.Many(3), maxParallel: 2).Evaluate().Follow("z1").End("z2", ZoneState.Failed).Evaluate();
        rollout.Row = RolloutRules.Pause(rollout.Row, "ops").Row;
        var resumed = RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now);
        resumed.Refusal.ShouldBeNull();
        rollout.Row = resumed.Row;
        rollout.Row.Stopped.ShouldBeTrue();
        rollout.Evaluate().Running.ShouldBe(["z1"]);
    }

    [Fact]
    public void Zones_that_stand_behind_a_phase_are_not_left_there_when_the_budget_is_spent()
    {
        var rollout = new RolloutScript(RolloutScript.Many(3), maxParallel: 1, until: "prepare-platform").Evaluate().Follow("z1");
        rollout.Set("z1", s => s with { State = ZoneState.Waiting, ReachedUntil = "prepare-platform" }).Evaluate().End("z2", ZoneState.Failed).Evaluate();
        rollout.Row.State.ShouldBe(RolloutState.Paused);
        rollout.Row.Reason!.Code.ShouldBe("budget-spent");
        rollout.Row = RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now).Row;
        rollout.Row.Until.ShouldBeNull();
        rollout.Evaluate().Running.ShouldBe(["z1"]);
        rollout.End("z1", ZoneState.Succeeded).Evaluate().Row.State.ShouldBe(RolloutState.Failed);
        rollout.Row.Find("z3")!.Starts.ShouldBe(0);
    }

    [Fact]
    public void An_aborting_rollout_ends_aborted_once_all_zones_ended()
    {
        var rollout = new RolloutScript(RolloutScript.Many(2), maxParallel: 1).Evaluate().Follow("z1");
        rollout.Row = RolloutRules.Abort(rollout.Row, now: false, null, "ops").Row;
        rollout.Evaluate().Row.State.ShouldBe(RolloutState.Aborting);
        rollout.End("z1", ZoneState.Aborted).End("z2", ZoneState.Aborted).Evaluate().Row.State.ShouldBe(RolloutState.Aborted);
        RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now).Refusal.ShouldNotBeNull();
    }

    [Fact]
    public void Whatever_happens_limits_hold_and_nothing_starts_after_the_budget_is_spent()
    {
        var events = Gen.Select(Gen.Int[0, 19], Gen.Int[0, 8]).Array[0, 120];
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 6], Gen.Int[0, 4], Gen.Bool, events).Sample((count, parallel, budget, standard, moves) =>
        {
            var rollout = new RolloutScript(RolloutScript.Many(count, i => $"r{i % 3}"), standard ? null : parallel, $"{budget}");
            var started = 0;
            foreach (var (which, what) in moves)
            {
                Move(rollout, $"z{1 + (which % count)}", what);
                var spent = rollout.Row.Stopped || RolloutRules.Failures(rollout.Row, rollout.Zones) > rollout.Row.Budget;
                rollout.Evaluate();
                // What a person retries was begun before.
                var now = rollout.Row.Zones.Count(z => z.Starts > 0);
                if (spent && now > started)
                    return false;
                started = now;
                if (rollout.Running.Count() > rollout.Row.MaxParallel)
                    return false;
                if (standard && rollout.Row.Included.Where(z => rollout.Running.Contains(z.Zone)).GroupBy(z => z.Labels[Strategy.Region]).Any(g => g.Count() > 1))
                    return false;
                if (standard && count > 1 && rollout.Row.Zones[0] is { Retried: false, Starts: < 2 } && rollout.Row.Zones.Any(z => z is { Wave: 1, Starts: > 0 }) && !rollout.Zones[rollout.Row.Zones[0].ZoneUpgradeId].IsEnded)
                    return false;
            }

            return true;
        });
    }

    [Fact]
    public void Limits_change_in_flight_what_runs_goes_on_and_a_spent_budget_waits_for_a_person()
    {
        var rollout = new RolloutScript(RolloutScript.Many(4), maxParallel: 2, failures: "0").Evaluate().Follow("z1").Follow("z2");
        rollout.Row = RolloutRules.Limit(rollout.Row, 1, null, null, "ops").Row;
        rollout.Evaluate().Running.ShouldBe(["z1", "z2"], "what runs goes on");
        rollout.End("z1", ZoneState.Failed).Evaluate().Row.Stopped.ShouldBeTrue();

        var raised = RolloutRules.Limit(rollout.Row, 3, Amount.Parse("50%"), "one rack", "ops");
        raised.Audit.Single().ShouldSatisfyAllConditions(a => a.Code.ShouldBe("rollout-limits"), a => a.Args["max-failures"].ShouldBe("50%"), a => a.Args["was-failures"].ShouldBe("0"), a => a.Args["comment"].ShouldBe("one rack"));
        rollout.Row = raised.Row;
        rollout.Evaluate().Running.ShouldBe(["z2"], "a budget that was spent stops until somebody resumes");
        RolloutRules.Limit(rollout.Row, 3, Amount.Parse("50%"), null, "ops").Audit.ShouldBeEmpty("the same twice is once");
        rollout.Row = RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now).Row;
        rollout.Evaluate().Running.ShouldBe(["z2", "z3", "z4"]);

        rollout.Row = RolloutRules.Limit(rollout.Row, null, Amount.None, null, "ops").Row;
        rollout.Evaluate().Row.Stopped.ShouldBeTrue("less may fail than has");
    }

    [Fact]
    public void A_rollout_that_ended_or_is_being_aborted_has_no_limits_to_change()
    {
        var rollout = new RolloutScript(RolloutScript.Many(1)).Evaluate().Follow("z1");
        RolloutRules.Limit(RolloutRules.Abort(rollout.Row, now: false, null, "ops").Row, 2, null, null, "ops").Refusal.ShouldNotBeNull();
        RolloutRules.Limit(rollout.End("z1", ZoneState.Succeeded).Evaluate().Row, 2, null, null, "ops").Refusal.ShouldNotBeNull();
    }

    [Fact]
    public void Whatever_happens_waves_open_in_their_order_and_what_is_paused_or_excluded_does_not_start()
    {
        var moves = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 16]).Array[0, 120];
        Gen.Select(Gen.Int[0, 3].Array[1, 12], Gen.Int[1, 6], Gen.Int[0, 100], Gen.Bool, moves).Sample((waves, parallel, percent, until, all) =>
        {
            var rollout = new RolloutScript(RolloutScript.Many(waves.Length), parallel, $"{percent}%", until ? "prepare-platform" : null);
            // Waves as a plan may have them: in order, of any size, none of them empty.
            var order = waves.Order().Select(w => waves.Distinct().Order().ToList().IndexOf(w)).ToList();
            rollout.Row = rollout.Row with { Zones = [.. rollout.Row.Zones.Select((z, i) => z with { Wave = order[i] })] };
            foreach (var (which, what) in all)
            {
                Steer(rollout, $"z{1 + (which % waves.Length)}", what);
                var before = rollout.Row;
                rollout.Evaluate();
                var started = rollout.Row.Zones.Where((z, i) => z.Starts > before.Zones[i].Starts).ToList();
                if (started.Count == 0)
                    continue;
                var failures = RolloutRules.Failures(before, rollout.Zones);
                if (before.State != RolloutState.Running || started.Any(z => z.Excluded) || rollout.Running.Count() > before.MaxParallel)
                    return false;
                if (failures * 100 > before.Strategy.MaxFailures.Percent * before.Included.Count() && started.Any(z => before.Find(z.Zone) is { Starts: 0, Retried: false }))
                    return false;
                if (started.Any(z => rollout.Row.Included.Where(o => o.Wave < z.Wave).Any(o => rollout.Zones[o.ZoneUpgradeId] is var s && !s.IsEnded && (s.ReachedUntil is null || s.ReachedUntil != before.Until))))
                    return false;
            }

            return true;
        });
    }

    private static void Steer(RolloutScript rollout, string zone, int what)
    {
        switch (what)
        {
            case 9: rollout.Row = RolloutRules.Pause(rollout.Row, "ops").Row; break;
            case 10 or 11: rollout.Row = RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now).Row; break;
            case 12 when rollout.Row.Find(zone) is { Starts: 0 }: rollout.Row = RolloutRules.Exclude(rollout.Row, zone, null, "ops").Row; break;
            case 13 when rollout.Running.Contains(zone) && rollout.Row.Until is { } until:
                rollout.Set(zone, s => s with { State = ZoneState.Waiting, ReachedUntil = until, StartsTaken = rollout.Row.Find(zone)!.Starts });
                break;
            case 14: rollout.Set(zone, s => s with { Blocked = !s.Blocked }); break;
            case 15 or 16: rollout.Row = RolloutRules.Limit(rollout.Row, 1 + (zone.Length * what % 5), new Amount(null, zone.Length * what % 101), null, "ops").Row; break;
            default: Move(rollout, zone, what); break;
        }
    }

    private static void Move(RolloutScript rollout, string zone, int what)
    {
        var standing = rollout.Zones[rollout.Row.Find(zone)!.ZoneUpgradeId];
        if (what >= 7)
        {
            if (standing.State == ZoneState.Failed)
            {
                rollout.Set(zone, s => s with { State = ZoneState.Waiting });
                rollout.Row = RolloutRules.Retry(rollout.Row, zone, "ops").Row;
            }

            return;
        }

        if (!rollout.Running.Contains(zone))
            return;
        switch (what)
        {
            case 0 or 1: rollout.Follow(zone); break;
            case 2: rollout.Set(zone, s => s with { State = ZoneState.Held, StartsTaken = rollout.Row.Find(zone)!.Starts }); break;
            case 3: rollout.Set(zone, s => s with { CountsAsFailure = standing.State == ZoneState.Held }); break;
            case 4: rollout.End(zone, ZoneState.Failed); break;
            default: rollout.End(zone, ZoneState.Succeeded); break;
        }
    }
}
