using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

public sealed class AnswerTests
{
    private static readonly string[] FailedStep = [Choices.Retry, Choices.Ignore, Choices.MarkDone, Choices.Fail];

    private static ZoneScript Held(string phase, string step, StepOutcome outcome = StepOutcome.Failed, DecisionKind kind = DecisionKind.FailedStep, string[]? choices = null) =>
        ZoneScript.At(phase).Taken().Begin(step).End(step, outcome).Hold(step, kind, choices ?? FailedStep);

    [Fact]
    public void A_failed_step_holds_the_zone_until_somebody_answers()
    {
        var zone = Held("preflight", "services");
        zone.Row.State.ShouldBe(ZoneState.Held);
        zone.Row.Work.ShouldBe(Work.None);
        zone.LookAgain().Row.State.ShouldBe(ZoneState.Held);
    }

    [Fact]
    public void Retry_is_a_new_attempt_with_what_was_chosen()
    {
        var zone = Held("preflight", "services").Answer(Choices.Retry);
        var entry = zone.Row.Entry("preflight", "services")!;
        entry.State.ShouldBe(LedgerState.Open);
        entry.Attempt.ShouldBe(2);
        entry.Parameters["choice"].ShouldBe(Choices.Retry);
        entry.Parameters["by"].ShouldBe("ops");
        zone.Row.Work.ShouldBe(Work.Wanted);
        zone.Row.State.ShouldBe(ZoneState.Running);
    }

    [Theory]
    [InlineData("initialize-installer", "bootstrap", Choices.Retry, null, "answer-comment-missing")]
    [InlineData("initialize-installer", "bootstrap", Choices.Retry, "backups are aside", null)]
    [InlineData("preflight", "services", Choices.Retry, null, null)]
    [InlineData("preflight", "services", Choices.MarkDone, null, "answer-comment-missing")]
    [InlineData("preflight", "services", Choices.MarkDone, "seen", null)]
    [InlineData("preflight", "services", Choices.Quarantine, null, "answer-choice-unknown")]
    public void An_answer_must_fit_its_question(string phase, string step, string choice, string? comment, string? problem)
    {
        var zone = Held(phase, step).Answer(choice, comment);
        zone.LastRefusal?.Code.ShouldBe(problem);
        (zone.LastRefusal is null).ShouldBe(problem is null);
    }

    [Fact]
    public void Ignore_goes_on_and_leaves_a_debt_while_the_step_stays_failed_in_the_record()
    {
        var zone = Held("preflight", "services").Answer(Choices.Ignore, "known");
        zone.Row.Entry("preflight", "services")!.State.ShouldBe(LedgerState.Ignored);
        zone.Row.Debts.ShouldHaveSingleItem().Kind.ShouldBe(DebtKind.IgnoredStep);
        var record = zone.Row.Steps.Single(s => s.Step == "services");
        record.Outcome.ShouldBe(StepOutcome.Failed);
        record.SettledAs.ShouldBe(Choices.Ignore);
        record.SettledBy.ShouldBe("ops");
    }

    [Fact]
    public void The_same_answer_again_is_well_and_another_is_refused_naming_the_first()
    {
        var zone = Held("preflight", "services");
        var id = zone.OpenDecision.Id;
        zone.Answer(id, Choices.Retry);
        var after = zone.Row;
        zone.Answer(id, Choices.Retry).LastRefusal.ShouldBeNull();
        zone.Row.ShouldBe(after);
        zone.Answer(id, Choices.Fail).LastRefusal!.Args["by"].ShouldBe("ops");
        zone.Row.ShouldBe(after);
    }

    [Theory]
    [InlineData(StepOutcome.Failed, DecisionKind.FailedStep, ZoneState.Failed)]
    [InlineData(StepOutcome.TimedOut, DecisionKind.TimedOut, ZoneState.Unknown)]
    [InlineData(StepOutcome.Unknown, DecisionKind.UnknownOutcome, ZoneState.Unknown)]
    internal void Giving_up_ends_the_zone_failed_or_unknown_where_its_outcome_never_was_established(StepOutcome outcome, DecisionKind kind, ZoneState expected)
    {
        var zone = Held("initialize-installer", "bootstrap", outcome, kind).Answer(Choices.Fail);
        zone.Row.State.ShouldBe(expected);
        zone.Row.CountsAsFailure.ShouldBeTrue();
    }

    [Fact]
    public void Check_again_looks_after_the_same_execution_without_a_new_attempt()
    {
        var zone = Held("initialize-installer", "bootstrap", StepOutcome.Unknown, DecisionKind.UnknownOutcome, [Choices.CheckAgain, Choices.Fail]);
        zone.Row.CountsAsFailure.ShouldBeTrue();
        zone.Answer(Choices.CheckAgain);
        var entry = zone.Row.Entry("initialize-installer", "bootstrap")!;
        entry.State.ShouldBe(LedgerState.Started);
        entry.Attempt.ShouldBe(1);
        entry.ExecutionId.ShouldNotBeNull();
    }

