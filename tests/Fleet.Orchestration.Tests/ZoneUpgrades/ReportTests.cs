using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Texts;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

public sealed class ReportTests
{
    private static StepProgressed Progress(ZoneUpgrade row, long epoch, long sequence, string worker) => new()
    {
        ZoneUpgradeId = row.Id,
        Epoch = epoch,
        Sequence = sequence,
        WorkerId = worker,
        At = default,
        Phase = "preflight",
        Step = "versions",
        What = "looking",
    };

    [Theory]
    [InlineData(1, 2, "w1", "Take")]
    [InlineData(1, 1, "w1", "Duplicate")]
    [InlineData(1, 3, "w1", "Early")]
    [InlineData(1, 2, "w2", "Stale")]
    [InlineData(0, 2, "w1", "Stale")]
    [InlineData(2, 1, "w1", "Stale")]
    public void A_report_is_taken_once_in_order_and_from_the_holder_only(long epoch, long sequence, string worker, string expected)
    {
        var zone = new ZoneScript().LookAgain().Taken("w1");
        ZoneUpgradeRules.Admit(zone.Row, Progress(zone.Row, epoch, sequence, worker)).ToString().ShouldBe(expected);
    }

    [Fact]
    public void What_hinders_a_step_is_shown_and_audited_once_and_so_is_its_end()
    {
        var zone = new ZoneScript().LookAgain().Taken("w1");
        var away = Finding.Of("firstbox-away", ("why", "refused"));
        zone.Report(Progress(zone.Row, 1, 2, "w1"));
        zone.Report(Progress(zone.Row, 1, 3, "w1") with { What = "", Trouble = away });
        zone.Row.Progress.ShouldBe(new StepProgress("looking", null, null, away));
        zone.Report(Progress(zone.Row, 1, 4, "w1") with { What = "", Trouble = away });
        zone.Report(Progress(zone.Row, 1, 5, "w1") with { What = "" });
        zone.Row.Progress.ShouldBe(new StepProgress("looking", null, null));
        zone.Audit.Where(a => a.Code is "step-hindered" or "step-goes-on").Select(a => $"{a.Code} {a.Args["code"]}").ShouldBe(["step-hindered firstbox-away", "step-goes-on firstbox-away"]);
    }

    [Theory]
    [InlineData(StepOutcome.Unknown, "execution-lost", "execution-lost")]
    [InlineData(StepOutcome.TimedOut, null, "no-reason-given")]
    [InlineData(StepOutcome.Failed, "x", null)]
    [InlineData(StepOutcome.Succeeded, null, null)]
    public void An_end_that_nobody_knows_is_in_the_audit_with_its_reason(StepOutcome outcome, string? finding, string? why)
    {
        var zone = new ZoneScript().LookAgain().Taken("w1");
        zone.Report(new StepFinished
        {
            ZoneUpgradeId = zone.Row.Id,
            Epoch = 1,
            Sequence = 2,
            WorkerId = "w1",
            At = default,
            Phase = "preflight",
            Step = "versions",
            Attempt = 1,
            StartedAt = default,
            Outcome = outcome,
            Findings = finding is null ? [] : [Finding.Of(finding)],
        });
        var told = zone.Audit.Where(a => a.Code == "step-end-unknown").ToList();
        told.Select(a => a.Args["why"]).ShouldBe(why is null ? [] : [why]);
        foreach (var entry in told)
            Text.Render(entry.Code, entry.Args).ShouldNotContain("{");
    }

