using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

public sealed class RetryTests
{
    [Fact]
    public void A_retried_zone_goes_on_where_it_ended_with_a_new_attempt_and_counts_until_it_succeeds()
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").End("bootstrap", StepOutcome.Failed)
            .Hold("bootstrap", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]).Answer(Choices.Fail);
        zone.Apply(ZoneUpgradeRules.Retry(zone.Row, null, "fixed", "ops", zone.Context));
        zone.Row.State.ShouldBe(ZoneState.Waiting);
        zone.Context = zone.Context with { Starts = 2 };
        zone.LookAgain().Row.Phase.ShouldBe("initialize-installer");
        zone.Row.Entry("initialize-installer", "bootstrap")!.Attempt.ShouldBe(2);
        zone.Row.CountsAsFailure.ShouldBeTrue();
        while (!zone.Row.IsEnded)
            zone.CarryOut();
        zone.Row.CountsAsFailure.ShouldBeFalse();
        zone.Audit.ShouldContain(a => a.Code == "failure-uncounted");
    }

    [Fact]
    public void A_retried_zone_has_its_guard_set_again_that_its_end_released()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade").End("pre-upgrade", StepOutcome.Failed)
            .Hold("pre-upgrade", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]).Answer(Choices.Fail).CarryOut();
        zone.Row.State.ShouldBe(ZoneState.Failed);
        zone.Apply(ZoneUpgradeRules.Retry(zone.Row, null, "again", "ops", zone.Context));
        zone.Context = zone.Context with { Starts = 2 };
        zone.LookAgain().Row.Phase.ShouldBe("prepare-platform");
        zone.Row.Entry("prepare-platform", "disable-rescue")!.State.ShouldBe(LedgerState.Open);
        zone.Row.Entry("prepare-platform", "nodes-healthy")!.State.ShouldBe(LedgerState.Succeeded);
        zone.CarryOut().Row.Phase.ShouldBe("upgrade-platform");
        zone.Row.GuardsInForce.ShouldHaveSingleItem();
        zone.CarryOut().CarryOut().Row.Phase.ShouldBe("restore-rescue");
        zone.CarryOut().Row.State.ShouldBe(ZoneState.Succeeded);
        zone.Row.GuardsInForce.ShouldBeEmpty();
    }

    [Fact]
    public void A_retried_zone_has_its_guard_set_again_where_its_end_came_before_the_phase_that_set_it_was_done()
    {
        var zone = ZoneScript.At("prepare-platform").Taken().Begin("disable-rescue").End("disable-rescue").With(Stance.Abort).Stopped(StopMode.Abort);
        zone.Row.Phase.ShouldBe("restore-rescue");
        zone.CarryOut().Row.State.ShouldBe(ZoneState.Aborted);
        zone.Row.GuardsInForce.ShouldBeEmpty();
        zone.Apply(ZoneUpgradeRules.Retry(zone.Row, null, "again", "ops", zone.Context));
        zone.Context = zone.Context with { Starts = 2 };
        zone.With(Stance.Go).Row.Phase.ShouldBe("prepare-platform");
        zone.Row.Entry("prepare-platform", "disable-rescue")!.State.ShouldBe(LedgerState.Open);
        zone.CarryOut().Row.GuardsInForce.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("prepare-platform")]
    [InlineData("preflight")]
    public void What_a_condition_passed_over_is_not_run_because_the_zone_is_tried_again(string? from)
    {
        var zone = ZoneScript.At("prepare-platform").Taken().Begin("refresh-nodes").End("refresh-nodes").Begin("refresh-nodes-old").End("refresh-nodes-old", StepOutcome.Skipped)
            .Begin("nodes-healthy").End("nodes-healthy", StepOutcome.Failed).Hold("nodes-healthy", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]).Answer(Choices.Fail);
        zone.Apply(ZoneUpgradeRules.Retry(zone.Row, from, "mended", "ops", zone.Context)).LastRefusal.ShouldBeNull();
        zone.Row.Entry("prepare-platform", "refresh-nodes-old")!.ShouldSatisfyAllConditions(
            e => e.State.ShouldBe(LedgerState.Open), e => e.Attempt.ShouldBe(2), e => e.Parameters.Keys.ShouldBe([LedgerEntry.Anew], "its condition decides again"));
        zone.Row.Entry("prepare-platform", "nodes-healthy")!.Parameters["choice"].ShouldBe(Choices.Retry);
    }

    [Fact]
    public void A_zone_can_be_retried_from_an_earlier_phase_where_all_steps_are_open_again()
    {
        var zone = ZoneScript.At("verify").Taken().Fail("services").Answer(Choices.Keep);
        zone.Row.State.ShouldBe(ZoneState.Failed);
        zone.Apply(ZoneUpgradeRules.Retry(zone.Row, "upgrade-platform", "again", "ops", zone.Context));
        zone.Row.PhasesDone.ShouldBe(["preflight", "stage-package", "initialize-installer", "prepare-platform"]);
        zone.Row.Ledger.Where(e => e.Phase == "upgrade-platform").ShouldAllBe(e => e.State == LedgerState.Open && e.Attempt == 2);
    }

    [Theory]
    [InlineData("nowhere", "answer-phase-unknown")]
    [InlineData(null, "zone-not-retryable")]
    public void Only_a_zone_that_ended_otherwise_than_well_is_retried_and_from_a_known_phase(string? from, string problem)
    {
        var zone = new ZoneScript().LookAgain().Taken();
        zone = from is null ? zone.Succeed(alreadyThere: true) : zone.Fail("versions");
        ZoneUpgradeRules.Retry(zone.Row, from, null, "ops", zone.Context).Refusal!.Code.ShouldBe(problem);
    }

    [Fact]
    public void To_run_again_what_is_not_repeatable_a_retry_says_why()
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").End("bootstrap", StepOutcome.Failed)
            .Hold("bootstrap", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]).Answer(Choices.Fail);
        ZoneUpgradeRules.Retry(zone.Row, null, " ", "ops", zone.Context).Refusal!.Code.ShouldBe("answer-comment-missing");
    }
}