    [Fact]
    public void Nodes_are_quarantined_by_name_only()
    {
        var zone = ZoneScript.At("prepare-platform").Taken().Begin("nodes-healthy").End("nodes-healthy", StepOutcome.Failed)
            .Hold("nodes-healthy", DecisionKind.UnhealthyNodes, [Choices.Retry, Choices.Quarantine, Choices.Fail], new DecisionItem("hyper07", "apt fails"), new DecisionItem("hyper09", "unreachable"));
        zone.Answer(Choices.Quarantine).LastRefusal!.Code.ShouldBe("answer-nodes-missing");
        zone.Answer(Choices.Quarantine, nodes: ["hyper"]).LastRefusal!.Code.ShouldBe("answer-node-unknown");
        zone.Answer(Choices.Quarantine, nodes: ["hyper07", "hyper09"]).LastRefusal!.Code.ShouldBe("answer-comment-missing");
        zone.Answer(Choices.Quarantine, "disks are on order", nodes: ["hyper07", "hyper09"]).LastRefusal.ShouldBeNull();
        zone.Row.Entry("prepare-platform", "nodes-healthy")!.Parameters["nodes"].ShouldBe("hyper07,hyper09");
    }

    [Fact]
    public void A_checklist_is_ticked_item_by_item_and_holds_until_the_last()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("manual-operations").End("manual-operations", StepOutcome.Failed)
            .Hold("manual-operations", DecisionKind.Manual, [Choices.Done, Choices.NotApplicable, Choices.Defer, Choices.Fail], new DecisionItem("1", "a"), new DecisionItem("2", "b"), new DecisionItem("3", "c"));
        zone.Answer(Choices.Done, "did it", items: ["1"]).Row.State.ShouldBe(ZoneState.Held);
        zone.Answer(Choices.Defer, "tomorrow", items: ["3"]).Row.State.ShouldBe(ZoneState.Held);
        zone.Answer(Choices.Done).LastRefusal!.Code.ShouldBe("answer-comment-missing");
        zone.Answer(Choices.Done, "fine").Row.Work.ShouldBe(Work.Wanted);
        var parameters = zone.Row.Entry("upgrade-platform", "manual-operations")!.Parameters;
        parameters["items"].ShouldBe("1=done,2=done,3=defer");
        parameters["choice"].ShouldBe(Choices.Done);
        parameters["comment"].ShouldBe("1: did it; 2: fine; 3: tomorrow");
    }

    [Theory]
    [InlineData(Choices.Retry)]
    [InlineData(Choices.CheckAgain)]
    public void A_step_whose_end_was_never_told_is_looked_at_and_not_begun_again(string choice)
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap");
        var execution = zone.Row.Entry("initialize-installer", "bootstrap")!.ExecutionId;
        zone.Hold("bootstrap", DecisionKind.FailedStep, [choice, Choices.Fail]).Answer(choice, "look");
        var entry = zone.Row.Entry("initialize-installer", "bootstrap")!;
        (entry.State, entry.ExecutionId, entry.Attempt).ShouldBe((LedgerState.Started, execution, 1));
        zone.Row.Work.ShouldBe(Work.Wanted);
    }

    [Theory]
    [InlineData(FenceFindings.Higher, false)]
    [InlineData(FenceFindings.Ahead, false)]
    [InlineData(FenceFindings.ForeignInstallation, true)]
    public void What_a_zone_has_seen_of_others_is_gone_above_by_a_persons_retry_once(string code, bool overrides)
    {
        var zone = new ZoneScript().LookAgain().Taken();
        zone.Report(new PhaseHeld
        {
            ZoneUpgradeId = zone.Row.Id,
            Epoch = 1,
            Sequence = 2,
            WorkerId = "w1",
            At = default,
            Phase = "preflight",
            Decision = new DecisionRequest { Kind = DecisionKind.FailedStep, Step = "zone-activity", Question = Finding.Of(code, ("detail", "x"), (FenceFindings.Fence, "9")), Choices = FailedStep, Fingerprint = "fence" },
        });
        zone.Answer(Choices.Retry).Row.Work.ShouldBe(Work.Wanted);
        var (sent, epoch) = ZoneUpgradeWork.Dispatch(Change.Of(zone.Row), zone.Row.Id, 1, 0, () => 1, zone.Context);
        epoch.ShouldBe(10);
        sent.Row.KnownFence.ShouldBe(9);
        sent.Row.OverrideFence.ShouldBe(overrides);
        // What ran in a lost part of the past ran under this attempt: it is not to run again under another.
        sent.Row.RecordLost.ShouldBe(!overrides);
        (sent.Row.Entry("preflight", "zone-activity")?.Attempt ?? 1).ShouldBe(overrides ? 2 : 1);
        zone.Taken().Succeed().Row.OverrideFence.ShouldBeFalse();
    }
}
