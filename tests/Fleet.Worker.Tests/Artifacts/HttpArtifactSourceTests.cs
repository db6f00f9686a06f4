using System.Security.Cryptography;
using System.Text;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Artifacts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Tests.Artifacts;

public sealed class HttpArtifactSourceTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("fleet-artifacts-").FullName;
    private ArtifactServer server = null!;

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    [Fact]
    public async Task A_package_is_fetched_once_and_then_kept()
    {
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        var digest = server.Add(bytes);
        var source = Source();
        (await ReadAsync(source, digest)).ShouldBe(bytes);
        (await ReadAsync(source, digest)).ShouldBe(bytes);
        (await ReadAsync(Source(), digest)).ShouldBe(bytes);
        server.Requests.ShouldBe(1);
        Directory.GetFiles(folder).Select(Path.GetFileName).ShouldBe([digest]);
    }

    [Fact]
    public async Task Many_that_ask_at_once_wait_for_one_download()
    {
        var digest = server.Add(RandomNumberGenerator.GetBytes(100_000));
        var go = new TaskCompletionSource();
        server.Gate = go.Task;
        var source = Source();
        var asking = Enumerable.Range(0, 30).Select(_ => ReadAsync(source, digest)).ToList();
        using var impatient = new CancellationTokenSource();
        var left = source.OpenPackageAsync(Package(digest), impatient.Token);
        await Eventually.BeTrueAsync(() => server.Requests > 0, TimeSpan.FromMinutes(3), Limit);
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => left);
        go.SetResult();
        (await Task.WhenAll(asking)).ShouldAllBe(b => b.Length == 100_000);
        server.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_where_it_was()
    {
        var bytes = RandomNumberGenerator.GetBytes(2_000_000);
        var digest = server.Add(bytes);
        server.BreakAfter.Enqueue(500_000);
        server.BreakAfter.Enqueue(700_000);
        (await ReadAsync(Source(), digest)).ShouldBe(bytes);
        server.Ranges.Count.ShouldBe(3);
        server.Ranges[0].ShouldBeNull();
        server.Ranges[2].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_later_process_goes_on_where_an_earlier_one_ended()
    {
        var bytes = RandomNumberGenerator.GetBytes(1_000_000);
        var digest = server.Add(bytes);
        File.WriteAllBytes(Path.Combine(folder, digest + ".part"), bytes[..400_000]);
        (await ReadAsync(Source(), digest)).ShouldBe(bytes);
        server.Ranges.ShouldBe(["bytes=400000-"]);
    }

    [Fact]
    public async Task A_part_that_is_whole_already_is_taken_as_it_is()
    {
        var bytes = RandomNumberGenerator.GetBytes(1000);
        var digest = server.Add(bytes);
        File.WriteAllBytes(Path.Combine(folder, digest + ".part"), bytes);
        (await ReadAsync(Source(), digest)).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_gives_the_whole_again()
    {
        var bytes = RandomNumberGenerator.GetBytes(1_000_000);
        var digest = server.Add(bytes);
        File.WriteAllBytes(Path.Combine(folder, digest + ".part"), bytes[..400_000]);
        server.IgnoreRanges = true;
        (await ReadAsync(Source(), digest)).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_wrong_digest_is_refused_and_nothing_is_kept()
    {
        var digest = server.Add([1, 2, 3], digest: new string('a', 64));
        (await FailAsync(Source(), digest)).ShouldBe("artifact-digest-wrong");
        Directory.GetFiles(folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("unknown", "artifact-unknown", 1)]
    [InlineData("token", "artifact-refused", 1)]
    [InlineData("500", "artifact-server-unreachable", 3)]
    public async Task What_cannot_be_had_is_told(string fault, string code, int requests)
    {
        var digest = fault == "unknown" ? new string('b', 64) : server.Add([1]);
        server.Token = fault == "token" ? "other" : server.Token;
        server.FailWith = fault == "500" ? 500 : 0;
        (await FailAsync(Source(), digest)).ShouldBe(code);
        server.Requests.ShouldBe(requests);
    }

    [Fact]
    public async Task A_server_that_is_down_is_told() =>
        (await FailAsync(Source($"http://127.0.0.1:{Loopback.FreePort()}"), new string('c', 64))).ShouldBe("artifact-server-unreachable");

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("ABC")]
    public async Task What_is_no_digest_is_never_a_path(string digest) => (await FailAsync(Source(), digest)).ShouldBe("artifact-bad-digest");

    [Fact]
    public async Task The_longest_unused_goes_when_room_is_needed_and_what_is_open_stays()
    {
        const int size = 30 << 20;
        string[] digests = [.. Enumerable.Range(0, 3).Select(_ => server.Add(RandomNumberGenerator.GetBytes(size)))];
        var source = Source(maxBytes: 64 << 20);
        await using var held = await source.OpenPackageAsync(Package(digests[0]), Limit);
        await ReadAsync(source, digests[1]);
        await ReadAsync(source, digests[2]);
        Directory.GetFiles(folder).Select(Path.GetFileName).ShouldBe([digests[0], digests[2]], ignoreOrder: true);
        held.Length.ShouldBe(size);
        await using var held2 = await source.OpenPackageAsync(Package(digests[2]), Limit);
        (await FailAsync(source, digests[1])).ShouldBe("artifact-cache-full");
    }

    [Fact]
    public async Task A_runbook_is_its_text()
    {
        var text = "name: 升级\n";
        (await Source().GetRunbookAsync(server.Add(Encoding.UTF8.GetBytes(text)), Limit)).ShouldBe(text);
    }

    [Fact]
    public void Wrong_options_are_all_named_at_once()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Fleet:Server:Url"] = "server",
            ["Fleet:Server:Token"] = "a",
            ["Fleet:Server:TokenFile"] = "b",
            ["Fleet:Artifacts:Folder"] = "here",
            ["Fleet:Artifacts:MaxBytes"] = "much",
            ["Fleet:Artifacts:Tries"] = "0",
        }).Build();
        var problems = new List<string>();
        ArtifactOptions.Read(configuration, problems);
        problems.Count.ShouldBe(3);
        problems[1].ShouldBe("Fleet:Artifacts:MaxBytes is \"much\": it takes numbers from 67108864 to 9223372036854775807.");
        ServerAccessOptions.Read(configuration, problems);
        problems.Count.ShouldBe(5);
    }

    public async ValueTask InitializeAsync() => server = await ArtifactServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static PackageRef Package(string digest) => new() { FileName = "p", Digest = digest, Size = 1, Installer = "4.3.2", Qingcloud = "20261101", Upgrade = "20261101" };

    private static async Task<byte[]> ReadAsync(IArtifactSource source, string digest)
    {
        await using var stream = await source.OpenPackageAsync(Package(digest), Limit);
        var all = new MemoryStream();
        await stream.CopyToAsync(all, Limit);
        return all.ToArray();
    }

    private static async Task<string> FailAsync(IArtifactSource source, string digest) =>
        (await Should.ThrowAsync<ArtifactException>(() => source.OpenPackageAsync(Package(digest), Limit))).Reason.Code;

    private IArtifactSource Source(string? url = null, long maxBytes = 1 << 30)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Fleet:Server:Url"] = url ?? server.Url,
            ["Fleet:Server:Token"] = "secret",
            ["Fleet:Artifacts:Folder"] = folder,
            ["Fleet:Artifacts:MaxBytes"] = $"{maxBytes}",
            ["Fleet:Artifacts:Tries"] = "3",
            ["Fleet:Artifacts:RetryDelay"] = "00:00:00.010",
        }).Build();
        return new ServiceCollection().AddFleetArtifacts(configuration).BuildServiceProvider().GetRequiredService<IArtifactSource>();
    }
}
