using Fleet.Contracts.Decisions;
using Fleet.Contracts.ZoneUpgrades;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Rollouts;

/// <summary>One zone or one wave is let stand while the others go on, and a zone joins what has begun.</summary>
public sealed class PartTests
{
    private const string Two = "apiVersion: fleet/v1\nname: two\nmaxParallel: 9\nmaxFailures: 9\nwaves:\n- {name: canary, zones: z1}\n- {name: rest}\n";

    [Fact]
    public void A_paused_zone_does_not_start_and_the_others_do_until_it_is_resumed()
    {
        var rollout = Many(3);
        rollout.Do(RolloutRules.PauseZone(rollout.Row, "z2", rollout.Zones, "its owner calls", "ann")).Evaluate();
        rollout.Running.ShouldBe(["z1", "z3"]);
        rollout.Audit.ShouldContain(a => a.Code == "zone-paused" && a.Zone == "z2" && a.Actor == "ann" && a.Args["comment"] == "its owner calls");
        rollout.Succeed("z1", "z3").Row.State.ShouldBe(RolloutState.Running, "it waits for the zone that stands");
        rollout.Do(RolloutRules.ResumeZone(rollout.Row, "z2", null, "ann")).Evaluate();
        rollout.Running.ShouldBe(["z2"]);
    }

    [Fact]
    public void A_paused_wave_stands_with_those_that_come_to_it_and_what_follows_waits_for_it()
    {
        var rollout = new RolloutScript(RolloutScript.Many(3), strategy: Two);
        rollout.Do(RolloutRules.PauseWave(rollout.Row, "rest", null, "ann")).Evaluate();
        rollout.Succeed("z1").Running.ShouldBeEmpty();
        Join(rollout, "z4", "rest").Evaluate().Running.ShouldBeEmpty();
        RolloutRules.StanceOf(rollout.Row, rollout.Row.Find("z4")).ShouldBe(Stance.Pause);
        RolloutRules.StanceOf(rollout.Row, rollout.Row.Find("z1")).ShouldBe(Stance.Go);
        rollout.Do(RolloutRules.ResumeWave(rollout.Row, "rest", null, "ann")).Evaluate().Running.ShouldBe(["z2", "z3", "z4"]);
    }

    [Fact]
    public void Whoever_says_it_twice_changes_nothing_by_it()
    {
        var rollout = Many(2);
        rollout.Do(RolloutRules.PauseZone(rollout.Row, "z1", rollout.Zones, null, "ann"));
        ReferenceEquals(RolloutRules.PauseZone(rollout.Row, "z1", rollout.Zones, null, "bob").Row, rollout.Row).ShouldBeTrue();
        rollout.Row.Find("z1")!.PausedBy.ShouldBe("ann");
        ReferenceEquals(RolloutRules.ResumeZone(rollout.Row, "z2", null, "bob").Row, rollout.Row).ShouldBeTrue();
        ReferenceEquals(RolloutRules.ResumeWave(rollout.Row, "all", null, "bob").Row, rollout.Row).ShouldBeTrue();
        Join(rollout, "z3");
        var row = rollout.Row;
        Join(rollout, "z3");
        ReferenceEquals(rollout.Row, row).ShouldBeTrue();
        rollout.Audit.Count(a => a.Code == "rollout-zone-added").ShouldBe(1);
    }

    [Fact]
    public void What_is_not_there_or_has_ended_is_not_paused()
    {
        var rollout = Many(2).Evaluate().Succeed("z1");
        RolloutRules.PauseZone(rollout.Row, "z1", rollout.Zones, null, "ann").Refusal!.Code.ShouldBe("zone-ended-already");
        RolloutRules.PauseZone(rollout.Row, "nowhere", rollout.Zones, null, "ann").Refusal!.Code.ShouldBe("zone-not-in-rollout");
        RolloutRules.PauseWave(rollout.Row, "nowhere", null, "ann").Refusal!.ShouldSatisfyAllConditions(f => f.Code.ShouldBe("wave-not-found"), f => f.Args["waves"].ShouldBe("all"));
        rollout.Succeed("z2");
        foreach (var refused in new[] { RolloutRules.PauseWave(rollout.Row, "all", null, "ann"), RolloutRules.ResumeZone(rollout.Row, "z2", null, "ann"), Added(rollout, "z3", null) })
            refused.Refusal!.Code.ShouldBe("rollout-not-in-state");
    }

