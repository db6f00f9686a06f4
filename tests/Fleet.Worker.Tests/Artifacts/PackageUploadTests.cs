using System.Security.Cryptography;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;
using Fleet.Worker.Tests.Ssh;

namespace Fleet.Worker.Tests.Artifacts;

[Collection(nameof(SshWorld))]
public sealed class PackageUploadTests(SshWorld world) : IDisposable
{
    private static readonly byte[] Bytes = RandomNumberGenerator.GetBytes(5_000_000);
    private readonly string folder = Directory.CreateTempSubdirectory("fleet's upload ").FullName;
    private readonly string runs = Directory.CreateTempSubdirectory("fleet-upload-").FullName;

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    private string Final => Path.Combine(folder, "qingcloud-installer_4.3.2-20261101_amd64.tar.gz");

    [Fact]
    public async Task A_package_arrives_whole_under_its_name_and_is_sent_once()
    {
        var first = await UploadAsync(epoch: 3);
        first.Ok.ShouldBeTrue(first.Problem?.Code);
        first.ShouldBe(new UploadOutcome(Ok: true, AlreadyThere: false, Bytes.Length, Problem: null));
        File.ReadAllBytes(Final).ShouldBe(Bytes);
        (await UploadAsync(epoch: 3)).ShouldBe(new UploadOutcome(Ok: true, AlreadyThere: true, 0, Problem: null));
        Directory.GetFiles(folder).ShouldBe([Final]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    public async Task A_part_of_this_or_an_older_epoch_is_gone_on_with(int epoch)
    {
        File.WriteAllBytes($"{Final}.part-{epoch}", Bytes[..3_333_333]);
        File.WriteAllBytes($"{Final}.part-1", [1]);
        var done = await UploadAsync(epoch: 3);
        done.ShouldBe(new UploadOutcome(Ok: true, AlreadyThere: false, Bytes.Length - 3_333_333, Problem: null));
        File.ReadAllBytes(Final).ShouldBe(Bytes);
        Directory.GetFiles(folder).ShouldBe([Final]);
    }

    [Fact]
    public async Task A_part_with_other_bytes_is_begun_again()
    {
        File.WriteAllBytes($"{Final}.part-3", new byte[1000]);
        (await UploadAsync(epoch: 3)).Bytes.ShouldBe(Bytes.Length);
        File.ReadAllBytes(Final).ShouldBe(Bytes);
    }

    [Fact]
    public async Task Another_file_of_that_name_is_set_aside()
    {
        File.WriteAllText(Final, "somebody's");
        (await UploadAsync(epoch: 3)).Ok.ShouldBeTrue();
        File.ReadAllBytes(Final).ShouldBe(Bytes);
        File.ReadAllText($"{Final}.before-3").ShouldBe("somebody's");
    }

    [Fact]
    public async Task An_older_epoch_gives_no_name()
    {
        var refused = await UploadAsync(epoch: 3, fence: 5);
        refused.Ok.ShouldBeFalse();
        refused.Problem!.Code.ShouldBe("fence-higher");
        File.Exists(Final).ShouldBeFalse();
    }

    [Fact]
    public async Task A_package_on_the_firstbox_is_only_looked_at()
    {
        File.WriteAllBytes(Final, Bytes);
        (await UploadAsync(epoch: 3, onFirstbox: Final)).ShouldBe(new UploadOutcome(Ok: true, AlreadyThere: true, 0, Problem: null));
        File.WriteAllText(Final, "other");
        (await UploadAsync(epoch: 3, onFirstbox: Final)).Problem!.Code.ShouldBe("upload-on-firstbox-differs");
        (await UploadAsync(epoch: 3, onFirstbox: Final + ".missing")).Problem!.Code.ShouldBe("upload-not-on-firstbox");
        File.ReadAllText(Final).ShouldBe("other");
    }

    [Fact]
    public async Task A_link_that_breaks_in_the_middle_costs_no_byte_that_arrived()
    {
        await using var proxy = new FaultProxy((await world.ServerAsync()).Port);
        var hop = (await world.ServerAsync()).Hop() with { Port = proxy.Port };
        await using (var shell = await SshWorld.ConnectAsync(hop, Limit))
        {
            var cut = new Once(sent => sent > 2_500_000, proxy.Cut);
            await Should.ThrowAsync<SshLinkException>(() => UploadAsync(3, progress: cut, shell: shell));
        }

        var done = await UploadAsync(epoch: 3);
        done.Ok.ShouldBeTrue();
        done.Bytes.ShouldBeLessThan(Bytes.Length);
        File.ReadAllBytes(Final).ShouldBe(Bytes);
    }

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        Directory.Delete(runs, recursive: true);
    }

    private async Task<UploadOutcome> UploadAsync(long epoch, long? fence = null, string? onFirstbox = null, IProgress<long>? progress = null, IRemoteShell? shell = null)
    {
        await using var own = shell is null ? await SshWorld.ConnectAsync((await world.ServerAsync()).Hop(), Limit) : null;
        var runner = new RemoteRunner(shell ?? own!, TimeProvider.System, runs);
        (await runner.AttachAsync(new AttachZone(fence ?? epoch, "tests"), Limit)).Refusal.ShouldBe(Refusal.None);
        var package = new PackageRef
        {
            FileName = Path.GetFileName(Final),
            Digest = Convert.ToHexStringLower(SHA256.HashData(Bytes)),
            Size = Bytes.Length,
            Installer = "4.3.2",
            Qingcloud = "20261101",
            Upgrade = "20261101",
            OnFirstbox = onFirstbox,
        };
        return await new PackageUploads(new InMemory(), TimeProvider.System).UploadAsync(shell ?? own!, runner, package, Final, epoch, progress, Limit);
    }

    private sealed class InMemory : IArtifactSource
    {
        public Task<string> GetRunbookAsync(string digest, CancellationToken cancellationToken) => Task.FromResult("");

        public Task<Stream> OpenPackageAsync(PackageRef package, CancellationToken cancellationToken) => Task.FromResult<Stream>(new MemoryStream(Bytes));
    }

    private sealed class Once(Func<long, bool> when, Action act) : IProgress<long>
    {
        private bool done;

        public void Report(long value)
        {
            if (done || !when(value))
                return;
            done = true;
            act();
        }
    }
}
