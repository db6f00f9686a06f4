using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

/// <summary>What becomes of an open question: taken on by one person, answered in advance, expired.</summary>
public sealed class AskingTests
{
    private static readonly IReadOnlyList<string> FailedStep = [Choices.Retry, Choices.Ignore, Choices.MarkDone, Choices.Fail];

    [Fact]
    public void Whoever_has_taken_a_question_on_is_the_one_who_answers()
    {
        var zone = Held();
        var id = zone.OpenDecision.Id;
        zone.Apply(ZoneUpgradeRules.Claim(zone.Row, id, takeOver: false, "ann", zone.Context)).LastRefusal.ShouldBeNull();
        zone.Audit[^1].ShouldSatisfyAllConditions(a => a.Code.ShouldBe("decision-claimed"), a => a.Actor.ShouldBe("ann"));
        zone.Answer(Choices.Retry).LastRefusal!.ShouldSatisfyAllConditions(f => f.Code.ShouldBe("decision-claimed-by-other"), f => f.Args["by"].ShouldBe("ann"));
        zone.Row.State.ShouldBe(ZoneState.Held);

        zone.Apply(ZoneUpgradeRules.Claim(zone.Row, id, takeOver: false, "ops", zone.Context)).LastRefusal!.Code.ShouldBe("decision-claimed-by-other");
        zone.Apply(ZoneUpgradeRules.LetGo(zone.Row, id, "ops", zone.Context)).LastRefusal!.Code.ShouldBe("decision-claimed-by-other");
        zone.Apply(ZoneUpgradeRules.Claim(zone.Row, id, takeOver: true, "ops", zone.Context)).Audit[^1].Args["was"].ShouldBe("ann");
        zone.Answer(Choices.Retry).LastRefusal.ShouldBeNull();
        zone.Apply(ZoneUpgradeRules.Claim(zone.Row, id, takeOver: true, "ann", zone.Context)).LastRefusal!.Code.ShouldBe("decision-not-open");
    }

    [Fact]
    public void Taking_on_twice_and_letting_go_twice_change_nothing()
    {
        var zone = Held();
        var id = zone.OpenDecision.Id;
        zone.Apply(ZoneUpgradeRules.Claim(zone.Row, id, takeOver: false, "ann", zone.Context));
        var row = zone.Row;
        zone.Apply(ZoneUpgradeRules.Claim(zone.Row, id, takeOver: true, "ann", zone.Context)).Row.ShouldBeSameAs(row);
        zone.Apply(ZoneUpgradeRules.LetGo(zone.Row, id, "ann", zone.Context));
        row = zone.Row;
        zone.Apply(ZoneUpgradeRules.LetGo(zone.Row, id, "ann", zone.Context)).Row.ShouldBeSameAs(row);
        zone.Answer(Choices.Retry).LastRefusal.ShouldBeNull("anybody may answer again");
    }

    [Fact]
    public void An_answer_given_in_advance_is_taken_at_once_and_a_retry_only_once_for_a_step()
    {
        var zone = ZoneScript.At("preflight").Taken().Begin("services");
        var standing = InAdvance(Choices.Retry);
        zone.Context = zone.Context with { AnswersInAdvance = [standing], Now = zone.Context.Now.AddSeconds(1) };
        Hold(zone.End("services", StepOutcome.Failed));
        var answered = zone.Row.Decisions.Single();
        answered.ShouldSatisfyAllConditions(d => d.State.ShouldBe(DecisionState.Answered), d => d.Answer!.By.ShouldBe("ann"), d => d.Answer!.InAdvance.ShouldBe(standing.Decision));
        zone.Audit.ShouldContain(a => a.Code == "answer-given" && a.Actor == "ann" && a.Args["in-advance"] == standing.Decision.ToString("N"));
        (zone.Row.State, zone.Row.Work).ShouldBe((ZoneState.Running, Work.Wanted));

        Hold(zone.Taken().Begin("services").End("services", StepOutcome.Failed));
        zone.Row.State.ShouldBe(ZoneState.Held, "the retry did not help: a person is asked");
    }

    [Theory]
    [InlineData(Choices.Ignore)]
    [InlineData(Choices.MarkDone)]
    public void What_passes_over_a_failure_is_never_given_in_advance(string choice)
    {
        var zone = ZoneScript.At("preflight").Taken().Begin("services");
        zone.Context = zone.Context with { AnswersInAdvance = [InAdvance(choice)], Now = zone.Context.Now.AddSeconds(1) };
        Hold(zone.End("services", StepOutcome.Failed));
        zone.Row.State.ShouldBe(ZoneState.Held);
    }

    [Fact]
    public void What_was_asked_before_the_answer_or_asks_another_thing_is_not_answered_by_it()
    {
        var zone = Held();
        zone.Context = zone.Context with { AnswersInAdvance = [InAdvance(Choices.Retry)] };
        zone.LookAgain().Row.State.ShouldBe(ZoneState.Held, "its scope said which of the open ones take it");
        var other = ZoneScript.At("preflight").Taken().Begin("services");
        other.Context = other.Context with { AnswersInAdvance = [InAdvance(Choices.Retry) with { Fingerprint = "another" }, InAdvance(Choices.Retry) with { Kind = DecisionKind.TimedOut }], Now = other.Context.Now.AddSeconds(1) };
        Hold(other.End("services", StepOutcome.Failed)).Row.State.ShouldBe(ZoneState.Held);
    }