    [Theory]
    [InlineData(StepOutcome.Unknown, DecisionKind.UnknownOutcome, false)]
    [InlineData(StepOutcome.TimedOut, DecisionKind.TimedOut, false)]
    [InlineData(StepOutcome.Unknown, DecisionKind.UnknownOutcome, true)]
    public void An_end_that_nobody_knows_is_asked_about_also_where_its_worker_was_lost_before_it_asked(StepOutcome outcome, DecisionKind kind, bool paused)
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").End("bootstrap", outcome);
        if (paused)
            zone.With(Stance.Pause);
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, zone.Row.Epoch, zone.Context)).LookAgain();
        (zone.Row.State, zone.Row.Work).ShouldBe((ZoneState.Held, Work.None));
        var asked = zone.OpenDecision;
        (asked.Kind, asked.Step, asked.ExecutionId).ShouldBe((kind, "bootstrap", zone.Row.Entry("initialize-installer", "bootstrap")!.ExecutionId));
        asked.Choices.ShouldBe(StepChoices.For(outcome, required: true));
        Text.Render(asked.Question.Code, asked.Question.Args).ShouldNotContain("{");

        // Only a person's word sends a worker there again, and under the attempt that there is.
        zone.With(Stance.Go).Answer(Choices.CheckAgain);
        zone.Row.Work.ShouldBe(Work.Wanted);
        zone.Row.Entry("initialize-installer", "bootstrap")!.ShouldSatisfyAllConditions(e => e.State.ShouldBe(LedgerState.Started), e => e.Attempt.ShouldBe(1));
    }

    [Fact]
    public void What_hindered_a_worker_that_was_lost_is_not_told_of_the_next_one()
    {
        var zone = new ZoneScript().LookAgain().Taken("w1");
        zone.Report(Progress(zone.Row, 1, 2, "w1") with { Trouble = Finding.Of("firstbox-away", ("why", "refused")) });
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, 1, zone.Context)).Taken("w2");
        zone.Row.Progress.ShouldBe(new StepProgress("looking", null, null));
    }

    [Fact]
    public void The_last_report_sent_again_is_acknowledged_although_the_dispatch_is_over()
    {
        var zone = new ZoneScript().LookAgain().Taken("w1").Succeed();
        var last = new PhaseSucceeded { ZoneUpgradeId = zone.Row.Id, Epoch = 1, Sequence = 2, WorkerId = "w1", At = default, Phase = "preflight" };
        zone.Report(last);
        zone.LastReply.ShouldBe(ReportReply.Recorded);
        zone.Row.PhasesDone.ShouldBe(["preflight"]);
    }

    [Fact]
    public void The_last_report_is_acknowledged_even_after_the_next_phase_was_sent_out()
    {
        var zone = new ZoneScript().LookAgain().Taken("w1").Succeed().Taken("w2");
        zone.Report(new PhaseSucceeded { ZoneUpgradeId = zone.Row.Id, Epoch = 1, Sequence = 2, WorkerId = "w1", At = default, Phase = "preflight" });
        zone.LastReply.ShouldBe(ReportReply.Recorded);
        zone.Row.RecordedOf(1).ShouldBe(2);
        zone.Row.RecordedOf(2).ShouldBe(1);
    }

    [Fact]
    public void A_second_worker_with_the_same_dispatch_is_told_that_it_lost()
    {
        var zone = new ZoneScript().LookAgain().Taken("w1");
        zone.Report(new PhaseAccepted { ZoneUpgradeId = zone.Row.Id, Epoch = 1, Sequence = 1, WorkerId = "w2", At = default, Phase = "preflight" });
        zone.LastReply.ShouldBe(ReportReply.Lost);
        zone.Row.WorkerId.ShouldBe("w1");
    }

    [Fact]
    public void Reports_of_an_older_epoch_change_nothing_and_are_audited_once()
    {
        var zone = new ZoneScript().LookAgain().Taken("w1");
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, 1, zone.Context)).Taken("w2");
        var before = zone.Row;
        for (var i = 0; i < 3; i++)
            zone.Report(new PhaseSucceeded { ZoneUpgradeId = zone.Row.Id, Epoch = 1, Sequence = 2, WorkerId = "w1", At = default, Phase = "preflight" });
        zone.LastReply.ShouldBe(ReportReply.Lost);
        zone.Row.ShouldBe(before with { StaleAudited = 1 });
        zone.Audit.Count(a => a.Code == "report-ignored").ShouldBe(1);
    }

    [Fact]
    public void A_worker_whose_lease_ran_out_is_not_heard_before_the_next_dispatch_either()
    {
        var zone = new ZoneScript().LookAgain().Taken("w1");
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, 1, zone.Context));
        zone.Succeed();
        zone.LastReply.ShouldBe(ReportReply.Lost);
        zone.Row.PhasesDone.ShouldBeEmpty();
    }

    [Fact]
    public void A_taken_over_step_keeps_its_record_and_its_attempt()
    {
        var zone = ZoneScript.At("initialize-installer").Taken("w1").Begin("bootstrap");
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, zone.Row.Epoch, zone.Context)).Taken("w2").Begin("bootstrap").End("bootstrap");
        var record = zone.Row.Steps.Where(s => s.Step == "bootstrap").ShouldHaveSingleItem();
        record.Attempt.ShouldBe(1);
        record.Outcome.ShouldBe(StepOutcome.Succeeded);
        record.Epoch.ShouldBe(zone.Row.Epoch);
    }

    [Fact]
    public void A_declined_phase_is_wanted_again()
    {
        var zone = new ZoneScript().LookAgain().Dispatch();
        zone.Apply(ZoneUpgradeRules.Decline(zone.Row, new PhaseDeclined { ZoneUpgradeId = zone.Row.Id, Epoch = 1, WorkerId = "w1", Reason = Contracts.Decisions.Finding.Of("no-slot") }, zone.Context));
        zone.Row.Work.ShouldBe(Work.Wanted);
    }
}
