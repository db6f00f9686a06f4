using System.Security.Cryptography;
using System.Text;
using Fleet.Testing;
using Fleet.Worker.Executions;

namespace Fleet.Worker.Tests.Executions;

public sealed class OutputTests(LocalSshd sshd) : IClassFixture<LocalSshd>
{
    private const int Ring = 64 * 1024;

    private static CancellationToken Token => RunnerZone.Token;

    [Fact]
    public async Task Binary_bytes_come_as_they_were_printed()
    {
        await using var zone = new RunnerZone(sshd);
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        await zone.AttachedAsync();
        await File.WriteAllBytesAsync(zone.Effects, bytes, Token);
        var transcript = new Transcript();

        var reply = await zone.Runner.StartAsync(zone.Start($"cat {zone.Effects}"), transcript.TakeAsync, Token);

        reply.Status.Printed.ShouldBe(bytes.Length);
        transcript.Bytes.ShouldBe(bytes);
    }

    [Fact]
    public async Task Ten_megabytes_without_a_line_feed_come_whole()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var transcript = new Transcript();

        var reply = await zone.Runner.StartAsync(zone.Start("head -c 10485760 /dev/zero | tr '\\0' x; exit 6"), transcript.TakeAsync, Token);

        (reply.Status.Exit, reply.Status.Printed, reply.Status.Truncated).ShouldBe((6, 10_485_760, false));
        transcript.Bytes.ShouldAllBe(b => b == (byte)'x');
        transcript.Offset.ShouldBe(10_485_760);
    }

    [Fact]
    public async Task A_follower_is_never_sent_more_than_it_can_hold()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        await zone.Runner.StartAsync(zone.Start("head -c 5000000 /dev/zero | tr '\\0' x"), new Transcript().TakeAsync, Token);
        var shell = new CliShell(sshd);
        var transcript = new Transcript();

        var end = await zone.Over(shell).FollowAsync(zone.Id, 0, transcript.TakeAsync, Token);

        (end.Exit, transcript.Offset, transcript.Cut).ShouldBe((0, 5_000_000, 0));
        shell.MostAtOnce.ShouldBeLessThan(350_000, "256 KiB, the frame that goes over it, and the frames' own lines");
    }

    [Fact]
    public async Task Past_its_limit_output_is_counted_the_last_is_kept_and_prompts_still_work()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var transcript = new Transcript();
        var start = zone.Start("seq 1 2000000; printf 'sure? '; read a; echo \"got $a\"; exit 8") with { LogLimit = 2 * 1024 * 1024 };
        long printed = Enumerable.Range(1, 2_000_000).Sum(i => (long)i.ToString().Length + 1) + 6;

        var following = zone.Runner.StartAsync(start, transcript.TakeAsync, Token);
        await Eventually.BeTrueAsync(() => transcript.Blocked && transcript.Offset == printed, TimeSpan.FromMinutes(3), Token, () => $"{transcript.Offset} of {printed}");
        var late = await zone.Runner.AnswerAsync(zone.Id, 1, printed - 6, "y", Token);
        var answered = await zone.Runner.AnswerAsync(zone.Id, 1, printed, "y", Token);
        var end = (await following).Status;
        var other = new Transcript();
        await zone.Runner.FollowAsync(zone.Id, 0, other.TakeAsync, Token);

        (late.State, answered.State).ShouldBe((AnswerState.Stale, AnswerState.Applied));
        (end.Exit, end.Printed, end.Kept, end.Truncated).ShouldBe((8, printed + 6, 2 * 1024 * 1024, true));
        transcript.Text.ShouldEndWith("1999999\n2000000\nsure? got y\n");
        (transcript.Bytes.Length + transcript.Cut).ShouldBe(printed + 6);
        other.Cut.ShouldBe(end.Printed - end.Kept - Ring);
        other.Text[^Ring..].ShouldBe(transcript.Text[^Ring..]);
    }

    [Fact]
    public async Task When_the_disk_is_full_the_command_is_unharmed_its_code_is_kept_and_the_gap_is_told()
    {
        var disk = Directory.CreateTempSubdirectory("fleet-disk-").FullName;
        await MountAsync("mount", "-t", "tmpfs", "-o", "size=2m", "fleet-test", disk);
        try
        {
            await using var zone = new RunnerZone(sshd, Directory.CreateDirectory(Path.Combine(disk, "zone")).FullName);
            await zone.AttachedAsync();
            var transcript = new Transcript();
            var following = zone.Runner.StartAsync(
                zone.Start($"seq 1 1000000; echo ran >>{zone.Effects}; printf 'sure? '; read a; echo got $a; exit 9"), transcript.TakeAsync, Token);
            await Eventually.BeTrueAsync(() => transcript.Blocked && transcript.Offset == 6_888_902, TimeSpan.FromMinutes(3), Token, () => $"{transcript.Offset}");

            var answered = await zone.Runner.AnswerAsync(zone.Id, 1, 6_888_902, "y", Token);
            var end = (await following).Status;

            answered.State.ShouldBe(AnswerState.Applied);
            (end.State, end.Exit, end.Printed, end.Truncated).ShouldBe((ExecutionState.Exited, 9, 6_888_908, true));
            end.Kept.ShouldBeLessThan(2 * 1024 * 1024);
            transcript.Text.ShouldEndWith("999999\n1000000\nsure? got y\n");
            transcript.Cut.ShouldBeGreaterThan(0);
            zone.EffectLines.ShouldBe(["ran"]);
            var head = Encoding.ASCII.GetString(transcript.Bytes, 0, 1000);
            head.ShouldStartWith("1\n2\n3\n");
        }
        finally
        {
            await UnmountAsync(disk);
        }
    }

    [Fact]
    public async Task On_a_disk_without_room_for_what_it_sets_aside_nothing_starts()
    {
        var disk = Directory.CreateTempSubdirectory("fleet-disk-").FullName;
        await MountAsync("mount", "-t", "tmpfs", "-o", "size=200k", "fleet-test", disk);
        try
        {
            await using var zone = new RunnerZone(sshd, Directory.CreateDirectory(Path.Combine(disk, "zone")).FullName);
            await zone.AttachedAsync();

            var reply = await zone.Runner.StartAsync(zone.Start($"echo ran >>{zone.Effects}"), new Transcript().TakeAsync, Token);

            (reply.Refusal, reply.Status.State).ShouldBe((Refusal.DiskFull, ExecutionState.Staged));
            zone.EffectLines.ShouldBeEmpty();
        }
        finally
        {
            await UnmountAsync(disk);
        }
    }

    private static async Task UnmountAsync(string disk)
    {
        // The last supervisor leaves a moment after its exit was recorded.
        await Eventually.BeTrueAsync(
            async () => (await ChildProcess.RunAsync("umount", [disk], CancellationToken.None)).ExitCode == 0, TimeSpan.FromSeconds(10), CancellationToken.None);
        Directory.Delete(disk);
    }

    private static async Task MountAsync(string tool, params string[] arguments)
    {
        var (exit, output) = await ChildProcess.RunAsync(tool, arguments, CancellationToken.None);
        exit.ShouldBe(0, $"{tool} {string.Join(' ', arguments)} (this test needs root and the right to mount a tmpfs): {output}");
    }
}
