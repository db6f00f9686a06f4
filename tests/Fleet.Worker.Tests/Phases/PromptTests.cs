using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Testing;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Phases;

public sealed class PromptTests
{
    private static readonly PromptRule Component = new()
    {
        Name = "component",
        Pattern = @"Are you sure to update \[(?<nodes>[^\]]+)\] nodes with \[(?<packages>[^\]]+)\] packages\s*\[y/N\]\?\s*$",
        Policy = PromptPolicy.Answer,
        Answer = "yes",
        Component = true,
        SafePoint = true,
    };

    private static readonly PromptRule Ignore = new()
    {
        Name = "ignore",
        Pattern = @"Do you want to ignore the failed nodes and fix them manually later\s*\[y/N\]\?\s*$",
        Policy = PromptPolicy.Ask,
        FailedNodes = true,
        SafePoint = true,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Runbook Runbook => Small.Runbook(Small.Shell("a", "tool") with { Prompts = [Component, Ignore] });

    [Fact]
    public async Task A_prompt_is_raised_once_and_its_answer_reaches_it_once_though_it_is_sent_twice()
    {
        var zone = Asking();
        await using var worker = await WorkerUnderTest.StartAsync(Runbook, zone);
        var command = Small.Command();
        await worker.SendAsync(command);
        var raised = await worker.ReportAsync<PromptRaised>();
        raised.Rule.ShouldBe("component");
        raised.Component.ShouldBe("hyper/hyper");
        raised.SafePoint.ShouldBeTrue();
        raised.Text.ShouldBe("Are you sure to update [hyper] nodes with [hyper] packages [y/N]?");
        var answer = Answer(raised, "yes");
        await worker.TellAsync(answer);
        await worker.TellAsync(answer);
        await worker.ReportAsync<PhaseSucceeded>();
        worker.Coordinator.Of<PromptAnswered>().Single().Result.ShouldBe(AnswerResult.Applied);
        worker.Coordinator.Of<PromptWithdrawn>().ShouldBeEmpty();
        zone.Journal.ShouldBe(["run tool", "answer yes"]);
    }

    [Fact]
    public async Task Failed_nodes_and_the_last_lines_of_their_logs_are_in_the_question()
    {
        var zone = new ScriptedZone();
        zone.OnRead("update_node3.log", "== node3\nE: Sub-process /usr/bin/dpkg returned an error code (1)\n");
        zone.On("tool", async terminal =>
        {
            await terminal.AskAsync("Are you sure to update [hyper] nodes with [hyper] packages [y/N]?");
            await terminal.PrintAsync("\n  Updating [node2] with [hyper ~ ] ... OK.\n  Updating [node3] with [hyper ~ ] ... Error!\n");
            return await terminal.AskAsync("Do you want to ignore the failed nodes and fix them manually later [y/N]?") == "yes" ? 0 : 1;
        });
        await using var worker = await WorkerUnderTest.StartAsync(Runbook, zone);
        await worker.SendAsync(Small.Command());
        await worker.TellAsync(Answer(await worker.ReportAsync<PromptRaised>(), "yes"));
        var ignore = await worker.ReportAsync<PromptRaised>(r => r.Rule == "ignore");
        ignore.FailedNodes.ShouldBe(["node3"]);
        ignore.Context.ShouldContain("E: Sub-process /usr/bin/dpkg returned an error code (1)");
        await worker.TellAsync(Answer(ignore, "no"));
        var held = await worker.ReportAsync<PhaseHeld>();
        held.Decision.Question.Code.ShouldBe("command-failed");
    }

    [Fact]
    public async Task A_question_that_no_rule_knows_is_raised_without_a_rule_when_the_command_waits_for_its_terminal()
    {
        var zone = new ScriptedZone();
        zone.On("tool", async terminal => await terminal.AskAsync("Enter the license key: ") == "42" ? 0 : 1);
        await using var worker = await WorkerUnderTest.StartAsync(Runbook, zone);
        await worker.SendAsync(Small.Command());
        var raised = await worker.ReportAsync<PromptRaised>();
        raised.Rule.ShouldBeNull();
        raised.SafePoint.ShouldBeFalse();
        raised.Text.ShouldBe("Enter the license key:");
        await worker.TellAsync(Answer(raised, "42"));
        await worker.ReportAsync<PhaseSucceeded>();
    }

    [Fact]
    public async Task A_takeover_raises_the_same_open_prompt_under_its_own_epoch_and_the_answer_is_given_once()
    {
        var zone = Asking();
        var id = Guid.NewGuid();
        PromptRaised first;
        await using (var one = await WorkerUnderTest.StartAsync(Runbook, zone))
        {
            await one.SendAsync(Small.Command(id));
            first = await one.ReportAsync<PromptRaised>();
        }
        await using var two = await WorkerUnderTest.StartAsync(Runbook, zone);
        await two.SendAsync(Small.Command(id, 2, Small.Entry("a", LedgerState.Started, 1, first.ExecutionId) with { TranscriptOffset = first.Offset, OpenPromptOffset = first.Offset }));
        var again = await two.ReportAsync<PromptRaised>();
        again.Epoch.ShouldBe(2);
        (again.ExecutionId, again.Offset, again.Fingerprint).ShouldBe((first.ExecutionId, first.Offset, first.Fingerprint));
        await two.TellAsync(Answer(again, "yes"));
        await two.ReportAsync<PhaseSucceeded>();
        zone.Journal.ShouldBe(["run tool", "answer yes"]);
    }

    [Fact]
    public async Task A_prompt_that_somebody_answered_in_a_terminal_is_withdrawn()
    {
        var zone = Asking();
        await using var worker = await WorkerUnderTest.StartAsync(Runbook, zone);
        await worker.SendAsync(Small.Command());
        var raised = await worker.ReportAsync<PromptRaised>();
        zone.Execution(raised.ExecutionId)!.Answer(raised.Offset, "y");
        await worker.ReportAsync<PromptWithdrawn>(w => w.Offset == raised.Offset);
        await worker.ReportAsync<PhaseSucceeded>();
    }

    [Fact]
    public async Task An_answer_for_a_prompt_that_is_gone_is_given_to_nothing()
    {
        var zone = new ScriptedZone();
        zone.On("tool", async terminal =>
        {
            await terminal.AskAsync("Are you sure to update [a] nodes with [a] packages [y/N]?");
            await terminal.AskAsync("\nAre you sure to update [b] nodes with [b] packages [y/N]?");
            return 0;
        });
        await using var worker = await WorkerUnderTest.StartAsync(Runbook, zone);
        await worker.SendAsync(Small.Command());
        var first = await worker.ReportAsync<PromptRaised>();
        zone.Execution(first.ExecutionId)!.Answer(first.Offset, "y");
        var second = await worker.ReportAsync<PromptRaised>(p => p.Component == "b/b");
        var late = Answer(first, "no");
        await worker.TellAsync(late);
        (await worker.ReportAsync<PromptAnswered>(a => a.DecisionId == late.DecisionId)).Result.ShouldBe(AnswerResult.Conflict);
        await worker.TellAsync(Answer(second, "yes"));
        await worker.ReportAsync<PhaseSucceeded>();
        zone.Journal.ShouldBe(["run tool", "answer yes"]);
    }

    [Fact]
    public async Task Pause_leaves_an_open_prompt_open_and_takes_effect_between_steps()
    {
        var zone = Asking();
        zone.On("next", "x\n");
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool") with { Prompts = [Component] }, Small.Shell("b", "next")), zone);
        var command = Small.Command();
        await worker.SendAsync(command);
        var raised = await worker.ReportAsync<PromptRaised>();
        await worker.TellAsync(new StopPhase(command.ZoneUpgradeId, command.Epoch, StopMode.Pause, "window"));
        await worker.TellAsync(Answer(raised, "yes"));
        var stopped = await worker.ReportAsync<PhaseStopped>();
        (stopped.Mode, stopped.Step, stopped.OutcomeUnknown).ShouldBe((StopMode.Pause, null, false));
        zone.Journal.ShouldBe(["run tool", "answer yes"]);
    }

    [Fact]
    public async Task Abort_cancels_the_script_at_its_component_prompt_and_never_answers_no()
    {
        var zone = Asking();
        await using var worker = await WorkerUnderTest.StartAsync(Runbook, zone);
        var command = Small.Command();
        await worker.SendAsync(command);
        await worker.ReportAsync<PromptRaised>();
        await worker.TellAsync(new StopPhase(command.ZoneUpgradeId, command.Epoch, StopMode.Abort, "person"));
        var stopped = await worker.ReportAsync<PhaseStopped>();
        (stopped.Mode, stopped.Step, stopped.OutcomeUnknown).ShouldBe((StopMode.Abort, "a", false));
        worker.Coordinator.Of<StepFinished>().Single().Outcome.ShouldBe(StepOutcome.Cancelled);
        zone.Journal.ShouldBe(["run tool", "cancel"]);
        zone.Executions.Single().State.ShouldBe(ExecutionState.Exited);
    }

    [Fact]
    public async Task An_abort_that_comes_before_a_takeover_has_looked_cancels_what_runs_there_all_the_same()
    {
        var zone = Asking();
        var id = Guid.NewGuid();
        await using (var first = await WorkerUnderTest.StartAsync(Runbook, zone))
        {
            await first.SendAsync(Small.Command(id, 1));
            await first.ReportAsync<PromptRaised>();
        }

        var silence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        zone.Silence = silence.Task;
        await using var second = await WorkerUnderTest.StartAsync(Runbook, zone);
        await second.SendAsync(Small.Command(id, 2, Small.Entry("a", LedgerState.Started, 1, ExecutionIds.For(id, "a", 1, "main"))) with { Lease = TimeSpan.FromSeconds(1) });
        await second.ReportAsync<PhaseAccepted>();
        await second.TellAsync(new StopPhase(id, 2, StopMode.Abort, "person"));
        var beats = second.Coordinator.Beats.Count;
        await Eventually.BeTrueAsync(() => second.Coordinator.Beats.Count >= beats + 3, WorkerUnderTest.Soon, Cancel);
        silence.SetResult();

        var stopped = await second.ReportAsync<PhaseStopped>();
        (stopped.Mode, stopped.Step, stopped.OutcomeUnknown).ShouldBe((StopMode.Abort, "a", false));
        zone.Journal.ShouldBe(["run tool", "cancel"]);
        zone.Executions.Single().State.ShouldBe(ExecutionState.Exited);
    }

    [Fact]
    public async Task The_end_of_a_script_cancelled_at_its_prompt_may_be_heard_of_before_its_cancel_is_answered()
    {
        var zone = Asking();
        var replies = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        zone.CancelReplies = replies.Task;
        await using var worker = await WorkerUnderTest.StartAsync(Runbook, zone);
        var command = Small.Command() with { Lease = TimeSpan.FromSeconds(1) };
        await worker.SendAsync(command);
        await worker.ReportAsync<PromptRaised>();
        await worker.TellAsync(new StopPhase(command.ZoneUpgradeId, command.Epoch, StopMode.Abort, "person"));
        await zone.Executions.Single().Ended.WaitAsync(WorkerUnderTest.Soon, Cancel);
        var beats = worker.Coordinator.Beats.Count;
        await Eventually.BeTrueAsync(() => worker.Coordinator.Beats.Count >= beats + 3, WorkerUnderTest.Soon, Cancel);
        replies.SetResult();
        var stopped = await worker.ReportAsync<PhaseStopped>();
        (stopped.Mode, stopped.Step, stopped.OutcomeUnknown).ShouldBe((StopMode.Abort, "a", false));
    }

    [Fact]
    public async Task Abort_waits_for_a_safe_point_and_abort_now_kills_in_mid_work_and_makes_the_outcome_unknown()
    {
        var zone = new ScriptedZone();
        zone.On("tool", async terminal =>
        {
            await terminal.PrintAsync("working");
            await Task.Delay(Timeout.Infinite, terminal.Killed);
            return 0;
        });
        await using var worker = await WorkerUnderTest.StartAsync(Runbook, zone);
        var command = Small.Command() with { Lease = TimeSpan.FromSeconds(1) };
        await worker.SendAsync(command);
        await Eventually.BeTrueAsync(() => zone.Executions.Count == 1, WorkerUnderTest.Soon, Cancel);
        await worker.TellAsync(new StopPhase(command.ZoneUpgradeId, command.Epoch, StopMode.Abort, "person"));
        var beats = worker.Coordinator.Beats.Count;
        await Eventually.BeTrueAsync(() => worker.Coordinator.Beats.Count >= beats + 3, WorkerUnderTest.Soon, Cancel);
        zone.Journal.ShouldBe(["run tool"]);
        await worker.TellAsync(new StopPhase(command.ZoneUpgradeId, command.Epoch, StopMode.AbortNow, "person"));
        var stopped = await worker.ReportAsync<PhaseStopped>();
        (stopped.Mode, stopped.OutcomeUnknown).ShouldBe((StopMode.AbortNow, true));
    }

    [Fact]
    public async Task A_beat_tells_the_open_prompt()
    {
        var zone = Asking();
        await using var worker = await WorkerUnderTest.StartAsync(Runbook, zone);
        await worker.SendAsync(Small.Command() with { Lease = TimeSpan.FromSeconds(1) });
        var raised = await worker.ReportAsync<PromptRaised>();
        await Eventually.BeTrueAsync(
            () => worker.Coordinator.Beats.Any(b => b.Holds.Any(h => h.OpenPromptOffset == raised.Offset && h.OpenPromptFingerprint == raised.Fingerprint && h.Step == "a")), WorkerUnderTest.Soon, Cancel);
        await worker.TellAsync(Answer(raised, "yes"));
        await worker.ReportAsync<PhaseSucceeded>();
    }

    private static ScriptedZone Asking()
    {
        var zone = new ScriptedZone();
        zone.On("tool", async terminal =>
        {
            await terminal.PrintAsync("Testing [all] nodes ... OK.\n");
            await terminal.AskAsync("Are you sure to update [hyper] nodes with [hyper] packages [y/N]?");
            await terminal.PrintAsync("  Updating [node1] with [hyper ~ ] ... OK.\n");
            return 0;
        });
        return zone;
    }

    private static AnswerPrompt Answer(PromptRaised raised, string text) => new()
    {
        ZoneUpgradeId = raised.ZoneUpgradeId,
        Epoch = raised.Epoch,
        DecisionId = Guid.NewGuid(),
        ExecutionId = raised.ExecutionId,
        Offset = raised.Offset,
        Text = text,
    };
}
