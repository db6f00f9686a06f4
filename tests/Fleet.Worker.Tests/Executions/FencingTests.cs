using Fleet.Testing;
using Fleet.Worker.Executions;

namespace Fleet.Worker.Tests.Executions;

public sealed class FencingTests(LocalSshd sshd) : IClassFixture<LocalSshd>
{
    private static CancellationToken Token => RunnerZone.Token;

    [Fact]
    public async Task An_older_epoch_changes_nothing_by_any_verb()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync(epoch: 6);
        var following = zone.Runner.StartAsync(zone.Start("printf 'sure? '; read a", epoch: 6), new Transcript().TakeAsync, Token);
        await zone.UntilAsync(s => s.BlockedOnRead);
        (await zone.Connect().AttachAsync(new AttachZone(7, RunnerZone.Installation), Token)).Refusal.ShouldBe(Refusal.None);
        var old = zone.Runner;

        (await old.AttachAsync(new AttachZone(6, RunnerZone.Installation), Token)).ShouldSatisfyAllConditions(r => r.Refusal.ShouldBe(Refusal.Fenced), r => r.Detail.ShouldBe("7"));
        (await old.StartAsync(zone.Start($"echo ran >>{zone.Effects}", epoch: 6, id: "next"), new Transcript().TakeAsync, Token)).Refusal.ShouldBe(Refusal.Fenced);
        (await old.AnswerAsync(zone.Id, 6, 6, "y", Token)).ShouldBe(new AnswerReply(AnswerState.Refused, false, Refusal.Fenced, "7"));
        (await old.CancelAsync(zone.Id, 6, TimeSpan.Zero, Token)).Refusal.ShouldBe(Refusal.Fenced);
        (await old.ResolveAsync(zone.Id, 6, "done", Token)).Refusal.ShouldBe(Refusal.Fenced);
        (await old.CleanAsync(zone.Id, 6, Token)).Refusal.ShouldBe(Refusal.Fenced);
        (await old.FencedAsync(6, $"echo ran >>{zone.Effects}", Token)).Refusal.ShouldBe(Refusal.Fenced);

