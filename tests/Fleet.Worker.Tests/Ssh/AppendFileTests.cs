using System.Diagnostics;
using System.Security.Cryptography;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Ssh;

[Collection(nameof(SshWorld))]
public sealed class AppendFileTests(SshWorld world, ITestOutputHelper output) : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"fleet's {Guid.NewGuid():N}");

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 0)]
    [InlineData(5_000_000, 0)]
    [InlineData(5_000_000, 1_048_576)]
    [InlineData(5_000_000, 3_333_333)]
    [InlineData(5_000_000, 5_000_000)]
    public async Task A_file_arrives_whole_from_any_offset(int size, int offset)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);
        File.WriteAllBytes(path, bytes[..offset]);
        await using var shell = await ConnectAsync();
        await shell.AppendFileAsync(path, new MemoryStream(bytes), offset, progress: null, Limit);
        File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task A_remote_file_that_is_shorter_than_the_offset_is_not_continued()
    {
        File.WriteAllBytes(path, new byte[10]);
        await using var shell = await ConnectAsync();
        (await Should.ThrowAsync<RemoteShellException>(() => shell.AppendFileAsync(path, new MemoryStream(new byte[100]), 50, progress: null, Limit))).Reason.Code.ShouldBe("remote-file-shorter");
        File.ReadAllBytes(path).Length.ShouldBe(10);
    }

    [Fact]
    public async Task A_full_disk_is_told_with_what_the_writer_said()
    {
        await using var shell = await ConnectAsync();
        var reason = (await Should.ThrowAsync<RemoteShellException>(() => shell.AppendFileAsync("/dev/full", new MemoryStream(new byte[9_000_000]), 0, progress: null, Limit))).Reason;
        reason.Code.ShouldBe("remote-write-failed");
        reason.Lines.ShouldContain(l => l.Contains("No space left"));
    }

    [Fact]
    public async Task A_big_file_takes_about_as_long_as_with_scp()
    {
        var source = path + ".source";
        File.WriteAllBytes(source, RandomNumberGenerator.GetBytes(64 << 20));
        var server = await world.ServerAsync();
        await using var shell = await ConnectAsync();
        var ours = Stopwatch.StartNew();
        await using (var file = File.OpenRead(source))
            await shell.AppendFileAsync(path, file, 0, progress: null, Limit);
        output.WriteLine($"ours {ours.ElapsedMilliseconds} ms");
        var scp = Stopwatch.StartNew();
        var (code, said) = await Testing.ChildProcess.RunAsync("scp", ["-q", "-P", $"{server.Port}", "-i", $"{SshWorld.Keys}/id_ed25519", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", source, $"root@127.0.0.1:/tmp/{Path.GetFileName(path)}.scp"], Limit);
        output.WriteLine($"scp {scp.ElapsedMilliseconds} ms {code} {said}");
        File.Delete(source);
        File.Delete(path + ".scp");
        code.ShouldBe(0, said);
        // A protocol that waits for each piece would take many times as long; the ratio itself is a benchmark's.
        ours.Elapsed.ShouldBeLessThan((scp.Elapsed * 6) + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task New_keys_agreed_on_in_the_middle_of_an_upload_do_not_harm_it()
    {
        var server = await world.ServerAsync("rekeying", "RekeyLimit 4M");
        var bytes = RandomNumberGenerator.GetBytes(40 << 20);
        await using var shell = await SshWorld.ConnectAsync(server.Hop(), Limit);
        var reading = shell.RunAsync("head -c 12000000 /dev/zero", Limit);
        await shell.AppendFileAsync(path, new MemoryStream(bytes), 0, progress: null, Limit);
        File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        (await reading).Output.Length.ShouldBe(12_000_000);
    }

    public void Dispose() => File.Delete(path);

    private async Task<IRemoteShell> ConnectAsync() => await SshWorld.ConnectAsync((await world.ServerAsync()).Hop(), Limit);
}
