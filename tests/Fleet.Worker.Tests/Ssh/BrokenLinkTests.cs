using System.Diagnostics;
using Fleet.Testing;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Ssh;

[Collection(nameof(SshWorld))]
public sealed class BrokenLinkTests(SshWorld world)
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    [Fact]
    public async Task When_the_link_is_cut_during_a_command_it_ends_with_a_transient_reason_and_the_command_goes_on()
    {
        await using var proxy = new FaultProxy((await world.ServerAsync()).Port);
        await using var shell = await ConnectAsync(proxy);
        var (begun, done) = (NoFile(), NoFile());
        var running = shell.RunAsync($": > {begun}; sleep 0.7; : > {done}", Limit);
        await Eventually.BeTrueAsync(() => File.Exists(begun), TimeSpan.FromMinutes(3), Limit);
        proxy.Cut();
        var failed = await Should.ThrowAsync<SshLinkException>(() => running.WaitAsync(Limit));
        failed.Reason.Code.ShouldBe("ssh-link-broken");
        failed.Transient.ShouldBeTrue();
        (await Should.ThrowAsync<SshLinkException>(() => shell.RunAsync("true", Limit))).Transient.ShouldBeTrue();
        await Eventually.BeTrueAsync(() => File.Exists(done), TimeSpan.FromMinutes(3), Limit);
    }

    [Fact]
    public async Task When_the_link_falls_silent_every_command_on_it_ends_within_the_limit()
    {
        await using var proxy = new FaultProxy((await world.ServerAsync()).Port);
        await using var shell = await ConnectAsync(proxy);
        var running = Enumerable.Range(0, 3).Select(_ => shell.RunAsync("sleep 600", Limit)).ToList();
        (await shell.RunAsync("true", Limit)).Ok.ShouldBeTrue();
        proxy.Blackhole();
        var clock = Stopwatch.StartNew();
        foreach (var command in running)
            (await Should.ThrowAsync<SshLinkException>(() => command.WaitAsync(Limit))).Reason.Code.ShouldBe("ssh-link-broken");
        clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_quiet_command_on_a_good_link_is_left_in_peace()
    {
        await using var shell = await ConnectAsync(new FaultProxy((await world.ServerAsync()).Port));
        (await shell.RunAsync("sleep 5; echo slept", Limit)).Text.ShouldBe("slept\n");
    }

    [Fact]
    public async Task When_the_link_is_cut_during_an_upload_it_ends_with_a_transient_reason()
    {
        await using var proxy = new FaultProxy((await world.ServerAsync()).Port);
        await using var shell = await ConnectAsync(proxy);
        var path = NoFile();
        var half = new TaskCompletionSource();
        var uploading = shell.AppendFileAsync(path, new MemoryStream(new byte[64 * 1024 * 1024]), 0, new Counted(n => { if (n > 8_000_000) half.TrySetResult(); }), Limit);
        await half.Task.WaitAsync(Limit);
        proxy.Cut();
        (await Should.ThrowAsync<SshLinkException>(() => uploading.WaitAsync(Limit))).Transient.ShouldBeTrue();
        File.Delete(path);
    }

    [Fact]
    public async Task Closing_a_dead_connection_does_not_hang()
    {
        await using var proxy = new FaultProxy((await world.ServerAsync()).Port);
        var shell = await ConnectAsync(proxy);
        proxy.Blackhole();
        await shell.DisposeAsync().AsTask().WaitAsync(Limit);
    }

    private static string NoFile() => Path.Combine(Path.GetTempPath(), $"fleet-{Guid.NewGuid():N}");

    private async Task<IRemoteShell> ConnectAsync(FaultProxy proxy) => await SshWorld.ConnectAsync((await world.ServerAsync()).Hop() with { Port = proxy.Port }, Limit, o =>
    {
        o.KeepAlive = TimeSpan.FromSeconds(0.5);
        o.LinkTimeout = TimeSpan.FromSeconds(4);
    });

    private sealed class Counted(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