    [Fact]
    public void Only_the_zones_whose_stance_changes_are_told()
    {
        var rollout = new RolloutScript(RolloutScript.Many(3), strategy: Two).Evaluate();
        Told(rollout, RolloutRules.PauseZone(rollout.Row, "z2", rollout.Zones, null, "ann")).ShouldBe(["z2"]);
        Told(rollout, RolloutRules.PauseWave(rollout.Row, "rest", null, "ann")).ShouldBe(["z2", "z3"]);
        Told(rollout, RolloutRules.Pause(rollout.Row, "ann")).ShouldBe(["z1", "z2", "z3"]);
        rollout.Do(RolloutRules.PauseWave(rollout.Row, "rest", null, "ann"));
        Told(rollout, RolloutRules.PauseZone(rollout.Row, "z2", rollout.Zones, null, "ann")).ShouldBeEmpty("its wave stands already");
    }

    [Fact]
    public void A_person_who_wants_a_zone_tried_again_ends_its_own_pause()
    {
        var rollout = Many(2).Evaluate();
        rollout.Do(RolloutRules.PauseZone(rollout.Row, "z1", rollout.Zones, null, "ann"));
        rollout.End("z1", ZoneState.Failed).Set("z1", s => s with { State = ZoneState.Waiting });
        rollout.Do(RolloutRules.Retry(rollout.Row, "z1", "ann")).Row.Find("z1")!.PausedBy.ShouldBeNull();
    }

    [Fact]
    public void A_zone_joins_the_last_wave_that_has_not_begun_or_one_of_its_own_behind_all()
    {
        var rollout = new RolloutScript(RolloutScript.Many(3), strategy: Two).Evaluate();
        Join(rollout, "z4").Row.Find("z4")!.Wave.ShouldBe(1);
        rollout.Audit[^1].ShouldSatisfyAllConditions(a => a.Code.ShouldBe("rollout-zone-added"), a => a.Args["wave"].ShouldBe("rest"), a => a.Zone.ShouldBe("z4"));
        Added(rollout, "z5", "canary").Refusal!.ShouldSatisfyAllConditions(f => f.Code.ShouldBe("wave-begun-already"), f => f.Args["later"].ShouldBe("rest"));
        rollout.Evaluate().Running.ShouldBe(["z1"]);
        rollout.Succeed("z1").Running.ShouldBe(["z2", "z3", "z4"]);

        Join(rollout, "z5").Evaluate();
        (rollout.Row.Find("z5")!.Wave, rollout.Row.Waves[2].Name).ShouldBe((2, "added-1"));
        rollout.Running.ShouldNotContain("z5", "the wave before it has not ended");
        Join(rollout, "z6").Row.Find("z6")!.Wave.ShouldBe(2);
        rollout.Succeed("z2", "z3", "z4").Running.ShouldBe(["z5", "z6"]);
        Join(rollout, "z7").Row.Waves[3].Name.ShouldBe("added-2");
        var three = new RolloutScript(RolloutScript.Many(3), strategy: "apiVersion: fleet/v1\nname: three\nwaves: [{name: a, zones: z1}, {name: b, zones: z2}, {name: c}]\n");
        Join(three, "z4").Row.Find("z4")!.Wave.ShouldBe(2, "the last of them");
        Join(three, "z5", "b").Row.Find("z5")!.Wave.ShouldBe(1);
    }

