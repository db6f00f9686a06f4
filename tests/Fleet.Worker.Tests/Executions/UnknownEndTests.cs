using System.Diagnostics;
using Fleet.Testing;
using Fleet.Worker.Executions;

namespace Fleet.Worker.Tests.Executions;

public sealed class UnknownEndTests(LocalSshd sshd) : IClassFixture<LocalSshd>
{
    private static CancellationToken Token => RunnerZone.Token;

    [Theory]
    [InlineData("another boot")]
    [InlineData("a reused pid")]
    public async Task After_a_reboot_or_with_a_reused_pid_the_execution_is_lost_and_nothing_runs_again(string why)
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        var start = zone.Start($"echo ran >>{zone.Effects}");
        await runner.StartAsync(start, new Transcript().TakeAsync, Token);
        var claim = zone.Mark("claim")!.Split(',');
        if (why == "another boot")
            claim[0] = Guid.NewGuid().ToString();
        else
            (claim[1], claim[2]) = (Environment.ProcessId.ToString(), "1");
        Relink(zone, "claim", string.Join(',', claim));
        File.Delete(Path.Combine(zone.Run(), "exit"));
        File.Delete(Path.Combine(zone.Run(), "code"));

        var status = await runner.StatusAsync(zone.Id, Token);
        var again = await runner.StartAsync(start, new Transcript().TakeAsync, Token);
        var next = await runner.StartAsync(zone.Start("true", id: "next"), new Transcript().TakeAsync, Token);

