using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;
using Fleet.Worker.Tests.Ssh;

namespace Fleet.Worker.Tests.Executions;

/// <summary>The runner over the product's own connection, as root and through sudo.</summary>
[Collection(nameof(SshWorld))]
public sealed class RunnerOverSshTests(SshWorld world)
{
    private static CancellationToken Token => RunnerZone.Token;

    [Theory]
    [InlineData("root", null, false)]
    [InlineData("deploy", "sudo", false)]
    [InlineData("ops", "sudo", true)]
    public async Task A_prompt_is_answered_and_the_end_is_heard_over_one_connection(string user, string? become, bool withPassword)
    {
        var folder = Directory.CreateTempSubdirectory("fleet-zone-").FullName;
        var connection = new FirstboxConnection
        {
            Firstbox = (await world.ServerAsync()).Hop(user),
            Become = become,
            BecomePassword = withPassword ? $"file:{Path.Combine(SshWorld.Keys, "password")}" : null,
        };
        using var firstboxes = SshWorld.Firstboxes();
        await using var shell = await firstboxes.ConnectAsync("pek1a", connection, Token);
        var runner = new RemoteRunner(shell, TimeProvider.System, Path.Combine(folder, "state"));
        var transcript = new Transcript();

        var attached = await runner.AttachAsync(new AttachZone(1, "fleet-one"), Token);
        var start = new StartExecution { ExecutionId = $"{Guid.NewGuid():N}.one", Epoch = 1, BootId = attached.Status!.BootId, Script = "id -u; printf 'sure? '; read a; echo got $a; exit 7" };
        var following = runner.StartAsync(start, transcript.TakeAsync, Token);
        await Eventually.BeTrueAsync(() => transcript.Blocked, TimeSpan.FromMinutes(3), Token, () => transcript.Text);
        var answer = await runner.AnswerAsync(start.ExecutionId, 1, transcript.Offset, "y", Token);
        var end = await following;
        var fenced = await runner.FencedAsync(2, "echo out; exit 5", Token);

        answer.State.ShouldBe(AnswerState.Applied);
        (end.Refusal, end.Status.Exit, transcript.Text).ShouldBe((Refusal.None, 7, "0\nsure? got y\n"));
        (fenced.Result!.ExitCode, fenced.Result.Text).ShouldBe((5, "out\n"));
        (await runner.FencedAsync(1, "true", Token)).Refusal.ShouldBe(Refusal.Fenced);
        (await runner.CleanAsync(start.ExecutionId, 2, Token)).Refusal.ShouldBe(Refusal.None);
        Directory.Delete(folder, recursive: true);
    }
}