    [Fact]
    public void At_a_safe_point_an_answer_in_advance_waits_for_the_end_of_a_pause()
    {
        var zone = InPackages();
        zone.Context = zone.Context with { AnswersInAdvance = [new AdvanceAnswer("prompt:ignore-failed-nodes", DecisionKind.Prompt, Choices.No, null, "ann", zone.Context.Now.AddMinutes(-1), Guid.NewGuid())] };
        zone.With(Stance.Pause).Prompt("upgrade-packages", 90, "ignore-failed-nodes", "proxy/proxy", safePoint: true, "n1");
        zone.OpenDecision.IsOpen.ShouldBeTrue();
        zone.With(Stance.Go).Row.Decisions[^1].Answer!.Choice.ShouldBe(Choices.No);
    }

    [Fact]
    public void What_a_person_has_taken_on_meanwhile_is_left_to_that_person()
    {
        var zone = InPackages();
        zone.Context = zone.Context with { AnswersInAdvance = [new AdvanceAnswer("prompt:ignore-failed-nodes", DecisionKind.Prompt, Choices.No, null, "ann", zone.Context.Now.AddMinutes(-1), Guid.NewGuid())] };
        zone.With(Stance.Pause).Prompt("upgrade-packages", 90, "ignore-failed-nodes", "proxy/proxy", safePoint: true, "n1");
        zone.Apply(ZoneUpgradeRules.Claim(zone.Row, zone.OpenDecision.Id, takeOver: false, "bob", zone.Context));
        zone.With(Stance.Go).OpenDecision.Claim!.By.ShouldBe("bob");
    }

    [Fact]
    public void What_is_passed_on_is_anothers_and_what_one_does_not_have_cannot_be_passed_on()
    {
        var zone = Held();
        var id = zone.OpenDecision.Id;
        var row = zone.Row;
        zone.Apply(ZoneUpgradeRules.PassOn(zone.Row, id, "bob", "ann", zone.Context)).Row.ShouldBeSameAs(row);
        zone.Apply(ZoneUpgradeRules.Claim(zone.Row, id, takeOver: false, "ann", zone.Context));
        zone.Apply(ZoneUpgradeRules.PassOn(zone.Row, id, "ops", "ann", zone.Context)).Audit[^1].ShouldSatisfyAllConditions(a => a.Code.ShouldBe("decision-passed-on"), a => a.Actor.ShouldBe("ann"), a => a.Args["to"].ShouldBe("ops"));
        zone.Answer(Choices.Retry).LastRefusal.ShouldBeNull();
    }

