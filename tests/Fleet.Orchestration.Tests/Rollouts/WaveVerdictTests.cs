using CsCheck;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Rollouts;

/// <summary>Between a wave and the next: it bakes, its zones are looked at, and the verdict says what follows.</summary>
public sealed class WaveVerdictTests
{
    private static readonly TimeSpan Bake = TimeSpan.FromMinutes(30);

    [Fact]
    public void A_wave_bakes_is_looked_at_and_where_all_is_well_the_next_begins()
    {
        var rollout = Baked();
        var before = rollout.Row;
        rollout.After(TimeSpan.FromMinutes(29)).Row.Waves[0].LookId.ShouldBeNull();
        rollout.After(TimeSpan.FromMinutes(1)).Row.Waves[0].LookId.ShouldNotBeNull();
        RolloutWork.Looks(before, rollout.Row).Select(l => l.Zone.Zone).ShouldBe(["z1", "z2"]);
        rollout.Look("z1", LookHealth.Well).Evaluate().Running.ShouldBeEmpty("one has not been looked at yet");
        rollout.Look("z2", LookHealth.Well).Evaluate().Running.ShouldBe(["z3", "z4"]);
        rollout.Row.Waves[0].ShouldSatisfyAllConditions(w => w.Verdict.ShouldBe(WaveVerdict.Succeeded), w => w.PassedBy.ShouldBe("coordinator"));
        rollout.Audit.Select(a => a.Code).ShouldBe(["zone-start-committed", "zone-start-committed", "wave-ended", "wave-look", "wave-verdict", "zone-start-committed", "zone-start-committed"]);
    }

