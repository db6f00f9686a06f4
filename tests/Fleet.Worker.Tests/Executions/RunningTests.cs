using System.Security.Cryptography;
using System.Text;
using Fleet.Testing;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Executions;

public sealed class RunningTests(LocalSshd sshd) : IClassFixture<LocalSshd>
{
    private static CancellationToken Token => RunnerZone.Token;

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("exit 77", 77)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -KILL $$", 137)]
    public async Task The_exit_code_is_the_commands_own(string script, int code)
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        var transcript = new Transcript();

        var reply = await runner.StartAsync(zone.Start($"echo here\n{script}"), transcript.TakeAsync, Token);

        reply.Refusal.ShouldBe(Refusal.None, reply.Detail);
        reply.Status.State.ShouldBe(ExecutionState.Exited);
        reply.Status.Exit.ShouldBe(code);
        transcript.Text.ShouldBe("here\n");
    }

    [Fact]
    public async Task The_command_has_a_quiet_terminal_the_sites_mask_and_a_plain_environment()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        var transcript = new Transcript();

        await runner.StartAsync(zone.Start("test -t 0 && test -t 1 && echo terminal; stty size; echo $TERM; umask; echo ${LC_ALL%.*}; trap; echo ${SSH_CONNECTION-none}"), transcript.TakeAsync, Token);

        transcript.Text.ShouldBe("terminal\n50 200\ndumb\n0022\nC\nnone\n");
    }

    [Fact]
    public async Task A_status_where_nothing_was_ever_installed_says_absent_and_writes_nothing()
    {
        await using var zone = new RunnerZone(sshd);

        var status = await zone.Runner.StatusAsync(zone.Id, Token);
        var followed = await zone.Runner.FollowAsync(zone.Id, 0, new Transcript().TakeAsync, Token);

        status.State.ShouldBe(ExecutionState.Absent);
        status.BootId.ShouldBe((await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Token)).Trim());
        status.Fence.ShouldBe(0);
        status.Installation.ShouldBeNull();
        followed.State.ShouldBe(ExecutionState.Absent);
        Directory.Exists(zone.Root).ShouldBeFalse();
    }

    [Fact]
    public async Task Forty_starts_at_once_run_the_command_once()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var start = zone.Start($"echo ran >>{zone.Effects}; sleep 1; echo done");

        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            // As a worker does: what broke off, as a login on a machine that is this busy may, is asked for again.
            (StartReply? Reply, string Text) told = default;
            await Eventually.BeTrueAsync(
                async () =>
                {
                    try
                    {
                        var transcript = new Transcript();
                        told = (await zone.Connect().StartAsync(start, transcript.TakeAsync, Token), transcript.Text);
                        return told.Reply!.Refusal != Refusal.LockTimeout;
                    }
                    catch (SshLinkException e) when (e.Transient)
                    {
                        return false;
                    }
                },
                TimeSpan.FromMinutes(4), Token);
            return told;
        }));

        replies.ShouldAllBe(r => r.Reply!.Refusal == Refusal.None && r.Reply.Status.Exit == 0 && r.Text == "done\n");
        zone.EffectLines.ShouldBe(["ran"]);
    }

    [Fact]
    public async Task A_start_after_the_end_and_after_the_clean_runs_nothing_again()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        var start = zone.Start($"echo ran >>{zone.Effects}; echo out; exit 3");
        await runner.StartAsync(start, new Transcript().TakeAsync, Token);

        var again = await runner.StartAsync(start, new Transcript().TakeAsync, Token);
        var cleaned = await runner.CleanAsync(zone.Id, 1, Token);
        var afterClean = await runner.StartAsync(start, new Transcript().TakeAsync, Token);
        var other = await runner.StartAsync(zone.Start("echo another command"), new Transcript().TakeAsync, Token);

        again.Status.Exit.ShouldBe(3);
        cleaned.Refusal.ShouldBe(Refusal.None);
        cleaned.Status!.Kept.ShouldBe(0);
        (afterClean.Refusal, afterClean.Status.Exit, afterClean.Status.Printed).ShouldBe((Refusal.None, 3, 4));
        other.Refusal.ShouldBe(Refusal.IdConflict);
        zone.EffectLines.ShouldBe(["ran"]);
        File.Exists(Path.Combine(zone.Run(), "command")).ShouldBeFalse();
        zone.Mark("digest").ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(start.Script))));
    }

    [Fact]
    public async Task While_one_execution_runs_no_other_starts()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var first = await zone.BegunAsync("read x");

        var second = await zone.Runner.StartAsync(zone.Start($"echo ran >>{zone.Effects}", id: "second"), new Transcript().TakeAsync, Token);

        (second.Refusal, second.Detail, second.Status.Active).ShouldBe((Refusal.Busy, zone.Id, zone.Id));
        second.Status.State.ShouldBe(ExecutionState.Absent);
        await zone.Runner.CancelAsync(zone.Id, 1, TimeSpan.FromSeconds(2), Token);
        (await first).Status.Cancelled.ShouldBeTrue();
        (await zone.Runner.StartAsync(zone.Start($"echo ran >>{zone.Effects}", id: "second"), new Transcript().TakeAsync, Token)).Status.Exit.ShouldBe(0);
        zone.EffectLines.ShouldBe(["ran"]);
    }

    [Fact]
    public async Task A_start_for_another_boot_than_the_recorded_one_runs_nothing()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();

        var reply = await runner.StartAsync(zone.Start("echo") with { BootId = Guid.NewGuid().ToString() }, new Transcript().TakeAsync, Token);

        (reply.Refusal, reply.Detail, reply.Status.State).ShouldBe((Refusal.Rebooted, reply.Status.BootId, ExecutionState.Absent));
    }

    [Fact]
    public async Task A_follower_hears_output_while_the_command_runs()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var transcript = new Transcript();
        var following = await zone.BegunAsync($"echo first; read x; echo second; sleep 600", transcript);
        await Eventually.BeTrueAsync(() => transcript.Blocked, TimeSpan.FromMinutes(3), Token);

        (await zone.Runner.AnswerAsync(zone.Id, 1, transcript.Offset, "go", Token)).State.ShouldBe(AnswerState.Applied);
        await Eventually.BeTrueAsync(() => transcript.Text == "first\nsecond\n", TimeSpan.FromMinutes(3), Token);

        following.IsCompleted.ShouldBeFalse();
        (await zone.Runner.StatusAsync(zone.Id, Token)).State.ShouldBe(ExecutionState.Running);
        await zone.Runner.CancelAsync(zone.Id, 1, TimeSpan.Zero, Token);
        (await following).Status.State.ShouldBe(ExecutionState.Exited);
    }
}
