using System.Diagnostics;
using System.Security.Cryptography;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Ssh;
using Fleet.ZoneLab;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Fleet.Benchmarks.Upload;

/// <summary>256 MiB to a firstbox, as packages go there, and by scp.</summary>
internal static class UploadBench
{
    private const int Bytes = 256 << 20;
    private const int Rounds = 3;

    public static async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        await using var lab = await Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec("pek1a", "sub")] }, cancellationToken);
        var zone = lab.Zones["pek1a"];
        var source = Path.Combine(folder.Path, "package");
        await File.WriteAllBytesAsync(source, RandomNumberGenerator.GetBytes(Bytes), cancellationToken);
        List<TimeSpan> ours = [], scp = [];
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await OursAsync(zone, source, $"/root/ours{round}", cancellationToken));
            scp.Add(await ScpAsync(zone, source, $"/root/scp{round}", cancellationToken));
        }

        var (mine, theirs) = (Result.Percentile(ours, 0.5), Result.Percentile(scp, 0.5));
        return new Result(
            $"{Bytes >> 20} MiB to a firstbox (median of {Rounds})", $"{mine.TotalSeconds:0.00} s, {(Bytes >> 20) / mine.TotalSeconds:0} MiB/s", "< 2 × scp", $"scp: {theirs.TotalSeconds:0.00} s, × {mine / theirs:0.0}", mine < theirs * 2);
    }

    private static async Task<TimeSpan> OursAsync(LabZone zone, string source, string target, CancellationToken cancellationToken)
    {
        var options = Options.Create(new SshOptions());
        using var firstboxes = new Firstboxes(new HopConnector(options), new SecretReader(options, null), options, TimeProvider.System, NullLogger<Firstboxes>.Instance);
        var hop = new SshHop { Host = zone.Host, Port = zone.Port, User = zone.User, Identity = $"file:{zone.IdentityFile}", HostKey = zone.HostKeyFingerprint };
        await using var shell = await firstboxes.ConnectAsync(zone.Name, new FirstboxConnection { Firstbox = hop }, cancellationToken);
        await using var file = File.OpenRead(source);
        var clock = Stopwatch.StartNew();
        await shell.AppendFileAsync(target, file, 0, progress: null, cancellationToken);
        return clock.Elapsed;
    }

    private static async Task<TimeSpan> ScpAsync(LabZone zone, string source, string target, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var (code, output) = await ChildProcess.RunAsync(
            "scp",
            ["-q", "-P", $"{zone.Port}", "-i", zone.IdentityFile!, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", source, $"{zone.User}@{zone.Host}:{target}"],
            cancellationToken);
        return code == 0 ? clock.Elapsed : throw new InvalidOperationException($"scp ended with {code}: {output}");
    }
}