        var status = await zone.Runner.StatusAsync(zone.Id, Token);
        (status.State, status.Cancelled, status.Fence, status.Printed).ShouldBe((ExecutionState.Running, false, 7, 6));
        zone.EffectLines.ShouldBeEmpty();
        (await zone.Runner.AnswerAsync(zone.Id, 7, 6, "y", Token)).State.ShouldBe(AnswerState.Applied);
        (await following).Status.Exit.ShouldBe(0);
    }

    [Fact]
    public async Task A_verb_with_a_higher_epoch_raises_the_fence()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();

        (await runner.FencedAsync(5, "exit 4", Token)).Result!.ExitCode.ShouldBe(4);

        (await runner.StatusAsync(zone.Id, Token)).Fence.ShouldBe(5);
        (await runner.FencedAsync(4, "true", Token)).Detail.ShouldBe("5");
    }

    [Fact]
    public async Task Another_installations_folder_is_refused_until_it_is_overridden()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync(epoch: 9);
        var other = zone.Connect();

        var refused = await other.AttachAsync(new AttachZone(20, "fleet-two"), Token);
        var below = await other.AttachAsync(new AttachZone(3, "fleet-two", OverrideFence: true), Token);
        var taken = await other.AttachAsync(new AttachZone(10, "fleet-two", OverrideFence: true), Token);
        var first = await zone.Runner.FencedAsync(30, $"echo ran >>{zone.Effects}", Token);

        (refused.Refusal, refused.Detail, refused.Fence).ShouldBe((Refusal.ForeignInstallation, RunnerZone.Installation, 9));
        (below.Refusal, below.Detail).ShouldBe((Refusal.Fenced, "9"));
        (taken.Refusal, taken.Status!.Fence, taken.Status.Installation).ShouldBe((Refusal.None, 10, "fleet-two"));
        (first.Refusal, first.Detail).ShouldBe((Refusal.ForeignInstallation, "fleet-two"));
        zone.EffectLines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_zone_that_is_ahead_of_what_its_sender_knows_is_not_touched()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync(epoch: 9);
        var restored = zone.Connect();

        var refused = await restored.AttachAsync(new AttachZone(1000, RunnerZone.Installation, KnownFence: 8), Token);
        (refused.Refusal, refused.Detail).ShouldBe((Refusal.Ahead, "9"));
        (await zone.Runner.FencedAsync(9, "true", Token)).Refusal.ShouldBe(Refusal.None, "the fence is where it was");

        (await restored.AttachAsync(new AttachZone(1000, RunnerZone.Installation, KnownFence: 9), Token)).Refusal.ShouldBe(Refusal.None);
        // The same dispatch once more, on another connection.
        (await zone.Connect().AttachAsync(new AttachZone(1000, RunnerZone.Installation, KnownFence: 9), Token)).Refusal.ShouldBe(Refusal.None);
    }

    [Fact]
    public async Task What_has_run_is_listed_ended_cleaned_or_running()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        (await runner.RunsAsync("up", Token)).ShouldBeEmpty();
        foreach (var id in new[] { "up.b.1.main", "up.a.2.main", "upper.a.1.main" })
            await runner.StartAsync(zone.Start("true", id: id), new Transcript().TakeAsync, Token);
        await runner.CleanAsync("up.b.1.main", 1, Token);
        Directory.CreateDirectory(Path.Combine(zone.Root, "runs", "up.staged.1.main"));

        (await runner.RunsAsync("up", Token)).Order().ShouldBe(["a.2.main", "b.1.main"]);
        (await runner.StatusAsync("up.a.2.main", Token)).Cleaned.ShouldBeFalse();
        (await runner.StatusAsync("up.b.1.main", Token)).Cleaned.ShouldBeTrue();
    }

    [Fact]
    public async Task A_foreign_folder_does_not_even_get_our_runner()
    {
        await using var zone = new RunnerZone(sshd);
        Directory.CreateDirectory(Path.Combine(zone.Root, "runs"));
        await File.WriteAllTextAsync(Path.Combine(zone.Root, "installation"), "fleet-two\n", Token);

        var reply = await zone.Runner.AttachAsync(new AttachZone(1, RunnerZone.Installation), Token);

        (reply.Refusal, reply.Detail).ShouldBe((Refusal.ForeignInstallation, "fleet-two"));
        Directory.GetFiles(zone.Root).Select(Path.GetFileName).ShouldBe(["installation"]);
    }

    [Fact]
    public async Task A_runner_whose_bytes_are_wrong_is_replaced_on_attaching()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var file = Directory.GetFiles(zone.Root, "runner-*.sh").Single();
        await File.AppendAllTextAsync(file, "echo tampered\n", Token);

        await zone.AttachedAsync();

        (await File.ReadAllBytesAsync(file, Token)).ShouldBe(RunnerFile.Bytes.ToArray());
        Directory.GetFiles(zone.Root, "upload.*").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_fenced_script_has_its_own_streams_and_code_and_leaves_no_lock_behind()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();

        var reply = await runner.FencedAsync(1, "echo out; echo err >&2; umask; sleep 30 >/dev/null 2>&1 & exit 3", Token);
        var next = await runner.FencedAsync(1, "printf 'a\\0b'", Token);

        reply.Refusal.ShouldBe(Refusal.None);
        (reply.Result!.ExitCode, reply.Result.Text, reply.Result.ErrorText).ShouldBe((3, "out\n0022\n", "err\n"));
        next.Result!.Output.ShouldBe("a\0b"u8.ToArray());
    }

    [Fact]
    public async Task A_run_is_served_by_the_runner_that_started_it_until_it_is_cleaned()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        await runner.StartAsync(zone.Start("exit 3"), new Transcript().TakeAsync, Token);
        // As if an older Fleet had started it: a runner that says of itself that it is another.
        var older = Path.Combine(zone.Root, "runner-older.sh");
        await File.WriteAllTextAsync(older, $"case $2 in status|clean) echo older $2 >>{zone.Effects};; esac\n{System.Text.Encoding.UTF8.GetString(RunnerFile.Bytes.Span)}", Token);
        File.Delete(Path.Combine(zone.Run(), "runner"));
        File.CreateSymbolicLink(Path.Combine(zone.Run(), "runner"), "older");

        (await runner.StatusAsync(zone.Id, Token)).Exit.ShouldBe(3);
        await runner.StartAsync(zone.Start("true", id: "next"), new Transcript().TakeAsync, Token);
        (await runner.CleanAsync("next", 1, Token)).Refusal.ShouldBe(Refusal.None);
        File.Exists(older).ShouldBeTrue("a run that is not cleaned needs it");
        (await runner.CleanAsync(zone.Id, 1, Token)).Refusal.ShouldBe(Refusal.None);
        await runner.AttachAsync(new AttachZone(1, RunnerZone.Installation), Token);
        (await runner.CleanAsync("next", 1, Token)).Refusal.ShouldBe(Refusal.None);

        zone.EffectLines.ShouldBe(["older status", "older clean"]);
        File.Exists(older).ShouldBeFalse("no run needs it any more");
    }

    [Fact]
    public async Task A_fenced_script_that_is_no_script_changes_nothing()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();

        var reply = await runner.FencedAsync(1, $"echo ran >>{zone.Effects}\nif then fi (", Token);

        reply.Result?.Ok.ShouldBeFalse();
        zone.EffectLines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("mkfifo", "kill -9 $PPID; exit 1", "the starter, under the lock")]
    [InlineData("ln", "case $3 in */claim) kill -9 $PPID; exit 1;; esac; exec /bin/ln \"$@\"", "the supervisor, before its claim")]
    public async Task When_it_is_killed_in_the_critical_section_nothing_ran_and_the_same_start_runs_once(string tool, string standIn, string who)
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var folder = Directory.CreateDirectory(Path.Combine(zone.Root, "tools")).FullName;
        var file = Path.Combine(folder, tool);
        await File.WriteAllTextAsync(file, $"#!/bin/sh\n{standIn}\n", Token);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = zone.Start($"echo ran >>{zone.Effects}");

        var killed = await Record.ExceptionAsync(async () =>
        {
            var reply = await zone.Connect(path: folder).StartAsync(start, new Transcript().TakeAsync, Token);
            (reply.Refusal, reply.Status.State).ShouldBe((Refusal.NotStarted, ExecutionState.Staged), who);
        });
        (killed is null or Fleet.Worker.Ssh.SshLinkException).ShouldBeTrue($"{who}: {killed}");
        (await zone.Runner.StatusAsync(zone.Id, Token)).State.ShouldBe(ExecutionState.Staged, who);
        zone.EffectLines.ShouldBeEmpty();

        (await zone.Runner.StartAsync(start, new Transcript().TakeAsync, Token)).Status.Exit.ShouldBe(0);
        zone.EffectLines.ShouldBe(["ran"]);
    }
}
