using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

public sealed class GuardTests
{
    private static readonly string[] FailedStep = [Choices.Retry, Choices.Ignore, Choices.MarkDone, Choices.Fail];

    private static ZoneScript FailedIn(string phase, string step) =>
        ZoneScript.At(phase).Taken().Begin(step).End(step, StepOutcome.Failed).Hold(step, DecisionKind.FailedStep, FailedStep).Answer(Choices.Fail);

    [Fact]
    public void Before_any_package_step_the_guard_is_released_by_itself_and_then_the_zone_ends()
    {
        var zone = FailedIn("upgrade-platform", "pre-upgrade");
        zone.Row.State.ShouldBe(ZoneState.Running);
        zone.Row.Phase.ShouldBe("restore-rescue");
        zone.Row.Work.ShouldBe(Work.Wanted);
        zone.Row.Entry("restore-rescue", "enable-rescue")?.Parameters.ShouldNotContainKey("choice");
        zone.CarryOut();
        zone.Row.State.ShouldBe(ZoneState.Failed);
        zone.Row.GuardsInForce.ShouldBeEmpty();
        zone.Audit.ShouldContain(a => a.Code == "guard-release" && a.Actor == "policy:guard");
    }

    [Fact]
    public void From_the_package_step_on_releasing_is_a_persons_decision_and_keeping_a_debt()
    {
        var zone = FailedIn("upgrade-platform", "upgrade-packages");
        zone.Row.State.ShouldBe(ZoneState.Held);
        var decision = zone.OpenDecision;
        decision.Kind.ShouldBe(DecisionKind.Guard);
        decision.Choices.ShouldBe([Choices.Release, Choices.Keep]);
        decision.Default.ShouldBe(Choices.Keep);

        zone.Answer(Choices.Keep, "half of the hypers are upgraded");
        zone.Row.State.ShouldBe(ZoneState.Failed);
        zone.Row.GuardsInForce.ShouldHaveSingleItem();
        zone.Row.KeptGuards["rescue-disabled"].ShouldBe("ops");
        zone.Row.Debts.ShouldHaveSingleItem().Kind.ShouldBe(DebtKind.GuardInForce);
    }

    [Fact]
    public void A_person_may_release_and_the_zone_ends_once_it_is_read_back()
    {
        var zone = FailedIn("upgrade-platform", "upgrade-packages").Answer(Choices.Release);
        zone.Row.Phase.ShouldBe("restore-rescue");
        zone.Row.Entry("restore-rescue", "enable-rescue")!.Parameters["choice"].ShouldBe(Choices.Release);
        zone.CarryOut().Row.State.ShouldBe(ZoneState.Failed);
    }

    [Fact]
    public void A_release_that_fails_asks_again_and_never_circles()
    {
        var zone = FailedIn("upgrade-platform", "pre-upgrade");
        zone.Taken().Begin("enable-rescue").End("enable-rescue", StepOutcome.Failed).Hold("enable-rescue", DecisionKind.FailedStep, FailedStep);
        zone.Row.State.ShouldBe(ZoneState.Held);
        zone.Answer(Choices.Retry, "again").Row.Work.ShouldBe(Work.Wanted);
        zone.Taken().Succeed();
        zone.Row.State.ShouldBe(ZoneState.Held);
        zone.OpenDecision.Kind.ShouldBe(DecisionKind.Guard);
        zone.Answer(Choices.Keep).Row.State.ShouldBe(ZoneState.Failed);
    }

    [Fact]
    public void A_kept_guard_is_taken_away_later_by_a_persons_word_and_the_zone_is_as_it_ended()
    {
        var zone = FailedIn("upgrade-platform", "upgrade-packages").Answer(Choices.Keep);
        var error = zone.Row.Error;
        zone.Row.IsEnded.ShouldBeTrue();
        zone.Apply(ZoneUpgradeRules.ReleaseGuard(zone.Row, "rescue-disabled", "all hypers are well", "ann", zone.Context)).LastRefusal.ShouldBeNull();
        (zone.Row.State, zone.Row.Work, zone.Row.Phase).ShouldBe((ZoneState.Running, Work.Wanted, "restore-rescue"));
        zone.Row.Entry("restore-rescue", "enable-rescue")!.Parameters.ShouldSatisfyAllConditions(p => p["choice"].ShouldBe(Choices.Release), p => p["by"].ShouldBe("ann"));
        zone.Apply(ZoneUpgradeRules.ReleaseGuard(zone.Row, "rescue-disabled", null, "bob", zone.Context)).LastRefusal.ShouldBeNull("it is being done");
        zone.Audit.Count(a => a.Code == "guard-release").ShouldBe(1);

        zone.CarryOut();
        (zone.Row.State, zone.Row.Error?.Code).ShouldBe((ZoneState.Failed, error?.Code));
        zone.Row.GuardsInForce.ShouldBeEmpty();
        zone.Apply(ZoneUpgradeRules.ReleaseGuard(zone.Row, "rescue-disabled", null, "ann", zone.Context)).LastRefusal!.Code.ShouldBe("guard-not-found");
    }