    [Fact]
    public void One_that_is_worse_stops_the_rollout_and_a_person_may_go_on_all_the_same()
    {
        var rollout = Baked().After(Bake).Look("z1", LookHealth.Well).Look("z2", LookHealth.Worse, "wave-zone-unhealthy").Evaluate();
        rollout.Row.State.ShouldBe(RolloutState.Failed);
        rollout.Row.Reason!.Code.ShouldBe("wave-not-well");
        rollout.Row.Waves[0].Because.Single().Code.ShouldBe("wave-zone-unhealthy");
        rollout.Running.ShouldBeEmpty();

        rollout.Do(RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now)).Evaluate().Running.ShouldBe(["z3", "z4"]);
        rollout.Row.Waves[0].PassedBy.ShouldBe("ops");
        rollout.Audit.ShouldContain(a => a.Code == "wave-passed" && a.Actor == "ops");
    }

    [Fact]
    public void Where_nobody_knows_a_person_is_asked_and_looks_again_or_goes_on()
    {
        var rollout = Asking();
        var question = rollout.Row.Waves[0].Decision!;
        question.ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(DecisionKind.WaveVerdict), d => d.Choices.ShouldBe([Choices.GoOn, Choices.CheckAgain, Choices.Stop]), d => d.Question.Lines.ShouldNotBeEmpty(), d => d.Question.Because.ShouldNotBeNull().Count.ShouldBe(d.Question.Lines.Count));
        rollout.Evaluate().Row.Waves[0].Decision.ShouldBeSameAs(question, "it is asked once");

        rollout.Do(Answer(rollout, Choices.CheckAgain)).Set("z2", s => s with { Look = null }).Set("z1", s => s with { Look = null });
        var look = rollout.Evaluate().Row.Waves[0];
        look.Looks.ShouldBe(2);
        rollout.Look("z1", LookHealth.Well).Look("z2", LookHealth.Unknown, "wave-zone-not-looked-at").Evaluate();
        rollout.Row.Waves[0].Decision!.Id.ShouldNotBe(question.Id);
        rollout.Do(Answer(rollout, Choices.GoOn)).Evaluate().Running.ShouldBe(["z3", "z4"]);
        rollout.Row.Waves[0].PassedBy.ShouldBe("ann");
    }

    [Fact]
    public void Of_two_answers_the_first_counts_and_the_other_is_told_who_gave_it()
    {
        var rollout = Asking();
        var id = rollout.Row.Waves[0].Decision!.Id;
        rollout.Do(Answer(rollout, Choices.Stop));
        RolloutRules.Answer(rollout.Row, id, new AnswerDecision { Choice = Choices.Stop }, "bob", rollout.Now).Row.ShouldBeSameAs(rollout.Row);
        var late = RolloutRules.Answer(rollout.Row, id, new AnswerDecision { Choice = Choices.GoOn }, "bob", rollout.Now).Refusal!;
        late.ShouldSatisfyAllConditions(f => f.Code.ShouldBe("decision-answered"), f => f.Args["by"].ShouldBe("ann"));
        rollout.Evaluate().Row.State.ShouldBe(RolloutState.Failed);
        RolloutRules.Answer(rollout.Row, id, new AnswerDecision { Choice = "yes" }, "bob", rollout.Now).Refusal.ShouldNotBeNull();
    }

    [Fact]
    public void A_choice_that_is_not_offered_is_refused() =>
        RolloutRules.Answer(Asking().Row, Asking().Row.Waves[0].Decision!.Id, new AnswerDecision { Choice = "yes" }, "bob", default).Refusal.ShouldNotBeNull();

    [Fact]
    public void A_wave_of_which_nothing_was_upgraded_says_nothing()
    {
        var rollout = Of("").Evaluate().End("z1", ZoneState.Skipped).End("z2", ZoneState.Skipped).Evaluate().After(Bake);
        rollout.Row.Waves[0].Verdict.ShouldBe(WaveVerdict.Inconclusive);
        rollout.Row.Waves[0].Decision!.IsOpen.ShouldBeTrue();
        rollout.Running.ShouldBeEmpty();
    }

    [Fact]
    public void A_retried_zone_lets_its_wave_bake_again_and_takes_the_question_back()
    {
        var rollout = Asking();
        rollout.Do(RolloutRules.Retry(rollout.Row, "z2", "ops")).Set("z2", s => s with { State = ZoneState.Waiting, Look = null }).Evaluate();
        rollout.Running.ShouldBe(["z2"]);
        rollout.Row.Waves[0].ShouldSatisfyAllConditions(w => w.EndedAt.ShouldBeNull(), w => w.Verdict.ShouldBeNull(), w => w.Decision!.State.ShouldBe(DecisionState.Withdrawn));
        rollout.Succeed("z2").Row.Waves[0].EndedAt.ShouldBe(rollout.Now);
    }

    [Fact]
    public void A_question_about_a_wave_is_taken_on_like_any_other()
    {
        var rollout = Asking();
        var id = rollout.Row.Waves[0].Decision!.Id;
        rollout.Do(RolloutRules.Claim(rollout.Row, id, takeOver: false, "bob", rollout.Now));
        Answer(rollout, Choices.GoOn).Refusal!.Code.ShouldBe("decision-claimed-by-other");
        ReferenceEquals(RolloutRules.Claim(rollout.Row, id, takeOver: true, "bob", rollout.Now).Row, rollout.Row).ShouldBeTrue();
        RolloutRules.LetGo(rollout.Row, id, "ann").Refusal!.Code.ShouldBe("decision-claimed-by-other");
        rollout.Do(RolloutRules.LetGo(rollout.Row, id, "bob"));
        rollout.Do(Answer(rollout, Choices.GoOn)).Evaluate().Running.ShouldBe(["z3", "z4"]);
        rollout.Audit.Select(a => a.Code).Where(c => c.StartsWith("decision-", StringComparison.Ordinal)).ShouldBe(["decision-claimed", "decision-let-go"]);
    }

    [Fact]
    public void Where_nobody_answers_about_a_wave_the_strategy_may_stop_the_rollout()
    {
        var rollout = new RolloutScript(RolloutScript.Many(5), failures: null, strategy: "apiVersion: fleet/v1\nname: test\nmaxParallel: 2\nunanswered: {then: fail, after: 2h}\nwaves:\n- {name: canary, take: 2, bake: 30m}\n- {name: rest}\n").Evaluate().Succeed("z1", "z2");
        rollout.After(Bake).Look("z1", LookHealth.Well).Look("z2", LookHealth.Unknown, "wave-zone-not-looked-at").Evaluate();
        rollout.After(TimeSpan.FromHours(1.9)).Row.Waves[0].Decision!.IsOpen.ShouldBeTrue();
        rollout.After(TimeSpan.FromHours(0.2));
        rollout.Row.Waves[0].Decision!.State.ShouldBe(DecisionState.Expired);
        (rollout.Row.State, rollout.Row.Reason!.Code).ShouldBe((RolloutState.Failed, "wave-not-well"));
        rollout.Running.ShouldBeEmpty();
    }

    [Fact]
    public void The_last_waves_verdict_is_waited_for_before_the_rollout_ends()
    {
        var rollout = new RolloutScript(RolloutScript.Many(1), failures: null, strategy: "apiVersion: fleet/v1\nname: one\nwaves:\n- {name: all, bake: 5m}\n").Evaluate().Succeed("z1");
        rollout.Row.State.ShouldBe(RolloutState.Running);
        rollout.After(TimeSpan.FromMinutes(5)).Look("z1", LookHealth.Well).Evaluate().Row.State.ShouldBe(RolloutState.Succeeded);
    }

    [Fact]
    public void And_a_bad_one_makes_it_fail()
    {
        var rollout = new RolloutScript(RolloutScript.Many(1), failures: null, strategy: "apiVersion: fleet/v1\nname: one\nwaves:\n- {name: all, bake: 5m}\n").Evaluate().Succeed("z1").After(TimeSpan.FromMinutes(5));
        rollout.Look("z1", LookHealth.Worse, "wave-zone-services").Evaluate().Row.State.ShouldBe(RolloutState.Failed);
    }

    [Fact]
    public void An_abort_takes_the_question_back()
    {
        var rollout = Asking();
        rollout.Do(RolloutRules.Abort(rollout.Row, now: false, null, "ops"));
        rollout.Row.Waves[0].Decision!.State.ShouldBe(DecisionState.Withdrawn);
        foreach (var zone in new[] { "z3", "z4", "z5" })
            rollout.End(zone, ZoneState.Aborted);
        rollout.Evaluate().Row.State.ShouldBe(RolloutState.Aborted);
    }

    [Theory]
    [InlineData("verdict: {succeeded: ask}", nameof(LookHealth.Well), true, false)]
    [InlineData("verdict: {failed: go-on}", nameof(LookHealth.Worse), false, false)]
    [InlineData("verdict: {failed: ask}", nameof(LookHealth.Worse), true, false)]
    [InlineData("verdict: {inconclusive: stop}", nameof(LookHealth.Unknown), false, true)]
    public void The_file_says_what_follows(string verdict, string health, bool asks, bool stops)
    {
        var rollout = Of($", {verdict}").Evaluate().Succeed("z1", "z2").After(Bake).Look("z1", LookHealth.Well).Look("z2", Enum.Parse<LookHealth>(health), "wave-zone-unhealthy").Evaluate();
        (rollout.Row.Waves[0].Decision is { IsOpen: true }, rollout.Row.Stopped).ShouldBe((asks, stops));
        rollout.Running.Any().ShouldBe(!asks && !stops);
    }

    [Fact]
    public void Whatever_happens_no_wave_begins_before_the_one_before_was_judged_and_no_limit_is_broken()
    {
        var moves = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 13]).Array[0, 150];
        Gen.Select(Gen.Int[2, 12], Gen.Int[1, 5], Gen.Int[1, 4], Gen.Bool, Gen.Int[0, 3], moves).Sample((count, parallel, inWave, slow, first, all) =>
        {
            var rollout = new RolloutScript(
                RolloutScript.Many(count, i => $"r{i % 3}"),
                failures: null,
                strategy: $"apiVersion: fleet/v1\nname: any\nmaxParallel: {parallel}\nmaxFailures: 30%\nmaxParallelPerLabel: {{region: 1}}\nslowStart: {(slow ? "true" : "false")}\nwaves:\n- {{name: canary, take: {1 + Math.Min(first, count - 2)}, bake: 10m, maxFailures: 0}}\n- {{name: rest, maxParallel: {inWave}}}\n");
            foreach (var (which, what) in all)
            {
                Move(rollout, $"z{1 + (which % count)}", what);
                var before = rollout.Row;
                rollout.Evaluate();
                var started = rollout.Row.Zones.Where((z, i) => z.Starts > before.Zones[i].Starts).ToList();
                if (started.Count == 0)
                    continue;
                var running = rollout.Row.Included.Where(z => rollout.Running.Contains(z.Zone)).ToList();
                var succeeded = rollout.Row.Included.Count(z => rollout.Zones[z.ZoneUpgradeId].State == ZoneState.Succeeded);
                if (running.Count > parallel || running.Count(z => z.Wave == 1) > inWave || running.GroupBy(z => z.Labels["region"]).Any(g => g.Count() > 1) || (slow && running.Count > succeeded + 1))
                    return false;
                if (started.Any(z => z.Wave == 1) && rollout.Row.MembersOf(0).Any() && rollout.Row.Waves[0].PassedAt is null)
                    return false;
                if (before.Stopped && started.Any(z => before.Find(z.Zone) is { Starts: 0, Retried: false }))
                    return false;
            }

            return true;
        });
    }

    private static void Move(RolloutScript rollout, string zone, int what)
    {
        var standing = rollout.Zones[rollout.Row.Find(zone)!.ZoneUpgradeId];
        var runs = rollout.Running.Contains(zone);
        switch (what)
        {
            case <= 3 when runs: rollout.End(zone, ZoneState.Succeeded); break;
            case 4 when runs: rollout.End(zone, ZoneState.Failed); break;
            case 5 when runs: rollout.Follow(zone); break;
            case 6: rollout.Now += TimeSpan.FromMinutes(10); break;
            case 7 or 8: rollout.Look(zone, LookHealth.Well); break;
            case 9: rollout.Look(zone, zone.Length % 2 == 0 ? LookHealth.Worse : LookHealth.Unknown, "wave-zone-unhealthy"); break;
            case 10 when rollout.Row.Waves.FirstOrDefault(w => w.Decision is { IsOpen: true }) is { } wave:
                rollout.Row = RolloutRules.Answer(rollout.Row, wave.Decision!.Id, new AnswerDecision { Choice = standing.State == ZoneState.Succeeded ? Choices.CheckAgain : Choices.GoOn }, "ann", rollout.Now).Row;
                break;
            case 11: rollout.Row = RolloutRules.Resume(rollout.Row, rollout.Zones, "ops", rollout.Now).Row; break;
            case 12 when standing.IsEnded:
                var retried = RolloutRules.Retry(rollout.Row, zone, "ops");
                if (retried.Refusal is null)
                    rollout.Do(retried).Set(zone, s => s with { State = ZoneState.Waiting, CountsAsFailure = false });
                break;
            case 13 when rollout.Row.Find(zone) is { Starts: 0 }: rollout.Row = RolloutRules.Exclude(rollout.Row, zone, null, "ops").Row; break;
        }
    }

    private static RolloutScript Asking()
    {
        var rollout = Baked().After(Bake).Look("z1", LookHealth.Well).Look("z2", LookHealth.Unknown, "wave-zone-not-looked-at").Evaluate();
        rollout.Row.State.ShouldBe(RolloutState.Running);
        rollout.Running.ShouldBeEmpty();
        rollout.Row.Waves[0].Decision!.IsOpen.ShouldBeTrue();
        return rollout;
    }

    private static Change<Rollout> Answer(RolloutScript rollout, string choice) =>
        RolloutRules.Answer(rollout.Row, rollout.Row.Waves[0].Decision!.Id, new AnswerDecision { Choice = choice }, "ann", rollout.Now);

    /// <summary>Both zones of the first wave are upgraded.</summary>
    private static RolloutScript Baked() => Of("").Evaluate().Succeed("z1", "z2");

    private static RolloutScript Of(string more) =>
        new(RolloutScript.Many(5), failures: null, strategy: $"apiVersion: fleet/v1\nname: test\nmaxParallel: 2\nwaves:\n- {{name: canary, take: 2, bake: 30m{more}}}\n- {{name: rest}}\n");
}