    [Fact]
    public void To_ignore_failed_nodes_is_never_given_in_advance()
    {
        var zone = InPackages();
        zone.Context = zone.Context with { AnswersInAdvance = [new AdvanceAnswer("prompt:ignore-failed-nodes", DecisionKind.Prompt, Choices.Yes, null, "ann", zone.Context.Now.AddMinutes(-1), Guid.NewGuid())] };
        zone.Prompt("upgrade-packages", 90, "ignore-failed-nodes", "proxy/proxy", safePoint: true, "n1");
        zone.OpenDecision.IsOpen.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, 10, true)]
    [InlineData(2, 20, true)]
    [InlineData(3, 40, false)]
    [InlineData(2, 19, false)]
    [InlineData(1, 0, false)]
    [InlineData(0, 10, false)]
    public void What_is_ignored_alike_is_no_worse_than_what_the_person_saw(int failed, int nodes, bool taken)
    {
        var zone = InPackages().Prompt("upgrade-packages", 90, "ignore-failed-nodes", "proxy/proxy", safePoint: true, [.. Enumerable.Range(1, failed).Select(n => $"n{n}")]);
        var asked = zone.OpenDecision;
        zone.Row = zone.Row with { Decisions = [.. zone.Row.Decisions.Select(d => d.Id == asked.Id ? d with { Prompt = d.Prompt! with { Nodes = nodes } } : d)] };
        zone.Apply(ZoneUpgradeRules.Answer(zone.Row, asked.Id, new AnswerDecision { Choice = Choices.Yes, Bound = new IgnoreBound(2, 0.1) }, "ann", zone.Context));
        zone.LastRefusal?.Code.ShouldBe("alike-exceeds");
        (zone.LastRefusal is null).ShouldBe(taken);
        // What does not ignore knows no bound.
        zone.Apply(ZoneUpgradeRules.Answer(zone.Row, asked.Id, new AnswerDecision { Choice = taken ? Choices.Yes : Choices.No, Bound = new IgnoreBound(2, 0.1) }, "ann", zone.Context)).LastRefusal.ShouldBeNull();
    }

    [Theory]
    [InlineData("hyper/hyper", 1, true)]
    [InlineData("hyper/pitrix-boss-daemon", 1, true)]
    [InlineData("proxy/proxy", 1, false)]
    [InlineData(null, 1, true)]
    [InlineData("proxy/proxy", 0, true)]
    public void Failures_of_hypers_and_of_what_nobody_can_name_are_answered_one_by_one(string? component, int failed, bool singly)
    {
        var zone = InPackages().Prompt("upgrade-packages", 90, "ignore-failed-nodes", component, safePoint: true, [.. Enumerable.Range(1, failed).Select(n => $"n{n}")]);
        AlikeRules.IsAnsweredSingly(zone.OpenDecision, Choices.Yes).ShouldBe(singly);
        AlikeRules.IsAnsweredSingly(zone.OpenDecision, Choices.No).ShouldBeFalse();
        AlikeRules.ChoicesInAdvance(zone.OpenDecision).ShouldBe([Choices.No]);
    }

    [Fact]
    public void Where_the_strategy_says_so_an_unanswered_question_ends_the_zone_as_failed()
    {
        var zone = ZoneScript.At("preflight");
        zone.Context = zone.Context with { Unanswered = TimeSpan.FromHours(4) };
        Hold(zone.Taken().Begin("services").End("services", StepOutcome.Failed));
        zone.OpenDecision.ExpiresAt.ShouldBe(zone.Context.Now.AddHours(4));
        zone.Context = zone.Context with { Now = zone.Context.Now.AddHours(3.9) };
        zone.LookAgain().Row.State.ShouldBe(ZoneState.Held);
        zone.Context = zone.Context with { Now = zone.Context.Now.AddHours(0.2) };
        zone.LookAgain();
        (zone.Row.State, zone.Row.CountsAsFailure).ShouldBe((ZoneState.Failed, true));
        zone.Row.Decisions.Single().State.ShouldBe(DecisionState.Expired);
        zone.Audit.ShouldContain(a => a.Code == "decision-expired");
        zone.Answer(zone.Row.Decisions.Single().Id, Choices.Retry).LastRefusal!.Code.ShouldBe("decision-not-open");
    }

    [Fact]
    public void An_unanswered_prompt_cancels_its_script_there_and_never_answers_it_and_a_guard_waits_as_long_as_it_takes()
    {
        var zone = InPackages(TimeSpan.FromHours(4));
        zone.Prompt("upgrade-packages", 90, "ignore-failed-nodes", "proxy/proxy", safePoint: true, "n1");
        zone.Context = zone.Context with { Now = zone.Context.Now.AddHours(5) };
        zone.LookAgain().Row.Stop!.Mode.ShouldBe(StopMode.Abort);
        zone.Row.Decisions[^1].Answer.ShouldBeNull();
        zone.Row.CountsAsFailure.ShouldBeTrue();
        zone.End("upgrade-packages", StepOutcome.Cancelled).Stopped(StopMode.Abort);
        zone.OpenDecision.ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(DecisionKind.Guard), d => d.ExpiresAt.ShouldBeNull());
        zone.Context = zone.Context with { Now = zone.Context.Now.AddDays(30) };
        zone.LookAgain().OpenDecision.Kind.ShouldBe(DecisionKind.Guard);
    }

    [Fact]
    public void A_guard_that_is_asked_about_before_the_end_does_not_expire_either()
    {
        var zone = ZoneScript.At("verify").Taken().Begin("services").End("services", StepOutcome.Failed).Hold("services", DecisionKind.FailedStep, FailedStep);
        zone.Context = zone.Context with { Unanswered = TimeSpan.FromHours(4) };
        zone.Answer(Choices.Ignore, "known").CarryOut();
        zone.OpenDecision.ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(DecisionKind.Guard), d => d.ExpiresAt.ShouldBeNull());
        zone.Row.Ending.ShouldBeNull();
    }

    [Fact]
    public void A_question_in_mid_work_does_not_expire() =>
        InPackages(TimeSpan.FromHours(4)).Prompt("upgrade-packages", 90, "ignore-failed-nodes", "proxy/proxy", safePoint: false, "n1").OpenDecision.ExpiresAt.ShouldBeNull();

    private static ZoneScript InPackages(TimeSpan? unanswered = null)
    {
        var zone = ZoneScript.At("upgrade-platform").Taken();
        zone.Context = zone.Context with { Unanswered = unanswered };
        foreach (var step in zone.Phase.Steps.TakeWhile(s => s.Name != "upgrade-packages").ToList())
            zone.Begin(step.Name).End(step.Name);
        return zone.Begin("upgrade-packages");
    }

    private static ZoneScript Held() => Hold(ZoneScript.At("preflight").Taken().Begin("services").End("services", StepOutcome.Failed));

    private static ZoneScript Hold(ZoneScript zone) => zone.Hold("services", DecisionKind.FailedStep, FailedStep);

    private static AdvanceAnswer InAdvance(string choice) =>
        new("FailedStep:services", DecisionKind.FailedStep, choice, "mended", "ann", new ZoneScript().Context.Now, new Guid("33333333-3333-3333-3333-333333333333"));
}
