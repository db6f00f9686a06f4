using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Phases;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Phases;

/// <summary>The way to the firstbox: broken, refused, kept, and away for long.</summary>
public sealed class LinkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_the_link_drops_during_a_step_the_command_runs_once_and_every_byte_arrives_once()
    {
        var zone = new ScriptedZone();
        var more = new TaskCompletionSource();
        zone.On("tool", async terminal =>
        {
            await terminal.PrintAsync("before the cut\n");
            await more.Task;
            await terminal.PrintAsync("after the cut\n");
            return 0;
        });
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        var command = Small.Command();
        var id = ExecutionIds.For(command.ZoneUpgradeId, "a", 1, "main");
        await worker.SendAsync(command);
        await Eventually.BeTrueAsync(() => worker.Transcripts.Text(id).Length > 0, WorkerUnderTest.Soon, Cancel);
        zone.CutLinks();
        more.SetResult();
        await worker.ReportAsync<PhaseSucceeded>();
        zone.Journal.ShouldBe(["run tool"]);
        zone.Connects.ShouldBeGreaterThan(1);
        worker.Transcripts.Text(id).ShouldBe("before the cut\nafter the cut\n");
    }

    [Fact]
    public async Task A_firstbox_that_refuses_the_login_holds_the_zone_with_the_reason()
    {
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), new ScriptedZone { Refuses = true });
        await worker.SendAsync(Small.Command());
        var held = await worker.ReportAsync<PhaseHeld>();
        held.Decision.Question.Code.ShouldBe("ssh-refused");
        held.Decision.Step.ShouldBe("a");
    }

    [Fact]
    public async Task The_next_phase_of_a_zone_goes_over_the_same_connection_and_a_changed_pin_makes_a_new_one()
    {
        var zone = new ScriptedZone();
        zone.On("tool", "x\n");
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        await worker.SendAsync(Small.Command(epoch: 1));
        await worker.ReportAsync<PhaseSucceeded>(s => s.Epoch == 1);
        // A connection is kept when its phase is over, a moment after that was reported.
        await Eventually.BeTrueAsync(() => worker.Runs.FreeSlots == worker.Options.MaxZones, WorkerUnderTest.Soon, Cancel);
        await worker.SendAsync(Small.Command(epoch: 2));
        await worker.ReportAsync<PhaseSucceeded>(s => s.Epoch == 2);
        zone.Connects.ShouldBe(1);
        await worker.SendAsync(Small.Command(epoch: 3) with { Connection = new FirstboxConnection { Firstbox = new SshHop { Host = "127.0.0.1", User = "root", HostKey = "SHA256:other" } } });
        await worker.ReportAsync<PhaseSucceeded>(s => s.Epoch == 3);
        zone.Connects.ShouldBe(2);
    }

    [Fact]
    public async Task A_firstbox_out_of_reach_in_mid_step_is_told_and_told_again_when_it_is_back_and_the_command_ran_once()
    {
        var (zone, goOn) = Waiting();
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone, configure: o => o.UnreachableLimit = TimeSpan.FromSeconds(8));
        await worker.SendAsync(Small.Command());
        await Eventually.BeTrueAsync(() => zone.Journal.Count == 1, WorkerUnderTest.Soon, Cancel);
        zone.Away = true;
        zone.CutLinks();
        var away = await worker.ReportAsync<StepProgressed>(p => p.Trouble is not null);
        away.Trouble!.Code.ShouldBe("firstbox-away");
        away.Trouble.Args["why"].ShouldBe("refused");
        away.Trouble.Args["limit"].ShouldBe("8s");
        away.Step.ShouldBe("a");
        zone.Away = false;
        var back = await worker.ReportAsync<StepProgressed>(p => p.Sequence > away.Sequence);
        back.Trouble.ShouldBeNull();
        goOn.SetResult();
        await worker.ReportAsync<PhaseSucceeded>();
        zone.Journal.ShouldBe(["run tool"]);
        worker.Coordinator.Reports.OfType<StepProgressed>().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_firstbox_that_takes_connections_and_says_nothing_is_told_before_the_tries_are_over()
    {
        var (zone, goOn) = Waiting();
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone, configure: o => o.UnreachableLimit = TimeSpan.FromSeconds(4));
        await worker.SendAsync(Small.Command());
        await Eventually.BeTrueAsync(() => zone.Journal.Count == 1, WorkerUnderTest.Soon, Cancel);
        var silence = new TaskCompletionSource();
        zone.Silence = silence.Task;
        zone.CutLinks();
        (await worker.ReportAsync<StepProgressed>()).Trouble!.Code.ShouldBe("firstbox-away");
        silence.SetResult();
        (await worker.ReportAsync<StepProgressed>(p => p.Trouble is null)).Step.ShouldBe("a");
        goOn.SetResult();
        await worker.ReportAsync<PhaseSucceeded>();
        zone.Journal.ShouldBe(["run tool"]);
    }

    [Fact]
    public async Task A_firstbox_away_for_longer_than_its_limit_is_a_question_what_became_of_the_step()
    {
        var (zone, goOn) = Waiting();
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone, configure: o => o.UnreachableLimit = TimeSpan.FromSeconds(1));
        await worker.SendAsync(Small.Command());
        await Eventually.BeTrueAsync(() => zone.Journal.Count == 1, WorkerUnderTest.Soon, Cancel);
        zone.Away = true;
        zone.CutLinks();
        var held = await worker.ReportAsync<PhaseHeld>();
        held.Decision.Kind.ShouldBe(DecisionKind.UnknownOutcome);
        held.Decision.Question.Code.ShouldBe("firstbox-away-too-long");
        held.Decision.Choices.ShouldContain(Choices.CheckAgain);
        goOn.SetResult();
        zone.Journal.ShouldBe(["run tool"]);
    }

    private static (ScriptedZone Zone, TaskCompletionSource GoOn) Waiting()
    {
        var goOn = new TaskCompletionSource();
        var zone = new ScriptedZone();
        zone.On("tool", async _ =>
        {
            await goOn.Task;
            return 0;
        });
        return (zone, goOn);
    }
}