        (status.State, status.Exit).ShouldBe((ExecutionState.Lost, null));
        again.Status.State.ShouldBe(ExecutionState.Lost);
        (next.Refusal, next.Detail).ShouldBe((Refusal.Busy, zone.Id));
        zone.EffectLines.ShouldBe(["ran"]);
    }

    [Fact]
    public async Task A_code_that_was_recorded_before_a_reboot_counts()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        await runner.StartAsync(zone.Start("exit 4"), new Transcript().TakeAsync, Token);
        Relink(zone, "claim", string.Join(',', [Guid.NewGuid().ToString(), .. zone.Mark("claim")!.Split(',')[1..]]));
        File.Delete(Path.Combine(zone.Run(), "exit"));

        var status = await runner.StatusAsync(zone.Id, Token);

        (status.State, status.Exit).ShouldBe((ExecutionState.Exited, 4));
    }

    [Fact]
    public async Task A_lost_execution_blocks_the_zone_until_a_person_has_decided()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        var following = await zone.BegunAsync("sleep 60");
        foreach (var process in ((string[])["supervisor", "script", "keeper", "sleep"]).SelectMany(what => Of(zone, what)).ToList())
            Processes.Signal(process, "KILL");
        (await following).Status.State.ShouldBe(ExecutionState.Lost);

        (await runner.CleanAsync(zone.Id, 1, Token)).Refusal.ShouldBe(Refusal.Busy);
        (await runner.ResolveAsync(zone.Id, 1, "", Token)).Refusal.ShouldBe(Refusal.BadInput);
        var resolved = await runner.ResolveAsync(zone.Id, 1, "checked by hand: 完成 a=b", Token);
        var same = await runner.ResolveAsync(zone.Id, 1, "checked by hand: 完成 a=b", Token);
        var other = await runner.ResolveAsync(zone.Id, 1, "no, it failed", Token);
        var next = await runner.StartAsync(zone.Start("true", id: "next"), new Transcript().TakeAsync, Token);

        (resolved.Refusal, resolved.Status!.State, resolved.Status.Verdict).ShouldBe((Refusal.None, ExecutionState.Lost, "checked by hand: 完成 a=b"));
        same.Refusal.ShouldBe(Refusal.None);
        other.Refusal.ShouldBe(Refusal.IdConflict);
        (next.Refusal, next.Status.Exit).ShouldBe((Refusal.None, 0));
        (await runner.CleanAsync(zone.Id, 1, Token)).Refusal.ShouldBe(Refusal.None);
    }

    [Fact]
    public async Task An_orphan_blocks_and_says_what_lives_until_resolved_and_still_says_it_then()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        var following = await zone.BegunAsync("sleep 60");
        foreach (var process in Of(zone, "supervisor"))
            Processes.Signal(process, "KILL");
        var orphan = (await following).Status;

        var next = await runner.StartAsync(zone.Start("true", id: "next"), new Transcript().TakeAsync, Token);
        var answer = await runner.AnswerAsync(zone.Id, 1, 0, "y", Token);
        var resolved = await runner.ResolveAsync(zone.Id, 1, "let it run", Token);
        var then = await runner.StartAsync(zone.Start("true", id: "next"), new Transcript().TakeAsync, Token);

        orphan.State.ShouldBe(ExecutionState.Orphan);
        orphan.LiveProcesses.ShouldBeGreaterThanOrEqualTo(2);
        next.Refusal.ShouldBe(Refusal.Busy);
        answer.State.ShouldBe(AnswerState.Stale);
        resolved.Status!.LiveProcesses.ShouldBe(orphan.LiveProcesses);
        then.Status.Exit.ShouldBe(0);
        (await runner.CleanAsync(zone.Id, 1, Token)).Refusal.ShouldBe(Refusal.Busy);
    }

    [Fact]
    public async Task When_the_terminal_dies_before_its_command_the_end_has_no_code_and_blocks()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        var following = await zone.BegunAsync("sleep 60");
        foreach (var process in Of(zone, "keeper").Concat(Of(zone, "script")).ToList())
            Processes.Signal(process, "KILL");
        var end = (await following).Status;

        (end.State, end.Exit).ShouldBe((ExecutionState.Exited, null));
        (await runner.StartAsync(zone.Start("true", id: "next"), new Transcript().TakeAsync, Token)).Refusal.ShouldBe(Refusal.Busy);
        (await runner.ResolveAsync(zone.Id, 1, "failed", Token)).Refusal.ShouldBe(Refusal.None);
        (await runner.StartAsync(zone.Start("true", id: "next"), new Transcript().TakeAsync, Token)).Status.Exit.ShouldBe(0);
    }

    [Fact]
    public async Task Only_an_unknown_end_can_be_resolved()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();

        var absent = await runner.ResolveAsync(zone.Id, 1, "done", Token);
        await runner.StartAsync(zone.Start("exit 1"), new Transcript().TakeAsync, Token);
        var exited = await runner.ResolveAsync(zone.Id, 1, "done", Token);

        (absent.Refusal, absent.Detail).ShouldBe((Refusal.BadInput, "state:absent"));
        (exited.Refusal, exited.Detail).ShouldBe((Refusal.BadInput, "state:exited"));
    }

    [Fact]
    public async Task Cancelling_ends_what_started_a_session_what_ignores_signals_and_what_dropped_its_environment()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var mark = $"{Random.Shared.Next(100_000, 999_999)}";
        var following = await zone.BegunAsync($"""
            setsid sh -c 'sleep 1{mark}; :' &
            (trap '' TERM HUP; sleep 2{mark}; sleep 2{mark}) &
            env -i /bin/sh -c '/bin/sleep 3{mark}; :' &
            (setsid sh -c 'sleep 4{mark} & sleep 0.1' &)
            sleep 5{mark}
            """);
        await Eventually.BeTrueAsync(() => Enumerable.Range(1, 5).All(i => Processes.WithCommandLine($"sleep {i}{mark}").Count > 0), TimeSpan.FromMinutes(3), Token);
        var clock = Stopwatch.StartNew();

        var reply = await zone.Runner.CancelAsync(zone.Id, 1, TimeSpan.FromSeconds(1), Token);

        (reply.Refusal, reply.Left, reply.Status!.State, reply.Status.Cancelled).ShouldBe((Refusal.None, 0, ExecutionState.Exited, true));
        clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(1), "TERM is given its time");
        Enumerable.Range(1, 5).SelectMany(i => Processes.WithCommandLine($"sleep {i}{mark}")).ShouldBeEmpty();
        (await following).Status.Exit.ShouldNotBeNull();
    }

    [Fact]
    public async Task Cancelling_what_never_started_is_refused()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();

        (await runner.CancelAsync(zone.Id, 1, TimeSpan.Zero, Token)).Refusal.ShouldBe(Refusal.NotRunning);
    }

    private static void Relink(RunnerZone zone, string name, string target)
    {
        File.Delete(Path.Combine(zone.Run(), name));
        File.CreateSymbolicLink(Path.Combine(zone.Run(), name), target);
    }

    internal static List<int> Of(RunnerZone zone, string what) => what switch
    {
        "supervisor" => [int.Parse(zone.Mark("claim")!.Split(',')[1])],
        "keeper" => [int.Parse(zone.Mark("keeper")!.Split(',')[1])],
        "script" => Processes.WithCommandLine($"script -q -f -c exec sh '{zone.Root}"),
        _ => [.. Processes.ChildrenOf(int.Parse(zone.Mark("keeper")!.Split(',')[1]))],
    };
}
