using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

public sealed class SteeringTests
{
    [Fact]
    public void Pause_stops_between_steps_and_resume_goes_on_with_the_same_phase()
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").With(Stance.Pause);
        zone.Row.Stop!.Mode.ShouldBe(StopMode.Pause);
        zone.End("bootstrap").Stopped(StopMode.Pause);
        zone.Row.Work.ShouldBe(Work.None);
        zone.Row.State.ShouldBe(ZoneState.Running);
        zone.With(Stance.Go);
        zone.Row.Phase.ShouldBe("initialize-installer");
        zone.Row.Work.ShouldBe(Work.Wanted);
    }

    [Fact]
    public void When_a_pause_took_effect_is_kept_and_told_once()
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").With(Stance.Pause);
        zone.Row.StandsSince.ShouldBeNull("it goes on to its next safe point");
        zone.Context = zone.Context with { Now = zone.Context.Now.AddMinutes(7) };
        zone.End("bootstrap").Stopped(StopMode.Pause);
        zone.Row.StandsSince.ShouldBe(zone.Context.Now);
        zone.LookAgain().Audit.Count(a => a.Code == "zone-stands").ShouldBe(1);
        zone.Audit.Single(a => a.Code == "zone-stands").Args["phase"].ShouldBe("initialize-installer");
        zone.With(Stance.Go).Row.StandsSince.ShouldBeNull();
    }

    [Fact]
    public void A_pause_takes_effect_at_a_prompt_that_is_a_safe_point_and_at_no_other()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken();
        foreach (var step in zone.Phase.Steps.TakeWhile(s => s.Name != "upgrade-packages").ToList())
            zone.Begin(step.Name).End(step.Name);
        zone.Begin("upgrade-packages").With(Stance.Pause).Prompt("upgrade-packages", 10, null, safePoint: false);
        zone.Row.StandsSince.ShouldBeNull("the script is in mid-work there");
        zone.Prompt("upgrade-packages", 90, "update-component", "hyper/hyper", safePoint: true);
        zone.Row.StandsSince.ShouldBe(zone.Context.Now);
    }

    [Theory]
    [InlineData(false, Work.Wanted, Work.Sent)]
    [InlineData(true, Work.None, Work.None)]
    internal void A_script_whose_worker_was_lost_during_a_pause_is_followed_by_another_unless_a_person_has_the_zone(bool taken, Work wanted, Work sent)
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").With(Stance.Pause);
        zone.Context = zone.Context with { Taken = taken };
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, zone.Row.Epoch, zone.Context));
        zone.Row.Work.ShouldBe(wanted);
        zone.Row.StandsSince.ShouldBeNull("the script may be at work");
        zone.Dispatch().LookAgain().Row.Work.ShouldBe(sent);
        if (taken)
            return;
        zone.Report(new PhaseAccepted { ZoneUpgradeId = zone.Row.Id, Epoch = zone.Row.Epoch, Sequence = 1, WorkerId = "w2", At = default, Phase = zone.Row.Phase! });
        zone.Row.Stop!.Mode.ShouldBe(StopMode.Pause);
    }

    [Fact]
    public void What_was_out_when_Fleet_was_restored_goes_out_again_above_all_that_were_given()
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap");
        var epoch = zone.Row.Epoch;
        zone.Apply(ZoneUpgradeRules.Restore(zone.Row, zone.Context));
        (zone.Row.Work, zone.Row.RecordLost).ShouldBe((Work.Wanted, true));
        zone.Audit[^1].Code.ShouldBe("dispatch-lost");

        var (sent, counter) = ZoneUpgradeWork.Dispatch(Change.Of(zone.Row), zone.Row.Id, epoch, 5_000_000, () => 1, zone.Context);
        (sent.Row.Epoch, counter, sent.Row.KnownFence).ShouldBe((5_000_000, 5_000_000, epoch));
        // What the old holder still reports is taken from nobody.
        zone.Row = sent.Row;
        zone.Report(new StepProgressed { ZoneUpgradeId = zone.Row.Id, Epoch = epoch, Sequence = 9, WorkerId = "w1", At = default, Phase = zone.Row.Phase!, Step = "bootstrap", What = "x" });
        zone.LastReply.ShouldBe(ReportReply.Lost);
    }

    [Fact]
    public void A_phase_that_nobody_has_taken_yet_is_taken_back()
    {
        var zone = new ZoneScript().LookAgain().Dispatch().With(Stance.Pause);
        zone.Row.Work.ShouldBe(Work.None);
        zone.Report(new PhaseAccepted { ZoneUpgradeId = zone.Row.Id, Epoch = 1, Sequence = 1, WorkerId = "w1", At = default, Phase = "preflight" });
        zone.LastReply.ShouldBe(ReportReply.Lost);
    }

    [Fact]
    public void Abort_of_a_waiting_zone_ends_it_at_once()
    {
        var zone = new ZoneScript();
        zone.Context = zone.Context with { Starts = 0 };
        zone.With(Stance.Abort).Row.State.ShouldBe(ZoneState.Aborted);
    }

    [Theory]
    [InlineData(Stance.Abort, StopMode.Abort, false, ZoneState.Aborted)]
    [InlineData(Stance.AbortNow, StopMode.AbortNow, true, ZoneState.Unknown)]
    internal void Abort_of_a_running_zone_is_owed_until_the_worker_stopped(Stance stance, StopMode mode, bool unknown, ZoneState expected)
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").With(stance);
        zone.Row.Stop!.Mode.ShouldBe(mode);
        zone.End("bootstrap", unknown ? StepOutcome.Unknown : StepOutcome.Cancelled).Stopped(mode, unknown);
        zone.Row.State.ShouldBe(expected);
    }

    [Fact]
    public void Abort_withdraws_what_is_asked()
    {
        var zone = ZoneScript.At("preflight").Taken().Begin("services").End("services", StepOutcome.Failed).Hold("services", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]);
        var id = zone.OpenDecision.Id;
        zone.With(Stance.Abort).Row.State.ShouldBe(ZoneState.Aborted);
        zone.Answer(id, Choices.Retry).LastRefusal!.Code.ShouldBe("decision-not-open");
    }

    [Fact]
    public void Abort_after_a_worker_died_sends_another_to_cancel_the_script()
    {
        var zone = ZoneScript.At("initialize-installer").Taken("w1").Begin("bootstrap");
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, zone.Row.Epoch, zone.Context)).With(Stance.Abort);
        zone.Row.Work.ShouldBe(Work.Wanted);
        zone.Taken("w2").Row.Stop!.Mode.ShouldBe(StopMode.Abort);
        zone.End("bootstrap", StepOutcome.Cancelled).Stopped(StopMode.Abort).Row.State.ShouldBe(ZoneState.Aborted);
    }

    [Fact]
    public void Abort_of_a_zone_held_by_a_script_that_outlived_its_limit_cancels_it_first()
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").End("bootstrap", StepOutcome.TimedOut).Hold("bootstrap", DecisionKind.TimedOut, [Choices.Retry, Choices.Fail]);
        zone.With(Stance.Abort);
        zone.Row.Work.ShouldBe(Work.Wanted);
        zone.Row.Decisions.ShouldAllBe(d => !d.IsOpen);
        zone.Taken("w2").Row.Stop!.Mode.ShouldBe(StopMode.Abort);
        zone.End("bootstrap", StepOutcome.Cancelled).Stopped(StopMode.Abort).Row.State.ShouldBe(ZoneState.Aborted);
    }

    [Fact]
    public void Abort_of_a_zone_whose_script_is_lost_ends_it_unknown()
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").End("bootstrap", StepOutcome.Unknown).Hold("bootstrap", DecisionKind.UnknownOutcome, [Choices.CheckAgain, Choices.Fail]);
        zone.With(Stance.Abort).Taken("w2").End("bootstrap", StepOutcome.Unknown).Hold("bootstrap", DecisionKind.UnknownOutcome, [Choices.CheckAgain, Choices.Fail]);
        zone.Row.State.ShouldBe(ZoneState.Unknown);
    }

    [Fact]
    public void Nothing_starts_on_a_taken_zone()
    {
        var zone = ZoneScript.At("verify");
        zone.Context = zone.Context with { Taken = true };
        zone.LookAgain().Row.Work.ShouldBe(Work.None);
        zone.Context = zone.Context with { Taken = false };
        zone.LookAgain().Row.Work.ShouldBe(Work.Wanted);
    }

    [Fact]
    public void A_guard_of_a_zone_that_a_person_has_is_released_only_when_it_is_returned()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade").End("pre-upgrade", StepOutcome.Failed)
            .Hold("pre-upgrade", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]);
        zone.Context = zone.Context with { Taken = true };
        zone.LookAgain().Answer(Choices.Fail).Row.Work.ShouldBe(Work.None);
        zone.Context = zone.Context with { Taken = false };
        zone.LookAgain().Row.Work.ShouldBe(Work.Wanted);
        zone.Row.Phase.ShouldBe("restore-rescue");
    }

    [Fact]
    public void A_zone_that_has_started_is_not_skipped()
    {
        var zone = new ZoneScript().LookAgain();
        ZoneUpgradeRules.Skip(zone.Row, "zone-skipped", null, "ops", zone.Context).Refusal!.Code.ShouldBe("zone-started-already");
        var waiting = new ZoneScript();
        waiting.Context = waiting.Context with { Starts = 0 };
        waiting.Apply(ZoneUpgradeRules.Skip(waiting.Row, "zone-skipped", null, "ops", waiting.Context)).Row.State.ShouldBe(ZoneState.Skipped);
    }

    [Theory]
    [InlineData(StepOutcome.Unknown, ZoneState.Unknown)]
    [InlineData(StepOutcome.Failed, ZoneState.Aborted)]
    internal void A_zone_that_is_to_be_tried_again_and_is_aborted_before_it_began_ends_at_once(StepOutcome outcome, ZoneState state)
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").End("bootstrap", outcome);
        zone.Hold("bootstrap", StepChoices.Kind(outcome), [Choices.Retry, Choices.Fail]).Answer(Choices.Fail);
        zone.Row.IsEnded.ShouldBeTrue();
        zone.Apply(ZoneUpgradeRules.Retry(zone.Row, null, "because", "ops", zone.Context)).LookAgain();
        zone.Row.State.ShouldBe(ZoneState.Waiting);

        // Its firstbox is not its own before the rollout starts it: nobody can be sent there.
        zone.Apply(ZoneUpgradeRules.Abort(zone.Row, StopMode.Abort, null, "ops", zone.Context));
        (zone.Row.State, zone.Row.Work, zone.Row.IsEnded).ShouldBe((state, Work.None, true));
    }
}
