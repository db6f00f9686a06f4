using System.Diagnostics;
using System.Text;
using Fleet.Testing;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Ssh;

[Collection(nameof(SshWorld))]
public sealed class RemoteShellTests(SshWorld world)
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    [Fact]
    public async Task A_script_gives_its_output_its_errors_and_its_code()
    {
        await using var shell = await ConnectAsync();
        var result = await shell.RunAsync("id -un; echo trouble >&2; exit 3", Limit);
        result.ShouldSatisfyAllConditions(
            r => r.Text.ShouldBe("root\n"), r => r.ErrorText.ShouldBe("trouble\n"), r => r.ExitCode.ShouldBe(3), r => r.Ok.ShouldBeFalse());
    }

    [Fact]
    public async Task A_command_that_reads_standard_input_does_not_eat_the_rest_of_the_script()
    {
        await using var shell = await ConnectAsync();
        (await shell.RunAsync("cat; echo after", Limit)).Text.ShouldBe("after\n");
    }

    [Fact]
    public async Task A_script_is_not_seen_in_the_list_of_processes()
    {
        await using var shell = await ConnectAsync();
        (await shell.RunAsync("secret=hunter2; tr '\\0' ' ' < /proc/$$/cmdline; tr '\\0' ' ' < /proc/$PPID/cmdline", Limit)).Text.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Much_output_arrives_whole_and_over_the_limit_is_left_without_hanging()
    {
        await using var shell = await ConnectAsync();
        (await shell.RunAsync("head -c 12000000 /dev/zero", Limit)).Output.Length.ShouldBe(12_000_000);
        (await Should.ThrowAsync<RemoteShellException>(() => shell.RunAsync("head -c 12000000 /dev/zero; sleep 100", Limit, maxOutputBytes: 1000))).Reason.Code.ShouldBe("remote-output-too-big");
        (await shell.RunAsync("echo still here", Limit)).Text.ShouldBe("still here\n");
    }

    [Fact]
    public async Task Many_errors_do_not_block_the_command()
    {
        await using var shell = await ConnectAsync();
        var result = await shell.RunAsync("head -c 5000000 /dev/zero >&2; echo done", Limit);
        result.Text.ShouldBe("done\n");
        result.Error.Length.ShouldBe(256 * 1024);
    }

    [Fact]
    public async Task Twenty_commands_at_once_share_the_channels_that_a_server_allows()
    {
        await using var shell = await ConnectAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => shell.RunAsync($"sleep 0.05; echo {i}", Limit)));
        results.Select(r => r.Text.Trim()).ShouldBe(Enumerable.Range(0, 20).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Output_is_handed_over_while_the_command_runs()
    {
        await using var shell = await ConnectAsync();
        var first = new TaskCompletionSource();
        var go = Path.GetTempFileName();
        File.Delete(go);
        var text = new StringBuilder();
        var streaming = shell.StreamAsync($"cat; echo one; while [ ! -e {go} ]; do sleep 0.02; done; echo two; exit 4", "zero\n"u8.ToArray(), (bytes, _) =>
        {
            text.Append(Encoding.UTF8.GetString(bytes.Span));
            if (text.ToString().EndsWith("one\n", StringComparison.Ordinal))
                first.TrySetResult();
            return ValueTask.CompletedTask;
        }, Limit);
        await first.Task.WaitAsync(Limit);
        text.ToString().ShouldBe("zero\none\n");
        File.WriteAllText(go, "");
        (await streaming).ShouldBe(4);
        text.ToString().ShouldBe("zero\none\ntwo\n");
    }

    [Fact]
    public async Task Without_input_a_command_sees_the_end_of_its_input()
    {
        await using var shell = await ConnectAsync();
        (await shell.StreamAsync("cat; exit 5", default, (_, _) => ValueTask.CompletedTask, Limit)).ShouldBe(5);
    }

    [Fact]
    public async Task A_killed_command_has_no_code()
    {
        await using var shell = await ConnectAsync();
        (await shell.StreamAsync("kill -9 $$", default, (_, _) => ValueTask.CompletedTask, Limit)).ShouldBeNull();
    }

    [Fact]
    public async Task Cancelling_returns_at_once_and_leaves_the_command_alone()
    {
        await using var shell = await ConnectAsync();
        var (begun, done) = (Path.GetTempFileName(), Path.GetTempFileName());
        File.Delete(begun);
        File.Delete(done);
        using var cancel = new CancellationTokenSource();
        var running = shell.RunAsync($": > {begun}; sleep 1; : > {done}", cancel.Token);
        await Eventually.BeTrueAsync(() => File.Exists(begun), TimeSpan.FromMinutes(3), Limit);
        var clock = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromMilliseconds(500));
        await Eventually.BeTrueAsync(() => File.Exists(done), TimeSpan.FromMinutes(3), Limit);
        (await shell.RunAsync("echo still here", Limit)).Text.ShouldBe("still here\n");
    }

    [Fact]
    public async Task What_is_no_utf8_is_read_as_gbk()
    {
        await using var shell = await ConnectAsync();
        (await shell.RunAsync("printf '\\264\\355\\316\\363'", Limit)).Text.ShouldBe("错误");
    }

    private async Task<IRemoteShell> ConnectAsync() => await SshWorld.ConnectAsync((await world.ServerAsync()).Hop(), Limit);
}