    [Fact]
    public void The_newest_answer_in_advance_to_a_question_is_the_one_that_counts()
    {
        var rollout = Many(2).Evaluate();
        AdvanceAnswer InAdvance(string choice, string fingerprint) => new(fingerprint, DecisionKind.FailedStep, choice, null, "ann", rollout.Now, Guid.NewGuid());
        rollout.Do(RolloutRules.AnswerInAdvance(rollout.Row, InAdvance(Choices.Retry, "f"))).Do(RolloutRules.AnswerInAdvance(rollout.Row, InAdvance(Choices.Retry, "g")));
        ReferenceEquals(RolloutRules.AnswerInAdvance(rollout.Row, InAdvance(Choices.Retry, "f")).Row, rollout.Row).ShouldBeTrue("it is the same answer");
        rollout.Do(RolloutRules.AnswerInAdvance(rollout.Row, InAdvance(Choices.Fail, "f")));
        rollout.Row.AnswersInAdvance.Select(s => (s.Fingerprint, s.Choice)).ShouldBe([("g", Choices.Retry), ("f", Choices.Fail)]);
        rollout.Do(RolloutRules.TakeBackAnswer(rollout.Row, "f", null, "bob")).Row.AnswersInAdvance.Single().Fingerprint.ShouldBe("g");
        ReferenceEquals(RolloutRules.TakeBackAnswer(rollout.Row, "f", null, "bob").Row, rollout.Row).ShouldBeTrue();
        rollout.Audit.Select(a => a.Code).Where(c => c.StartsWith("answer-", StringComparison.Ordinal)).ShouldBe(["answer-in-advance", "answer-in-advance", "answer-in-advance", "answer-taken-back"]);
        rollout.Succeed("z1", "z2");
        RolloutRules.AnswerInAdvance(rollout.Row, InAdvance(Choices.Retry, "h")).Refusal!.Code.ShouldBe("rollout-not-in-state");
    }

    [Fact]
    public void A_zone_is_in_a_rollout_once()
    {
        var rollout = new RolloutScript(RolloutScript.Many(3), strategy: Two);
        Added(rollout, "z1", "rest").Refusal!.ShouldSatisfyAllConditions(f => f.Code.ShouldBe("zone-in-wave-already"), f => f.Args["wave"].ShouldBe("canary"));
        rollout.Do(RolloutRules.Exclude(rollout.Row, "z2", null, "ann"));
        Added(rollout, "z2", null).Refusal!.Code.ShouldBe("zone-excluded-before");
    }

    [Theory]
    [InlineData("first", "sub", "glob", "zone-added-out-of-order")]
    [InlineData("last", "sub", "glob", null)]
    [InlineData("last", "glob", "sub", "zone-added-out-of-order")]
    [InlineData("any", "sub", "glob", null)]
    public void A_global_zone_does_not_join_on_the_wrong_side_of_its_subs(string order, string there, string joins, string? problem)
    {
        var rollout = new RolloutScript([Samples.Zone(there) with { Global = there == "sub" ? "glob" : null }, Samples.Zone("z9")], strategy: $"apiVersion: fleet/v1\nname: o\nglobalZones: {order}\nmaxParallel: 9\nwaves: [{{name: a, zones: {there}}}, {{name: b}}]\n").Evaluate();
        Added(rollout, joins, null, joins == "sub" ? "glob" : null).Refusal?.Code.ShouldBe(problem);
        (Added(rollout, joins, null, joins == "sub" ? "glob" : null).Refusal is null).ShouldBe(problem is null);
    }

    private static RolloutScript Many(int count) => new(RolloutScript.Many(count), maxParallel: 9, failures: "9");

    private static Change<Rollout> Added(RolloutScript rollout, string zone, string? wave, string? global = null) =>
        RolloutRules.Add(rollout.Row, new RolloutZone { Zone = zone, ZoneUpgradeId = Guid.NewGuid(), Wave = 0, Global = global }, wave, rollout.Zones, null, "ann");

    private static RolloutScript Join(RolloutScript rollout, string zone, string? wave = null)
    {
        rollout.Do(Added(rollout, zone, wave));
        rollout.Zones.TryAdd(rollout.Row.Find(zone)!.ZoneUpgradeId, new ZoneStanding { State = ZoneState.Waiting });
        return rollout;
    }

    private static List<string> Told(RolloutScript rollout, Change<Rollout> change) =>
        [.. RolloutWork.Tell(rollout.Row, change.Row).Publishes.OfType<ZoneUpgradeDue>().Select(d => rollout.Row.Zones.Single(z => z.ZoneUpgradeId == d.ZoneUpgradeId).Zone)];
}