    [Fact]
    public void What_stands_in_the_way_of_such_a_release_is_asked_and_may_be_kept_again()
    {
        var zone = FailedIn("upgrade-platform", "upgrade-packages").Answer(Choices.Keep);
        zone.Apply(ZoneUpgradeRules.ReleaseGuard(zone.Row, "rescue-disabled", null, "ann", zone.Context));
        zone.Taken().Hold("enable-rescue", DecisionKind.Guard, [Choices.Release, Choices.Keep]);
        zone.Row.State.ShouldBe(ZoneState.Held);
        zone.Apply(ZoneUpgradeRules.ReleaseGuard(zone.Row, "rescue-disabled", null, "ann", zone.Context)).LastRefusal!.Code.ShouldBe("guard-is-asked");
        zone.Answer(Choices.Keep);
        zone.Row.State.ShouldBe(ZoneState.Failed);
        zone.Row.GuardsInForce.ShouldHaveSingleItem();
        zone.Row.KeptGuards["rescue-disabled"].ShouldBe("ops");
    }

    [Fact]
    public void A_zone_that_is_at_work_releases_at_its_end_and_not_on_request()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade");
        zone.Apply(ZoneUpgradeRules.ReleaseGuard(zone.Row, "rescue-disabled", null, "ann", zone.Context)).LastRefusal!.Code.ShouldBe("guard-zone-at-work");
    }

    [Theory]
    [InlineData(3.9, 0)]
    [InlineData(4, 1)]
    [InlineData(7.9, 1)]
    [InlineData(8, 2)]
    [InlineData(17, 3)]
    public void A_guard_in_force_for_long_is_told_again_each_time_it_is_twice_as_old(double hours, int told) =>
        Fleet.Orchestration.Guards.GuardAlarms.Level(TimeSpan.FromHours(hours), TimeSpan.FromHours(4)).ShouldBe(told);

    [Fact]
    public void After_verify_succeeded_the_guard_is_released_without_asking() => ZoneScript.At("restore-rescue").Row.Work.ShouldBe(Work.Wanted);

    [Theory]
    [InlineData(Choices.Release, "restore-rescue", ZoneState.Running)]
    [InlineData(Choices.Keep, "restore-rescue", ZoneState.Running)]
    internal void After_an_ignored_check_in_verify_releasing_is_asked(string choice, string phase, ZoneState state)
    {
        var zone = ZoneScript.At("verify").Taken().Begin("services").End("services", StepOutcome.Failed).Hold("services", DecisionKind.FailedStep, FailedStep);
        zone.Answer(Choices.Ignore, "known").CarryOut();
        zone.Row.State.ShouldBe(ZoneState.Held);
        zone.OpenDecision.Kind.ShouldBe(DecisionKind.Guard);
        zone.Answer(choice);
        zone.Row.Phase.ShouldBe(phase);
        zone.Row.State.ShouldBe(state);
        zone.CarryOut().Row.State.ShouldBe(ZoneState.Succeeded);
        zone.Row.GuardsInForce.Any().ShouldBe(choice == Choices.Keep);
    }

    [Fact]
    public void An_unresolved_execution_keeps_the_guard_from_releasing_by_itself()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade").End("pre-upgrade", StepOutcome.Unknown)
            .Hold("pre-upgrade", DecisionKind.UnknownOutcome, [Choices.CheckAgain, Choices.Fail]).Answer(Choices.Fail);
        zone.Row.State.ShouldBe(ZoneState.Held);
        zone.OpenDecision.Kind.ShouldBe(DecisionKind.Guard);
        zone.Row.Ending!.State.ShouldBe(ZoneState.Unknown);
    }

    [Fact]
    public void A_guard_that_was_only_begun_counts_as_in_force()
    {
        var zone = ZoneScript.At("prepare-platform").Taken().Begin("disable-rescue").End("disable-rescue", StepOutcome.Failed)
            .Hold("disable-rescue", DecisionKind.FailedStep, FailedStep).Answer(Choices.Fail);
        zone.Row.Phase.ShouldBe("restore-rescue");
        zone.Row.State.ShouldBe(ZoneState.Running);
    }

    [Fact]
    public void A_release_under_way_is_not_stopped_by_pause_or_abort()
    {
        var zone = FailedIn("upgrade-platform", "pre-upgrade").Taken();
        zone.With(Stance.Pause).Row.Stop.ShouldBeNull();
        zone.With(Stance.Abort).Row.Stop.ShouldBeNull();
        zone.Row.Work.ShouldBe(Work.Accepted);
    }

    [Theory]
    [InlineData(DecisionKind.UnknownOutcome, StepOutcome.Unknown, Choices.Fail, ZoneState.Unknown, LedgerState.Unknown)]
    [InlineData(DecisionKind.TimedOut, StepOutcome.TimedOut, Choices.Fail, ZoneState.Unknown, LedgerState.TimedOut)]
    [InlineData(DecisionKind.FailedStep, StepOutcome.Failed, Choices.Fail, ZoneState.Failed, LedgerState.Failed)]
    [InlineData(DecisionKind.UnknownOutcome, StepOutcome.Unknown, Choices.Ignore, ZoneState.Succeeded, LedgerState.Ignored)]
    internal void A_release_on_the_way_to_success_that_goes_wrong_is_told_at_the_end(DecisionKind kind, StepOutcome outcome, string choice, ZoneState state, LedgerState entry)
    {
        var zone = ReleasingAtTheEnd().Begin("enable-rescue").End("enable-rescue", outcome).Hold("enable-rescue", kind, [.. FailedStep, Choices.CheckAgain]);
        zone.Answer(choice, "seen");
        zone.Row.State.ShouldBe(state);
        zone.Row.Entry("restore-rescue", "enable-rescue")!.State.ShouldBe(entry);
        zone.Row.KeptGuards.ShouldContainKey("rescue-disabled");
    }

    [Fact]
    public void A_release_at_the_end_whose_outcome_is_unknown_is_looked_at_and_not_begun_again()
    {
        var zone = ReleasingAtTheEnd().Begin("enable-rescue");
        var execution = zone.ExecutionId("enable-rescue");
        zone.End("enable-rescue", StepOutcome.Unknown).Hold("enable-rescue", DecisionKind.UnknownOutcome, [Choices.CheckAgain, Choices.Fail]).Answer(Choices.CheckAgain);
        zone.Row.Work.ShouldBe(Work.Wanted);
        var entry = zone.Row.Entry("restore-rescue", "enable-rescue")!;
        entry.State.ShouldBe(LedgerState.Started);
        entry.ExecutionId.ShouldBe(execution);
    }

    [Fact]
    public void A_release_whose_end_nobody_knows_is_asked_about_where_its_worker_was_lost_before_it_asked()
    {
        var zone = ReleasingAtTheEnd().Begin("enable-rescue").End("enable-rescue", StepOutcome.Unknown);
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, zone.Row.Epoch, zone.Context));
        (zone.Row.State, zone.Row.Work, zone.OpenDecision.Kind).ShouldBe((ZoneState.Held, Work.None, DecisionKind.Guard));
        zone.Row.Entry("restore-rescue", "enable-rescue")!.State.ShouldBe(LedgerState.Unknown);
        zone.Answer(Choices.Release);
        zone.Row.Entry("restore-rescue", "enable-rescue")!.State.ShouldBe(LedgerState.Open);
    }

    /// <summary>The release was ignored in its phase and is asked about, and chosen, at the end.</summary>
    private static ZoneScript ReleasingAtTheEnd()
    {
        var zone = ZoneScript.At("restore-rescue").Taken().Begin("enable-rescue").End("enable-rescue", StepOutcome.Failed)
            .Hold("enable-rescue", DecisionKind.FailedStep, FailedStep).Answer(Choices.Ignore, "later").CarryOut();
        zone.Row.Ending!.State.ShouldBe(ZoneState.Succeeded);
        return zone.Answer(Choices.Release).Taken();
    }
}
