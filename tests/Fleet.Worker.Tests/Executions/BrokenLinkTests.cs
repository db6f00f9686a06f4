using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fleet.Testing;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Executions;

public sealed class BrokenLinkTests(LocalSshd sshd) : IClassFixture<LocalSshd>
{
    private static CancellationToken Token => RunnerZone.Token;

    [Fact]
    public async Task When_the_link_drops_again_and_again_every_byte_comes_once()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var random = new Random(11);
        await using var proxy = new FaultProxy(sshd.Port);
        proxy.CutEachAfter(Flow.ToClient, () => random.Next(20_000, 400_000));
        var runner = zone.Connect(proxy.Port);
        var transcript = new Transcript();
        var start = zone.Start($"echo ran >>{zone.Effects}; seq 1 100000; sleep 0.5; seq 100001 400000; exit 5");
        ExecutionStatus? end = null;

        for (var tries = 0; end is not { State: ExecutionState.Exited }; tries++)
        {
            tries.ShouldBeLessThan(200, $"{transcript.Offset} bytes so far");
            try
            {
                end = transcript.Offset == 0
                    ? (await runner.StartAsync(start, transcript.TakeAsync, Token)).Status
                    : await runner.FollowAsync(zone.Id, transcript.Offset, transcript.TakeAsync, Token);
            }
            catch (SshLinkException)
            {
                // As a worker does: take it up from the offset that was stored.
            }
        }

        var expected = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(1, 400_000).Select(i => i.ToString(CultureInfo.InvariantCulture) + "\n")));
        end.Exit.ShouldBe(5);
        proxy.Resets.ShouldBeGreaterThan(5);
        SHA256.HashData(transcript.Bytes).ShouldBe(SHA256.HashData(expected));
        zone.EffectLines.ShouldBe(["ran"]);
    }

    [Fact]
    public async Task When_the_link_drops_while_starting_the_command_runs_once()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var random = new Random(12);
        // The key exchange alone takes about 3,000 bytes: some cuts fall before the start, some into it.
        await using var proxy = new FaultProxy(sshd.Port);
        proxy.CutEachAfter(Flow.ToClient, () => random.Next(1_500, 4_000));
        for (var run = 0; run < 4; run++)
        {
            var id = $"{zone.Id}.{run}";
            var start = zone.Start($"echo {run} >>{zone.Effects}; echo out; sleep 0.3; exit {run}", id: id);
            StartReply? reply = null;
            for (var tries = 0; reply is null; tries++)
            {
                try
                {
                    // After some tries by the straight road: the point is how often it ran.
                    reply = await zone.Connect(tries < 6 ? proxy.Port : null).StartAsync(start, new Transcript().TakeAsync, Token);
                }
                catch (SshLinkException)
                {
                    // It may have started or not: the same start again must find out.
                }
            }

            reply.Status.Exit.ShouldBe(run);
        }

        proxy.Resets.ShouldBeGreaterThan(2);
        zone.EffectLines.ShouldBe(["0", "1", "2", "3"]);
    }

    [Fact]
    public async Task When_the_servers_processes_are_killed_the_command_goes_on_to_its_end()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var transcript = new Transcript();
        var following = await zone.BegunAsync($"echo begun; until [ -e {zone.Effects} ]; do sleep 0.1; done; echo ended; exit 9", transcript);
        await Eventually.BeTrueAsync(() => transcript.Offset == 6, TimeSpan.FromMinutes(3), Token);

        foreach (var child in Processes.ChildrenOf(sshd.ProcessId))
            Processes.Signal(child, "KILL");
        await Should.ThrowAsync<SshLinkException>(following);
        await File.WriteAllTextAsync(zone.Effects, "go", Token);

        var end = await zone.Runner.FollowAsync(zone.Id, transcript.Offset, transcript.TakeAsync, Token);
        (end.State, end.Exit, transcript.Text).ShouldBe((ExecutionState.Exited, 9, "begun\nended\n"));
    }

    [Fact]
    public async Task A_follower_whose_reader_went_away_ends_by_itself()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var following = zone.Runner.StartAsync(zone.Start("read x"), new Transcript().TakeAsync, leave.Token);
        var ears = Path.Combine(zone.Run(), "ears");
        await Eventually.BeTrueAsync(() => Directory.Exists(ears) && Directory.GetFiles(ears).Length == 1, TimeSpan.FromMinutes(3), Token);
        var follower = int.Parse(Path.GetFileName(Directory.GetFiles(ears)[0]), CultureInfo.InvariantCulture);

        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(following);

        await Eventually.BeTrueAsync(() => !Processes.Alive(follower), TimeSpan.FromMinutes(3), Token);
        (await zone.Runner.StatusAsync(zone.Id, Token)).State.ShouldBe(ExecutionState.Running);
    }
}
