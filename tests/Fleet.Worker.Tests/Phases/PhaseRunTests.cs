using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Testing;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Phases;

public sealed class PhaseRunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_run_in_order_and_the_phase_succeeds()
    {
        var zone = new ScriptedZone();
        zone.On("first", "one\n");
        zone.On("second", "two\n");
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "first"), Small.Shell("b", "second")), zone);
        var command = Small.Command();
        await worker.SendAsync(command);
        await worker.ReportAsync<PhaseSucceeded>();
        zone.Journal.ShouldBe(["run first", "run second"]);
        worker.Coordinator.Reports.Select(r => r.GetType().Name).ShouldBe(["PhaseAccepted", "StepStarting", "StepFinished", "StepStarting", "StepFinished", "PhaseSucceeded"]);
        worker.Transcripts.Text(ExecutionIds.For(command.ZoneUpgradeId, "a", 1, "main")).ShouldBe("one\n");
        await Eventually.BeTrueAsync(() => worker.Runs.FreeSlots == worker.Options.MaxZones, WorkerUnderTest.Soon, Cancel);
    }

    [Fact]
    public async Task A_changing_step_does_not_run_before_its_start_is_recorded()
    {
        var zone = new ScriptedZone();
        zone.On("tool", "done\n");
        var open = false;
        var coordinator = new TinyCoordinator { Records = r => r is not StepStarting || Volatile.Read(ref open) };
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone, coordinator);
        await worker.SendAsync(Small.Command());
        await Eventually.BeTrueAsync(() => coordinator.Deliveries >= 3, WorkerUnderTest.Soon, Cancel);
        zone.Journal.ShouldBeEmpty();
        Volatile.Write(ref open, true);
        await worker.ReportAsync<PhaseSucceeded>();
        zone.Journal.ShouldBe(["run tool"]);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task A_failed_step_holds_the_zone_with_the_usual_question(int exit, bool required)
    {
        var zone = new ScriptedZone();
        zone.On("tool", "no luck\n", exit);
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool") with { Required = required }, Small.Shell("b", "tool")), zone);
        await worker.SendAsync(Small.Command());
        var held = await worker.ReportAsync<PhaseHeld>();
        held.Decision.Kind.ShouldBe(DecisionKind.FailedStep);
        held.Decision.Choices.Contains(Choices.Ignore).ShouldBe(!required);
        held.Decision.Question.Lines.ShouldBe(["no luck"]);
        worker.Coordinator.Of<StepFinished>().Single().Outcome.ShouldBe(StepOutcome.Failed);
        zone.Journal.ShouldBe(["run tool"]);
    }

    [Theory]
    [InlineData(LedgerState.Started)]
    [InlineData(LedgerState.Unknown)]
    [InlineData(LedgerState.TimedOut)]
    public async Task What_the_record_says_was_started_but_the_zone_never_saw_is_unknown_and_is_not_started(LedgerState recorded)
    {
        var zone = new ScriptedZone();
        zone.On("tool", "x\n");
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        var id = Guid.NewGuid();
        await worker.SendAsync(Small.Command(id, 2, Small.Entry("a", recorded, 1, ExecutionIds.For(id, "a", 1, "main"))));
        var held = await worker.ReportAsync<PhaseHeld>();
        held.Decision.Kind.ShouldBe(DecisionKind.UnknownOutcome);
        held.Decision.Question.Code.ShouldBe("execution-absent");
        held.Decision.Choices.ShouldBe([Choices.CheckAgain, Choices.MarkDone, Choices.Retry, Choices.Fail]);
        zone.Journal.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_takeover_finds_the_running_command_and_takes_its_result()
    {
        var zone = new ScriptedZone();
        var more = new TaskCompletionSource();
        zone.On("tool", async terminal =>
        {
            await terminal.PrintAsync("first half\n");
            await more.Task;
            await terminal.PrintAsync("second half\n");
            return 0;
        });
        var runbook = Small.Runbook(Small.Shell("a", "tool"));
        var id = Guid.NewGuid();
        var execution = ExecutionIds.For(id, "a", 1, "main");
        await using (var first = await WorkerUnderTest.StartAsync(runbook, zone))
        {
            await first.SendAsync(Small.Command(id));
            await Eventually.BeTrueAsync(() => first.Transcripts.Text(execution).Length == "first half\n".Length, WorkerUnderTest.Soon, Cancel);
        }
        zone.Execution(execution)!.State.ShouldBe(ExecutionState.Running, "a worker that goes stops nothing on the zone");
        await using var second = await WorkerUnderTest.StartAsync(runbook, zone);
        await second.SendAsync(Small.Command(id, 2, Small.Entry("a", LedgerState.Started, 1, execution) with { TranscriptOffset = "first half\n".Length }));
        await second.ReportAsync<PhaseAccepted>();
        more.SetResult();
        await second.ReportAsync<PhaseSucceeded>();
        zone.Journal.ShouldBe(["run tool"]);
        second.Transcripts.Text(execution).TrimStart('\0').ShouldBe("second half\n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_takeover_in_a_paused_rollout_sees_the_running_command_to_its_end_and_begins_nothing_more(bool changes)
    {
        var zone = new ScriptedZone();
        var more = new TaskCompletionSource();
        zone.On("tool", async _ =>
        {
            await more.Task;
            return 0;
        });
        var runbook = Small.Runbook(Small.Shell("a", "tool", changes), Small.Shell("b", "tool"));
        var id = Guid.NewGuid();
        var execution = ExecutionIds.For(id, "a", 1, "main");
        await using (var first = await WorkerUnderTest.StartAsync(runbook, zone))
        {
            await first.SendAsync(Small.Command(id));
            await Eventually.BeTrueAsync(() => zone.Journal.Count == 1, WorkerUnderTest.Soon, Cancel);
        }
        var open = false;
        var coordinator = new TinyCoordinator { Records = r => r is not PhaseAccepted || Volatile.Read(ref open) };
        await using var second = await WorkerUnderTest.StartAsync(runbook, zone, coordinator);
        await second.SendAsync(Small.Command(id, 2, Small.Entry("a", LedgerState.Started, 1, execution)));
        await Eventually.BeTrueAsync(() => coordinator.Deliveries >= 1, WorkerUnderTest.Soon, Cancel);
        await second.TellAsync(new StopPhase(id, 2, StopMode.Pause, "window"));
        Volatile.Write(ref open, true);
        await second.ReportAsync<PhaseAccepted>();
        more.SetResult();
        (await second.ReportAsync<StepFinished>()).Outcome.ShouldBe(StepOutcome.Succeeded);
        (await second.ReportAsync<PhaseStopped>()).Mode.ShouldBe(StopMode.Pause);
        zone.Journal.ShouldBe(["run tool"]);
    }

    [Fact]
    public async Task A_phase_that_begins_cleans_what_the_phase_before_it_ran_well_and_nothing_else()
    {
        var zone = new ScriptedZone();
        zone.On("tool", "x\n");
        Phase Named(string name, params IReadOnlyList<Step> steps) => new() { Name = name, Title = name, Steps = steps };
        var runbook = Small.Runbook() with { Phases = [Named("first", Small.Shell("x", "tool")), Named("before", Small.Shell("y", "tool"), Small.Shell("z", "tool")), Named("phase", Small.Shell("a", "tool"))] };
        var id = Guid.NewGuid();
        LedgerEntry Ran(string phase, string step, LedgerState state) => Small.Entry(step, state, 1, ExecutionIds.For(id, step, 1, "main")) with { Phase = phase };
        await using var worker = await WorkerUnderTest.StartAsync(runbook, zone);
        await worker.SendAsync(Small.Command(id, 3, Ran("first", "x", LedgerState.Succeeded), Ran("before", "y", LedgerState.Succeeded), Ran("before", "z", LedgerState.MarkedDone)));
        await worker.ReportAsync<PhaseSucceeded>();
        zone.Journal.ShouldBe([$"clean {ExecutionIds.For(id, "y", 1, "main")}", "run tool"]);
    }

    [Fact]
    public async Task Steps_that_the_ledger_has_settled_are_not_touched()
    {
        var zone = new ScriptedZone();
        zone.On("tool", "x\n");
        await using var worker = await WorkerUnderTest.StartAsync(
            Small.Runbook(Small.Shell("a", "tool"), Small.Shell("b", "tool"), Small.Shell("c", "tool"), Small.Shell("d", "tool")), zone);
        await worker.SendAsync(Small.Command(null, 4, Small.Entry("a", LedgerState.Succeeded), Small.Entry("b", LedgerState.Ignored), Small.Entry("c", LedgerState.MarkedDone)));
        await worker.ReportAsync<PhaseSucceeded>();
        worker.Coordinator.Of<StepStarting>().Select(s => s.Step).ShouldBe(["d"]);
        zone.Journal.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_step_whose_condition_does_not_hold_is_skipped_and_says_why()
    {
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool") with { When = new Condition { SpecialSubZone = true } }));
        await worker.SendAsync(Small.Command());
        await worker.ReportAsync<PhaseSucceeded>();
        var finished = worker.Coordinator.Of<StepFinished>().Single();
        finished.Outcome.ShouldBe(StepOutcome.Skipped);
        finished.Findings.Single().Args["reason"].ShouldBe("no zone id is a special sub zone");
    }

    [Fact]
    public async Task A_step_over_its_limit_is_timed_out_and_its_command_lives_on()
    {
        var zone = new ScriptedZone();
        zone.On("tool", async terminal =>
        {
            await terminal.PrintAsync("hanging\n");
            await Task.Delay(Timeout.Infinite, terminal.Killed);
            return 0;
        });
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool") with { TimeLimit = TimeSpan.FromMilliseconds(400) }), zone);
        await worker.SendAsync(Small.Command());
        var held = await worker.ReportAsync<PhaseHeld>();
        held.Decision.Kind.ShouldBe(DecisionKind.TimedOut);
        held.Decision.Choices.ShouldContain(Choices.Retry);
        worker.Coordinator.Of<StepFinished>().Single().Outcome.ShouldBe(StepOutcome.TimedOut);
        zone.Executions.Single().State.ShouldBe(ExecutionState.Running);
    }

    [Fact]
    public async Task The_same_command_twice_is_carried_out_once()
    {
        var zone = new ScriptedZone();
        zone.On("tool", "x\n");
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        var command = Small.Command();
        await worker.SendAsync(command);
        await worker.SendAsync(command);
        await worker.ReportAsync<PhaseSucceeded>();
        await Eventually.BeTrueAsync(() => worker.Runs.FreeSlots == worker.Options.MaxZones, WorkerUnderTest.Soon, Cancel);
        await worker.SendAsync(command);
        await worker.SendAsync(Small.Command(null, 1));
        await Eventually.BeTrueAsync(() => worker.Coordinator.Of<PhaseSucceeded>().Count == 2, WorkerUnderTest.Soon, Cancel);
        worker.Coordinator.Of<PhaseAccepted>().Count(a => a.ZoneUpgradeId == command.ZoneUpgradeId).ShouldBe(1);
    }

    [Fact]
    public async Task A_higher_epoch_for_work_in_hand_is_adopted_and_the_command_still_runs_once()
    {
        var zone = new ScriptedZone();
        var more = new TaskCompletionSource();
        zone.On("tool", async _ =>
        {
            await more.Task;
            return 0;
        });
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone, configure: o => o.MaxZones = 1);
        var id = Guid.NewGuid();
        await worker.SendAsync(Small.Command(id));
        await Eventually.BeTrueAsync(() => zone.Executions.Count == 1, WorkerUnderTest.Soon, Cancel);
        await worker.SendAsync(Small.Command(id, 5, Small.Entry("a", LedgerState.Started, 1, ExecutionIds.For(id, "a", 1, "main"))));
        await worker.ReportAsync<PhaseAccepted>(a => a.Epoch == 5);
        more.SetResult();
        await worker.ReportAsync<PhaseSucceeded>(s => s.Epoch == 5);
        zone.Journal.ShouldBe(["run tool"]);
        worker.Coordinator.Of<PhaseSucceeded>().ShouldAllBe(s => s.Epoch == 5);
    }

    [Fact]
    public async Task Without_a_free_slot_or_with_a_newer_contract_a_phase_is_declined()
    {
        var zone = new ScriptedZone();
        var more = new TaskCompletionSource();
        zone.On("tool", async _ =>
        {
            await more.Task;
            return 0;
        });
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone, configure: o => o.MaxZones = 1);
        await worker.SendAsync(Small.Command());
        await worker.ReportAsync<PhaseAccepted>();
        await worker.SendAsync(Small.Command());
        await worker.SendAsync(Small.Command() with { Contract = 99 });
        await Eventually.BeTrueAsync(() => worker.Coordinator.Declined.Count == 2, WorkerUnderTest.Soon, Cancel);
        worker.Coordinator.Declined.Select(d => d.Reason.Code).Order().ShouldBe(["worker-contract-older", "worker-full"]);
        more.SetResult();
        await worker.ReportAsync<PhaseSucceeded>();
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_lets_go_and_reports_nothing_more()
    {
        var zone = new ScriptedZone();
        zone.On("tool", async terminal =>
        {
            await Task.Delay(Timeout.Infinite, terminal.Killed);
            return 0;
        });
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        var command = Small.Command() with { Lease = TimeSpan.FromSeconds(1) };
        await worker.SendAsync(command);
        await Eventually.BeTrueAsync(() => zone.Executions.Count == 1, WorkerUnderTest.Soon, Cancel);
        worker.Coordinator.LostLeases[(command.ZoneUpgradeId, command.Epoch)] = true;
        await Eventually.BeTrueAsync(() => worker.Runs.FreeSlots == worker.Options.MaxZones, WorkerUnderTest.Soon, Cancel);
        zone.Executions.Single().State.ShouldBe(ExecutionState.Running);
        worker.Coordinator.Reports[^1].ShouldBeOfType<StepStarting>();
    }

    [Fact]
    public async Task While_the_lease_is_expired_nothing_is_started()
    {
        var zone = new ScriptedZone();
        var gate = new TaskCompletionSource();
        zone.On("first", async _ =>
        {
            await gate.Task;
            return 0;
        });
        zone.On("second", "x\n");
        var coordinator = new TinyCoordinator();
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "first"), Small.Shell("b", "second")), zone, coordinator);
        await worker.SendAsync(Small.Command() with { Lease = TimeSpan.FromMilliseconds(900) });
        await Eventually.BeTrueAsync(() => zone.Executions.Count == 1, WorkerUnderTest.Soon, Cancel);
        coordinator.RenewsLeases = false;
        var beats = coordinator.Beats.Count;
        await Eventually.BeTrueAsync(() => coordinator.Beats.Count >= beats + 5, WorkerUnderTest.Soon, Cancel);
        gate.SetResult();
        await worker.ReportAsync<StepStarting>(s => s.Step == "b");
        beats = coordinator.Beats.Count;
        await Eventually.BeTrueAsync(() => coordinator.Beats.Count >= beats + 2, WorkerUnderTest.Soon, Cancel);
        zone.Journal.ShouldBe(["run first"]);
        coordinator.RenewsLeases = true;
        await worker.ReportAsync<PhaseSucceeded>();
        zone.Journal.ShouldBe(["run first", "run second"]);
    }

    [Fact]
    public async Task When_the_transcript_store_is_away_for_a_while_nothing_of_the_output_is_lost()
    {
        var zone = new ScriptedZone();
        zone.On("tool", "all of it\n");
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        worker.Transcripts.Failures = 2;
        var command = Small.Command();
        await worker.SendAsync(command);
        await worker.ReportAsync<PhaseSucceeded>();
        worker.Transcripts.Text(ExecutionIds.For(command.ZoneUpgradeId, "a", 1, "main")).ShouldBe("all of it\n");
        worker.Coordinator.Of<StepFinished>().Single().TranscriptOffset.ShouldBe("all of it\n".Length);
    }

    [Fact]
    public async Task Settings_are_quoted_in_commands()
    {
        var zone = new ScriptedZone();
        zone.On("'/opt/the tool' --now", "x\n");
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "${paths.tool} --now ${HOME}")), zone);
        await worker.SendAsync(Small.Command());
        await worker.ReportAsync<PhaseSucceeded>();
    }

    [Fact]
    public async Task A_worker_that_is_stopped_lets_go_at_once_tells_so_and_touches_nothing()
    {
        var zone = new ScriptedZone();
        zone.On("tool", async terminal =>
        {
            await Task.Delay(Timeout.Infinite, terminal.Killed);
            return 0;
        });
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        await worker.SendAsync(Small.Command());
        await Eventually.BeTrueAsync(() => zone.Executions.Count == 1, WorkerUnderTest.Soon, Cancel);
        await worker.StopAsync().WaitAsync(WorkerUnderTest.Soon, Cancel);
        // Beats go out side by side: their number tells which is the last, as it does at the coordinator.
        var last = worker.Sent.Last;
        last.Draining.ShouldBeTrue();
        last.FreeSlots.ShouldBe(0);
        last.Holds.ShouldBeEmpty();
        zone.Journal.ShouldBe(["run tool"]);
        zone.Executions.Single().State.ShouldBe(ExecutionState.Running);
    }
}
