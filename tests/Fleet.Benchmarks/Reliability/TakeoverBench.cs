using System.Globalization;
using System.Text.RegularExpressions;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.Benchmarks.Reliability;

/// <summary>A worker is killed in the middle of its zones' scripts: how long until another has attached to each of them.</summary>
internal static partial class TakeoverBench
{
    private const int Rounds = 7;
    private const string InMidScript = "bootstrap.dump";

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        var zones = Enumerable.Range(1, 6).Select(i => new ZoneSpec($"pek{i}a", "sub")).ToList();
        await using var fleet = await DistributedFleet.StartAsync(
            new DistributedOptions
            {
                Zones = zones,
                Settings = new Dictionary<string, string?> { ["Fleet__Lease"] = Lease.ToString(), ["Fleet__Worker__IdleBeat"] = Renewal.ToString() },
            },
            cancellationToken);
        foreach (var zone in fleet.Lab.Zones.Values)
            zone.CloseGate(InMidScript);
        await fleet.StartAsync("all", cancellationToken, "--max-parallel", "6", "--max-failures", "6");
        foreach (var zone in fleet.Lab.Zones.Values)
            await zone.WaitAtGateAsync(InMidScript, Limit, cancellationToken);

        var samples = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
            samples.AddRange(await KillAsync(fleet, cancellationToken));
        return Result.Of("A worker is killed → another has attached to the zone again, lease 10 s renewed every 3 s", samples, 0.95, Bound, "the lease", Lease);
    }

    private static async Task<IReadOnlyList<TimeSpan>> KillAsync(DistributedFleet fleet, CancellationToken cancellationToken)
    {
        var holds = await Eventually.GetAsync(async () => await HoldsAsync(fleet, cancellationToken) is { } all && all.Sum(h => h.Zones.Count) == fleet.Lab.Zones.Count ? all : null, Limit, cancellationToken, () => fleet.Outputs);
        var (victim, zones) = holds.MaxBy(h => h.Zones.Count)!;
        var process = fleet.Worker(victim);
        var killed = TimeProvider.System.GetUtcNow();
        await process.KillAsync();

        Dictionary<string, DateTimeOffset> attached = [];
        await Eventually.BeTrueAsync(() => zones.All((attached = Attached(fleet, process, killed)).ContainsKey), Limit, cancellationToken, () => fleet.Outputs);
        await process.StartAgainAsync(cancellationToken);
        return [.. zones.Select(z => attached[z] - killed)];
    }

    private static async Task<IReadOnlyList<Holder>?> HoldsAsync(DistributedFleet fleet, CancellationToken cancellationToken) =>
    [
        .. (await fleet.Operator.GetAsync("/api/v1/workers", cancellationToken)).EnumerateArray().Where(w => w.GetProperty("alive").GetBoolean())
            .Select(w => new Holder(w.Text("id"), [.. w.Items("holds").Select(h => h.Text("zone"))]))
            .Where(h => fleet.Workers.Any(w => h.Worker.Contains($"-{w.ProcessId}-", StringComparison.Ordinal))),
    ];

    /// <summary>Zone → when a living worker said that it attached to it, since then.</summary>
    private static Dictionary<string, DateTimeOffset> Attached(DistributedFleet fleet, FleetServer killed, DateTimeOffset since)
    {
        var found = new Dictionary<string, DateTimeOffset>();
        foreach (var line in fleet.Workers.Where(w => w != killed).SelectMany(w => w.Output.Split('\n')))
        {
            if (AttachedLine().Match(line) is { Success: true } match && DateTimeOffset.Parse(match.Groups["at"].Value, CultureInfo.InvariantCulture) is var at && at >= since)
                found.TryAdd(match.Groups["zone"].Value, at);
        }

        return found;
    }

    [GeneratedRegex(@"(?<at>\d{4}-\d\d-\d\dT[0-9:.]+Z) .*Attached to (?<zone>\S+) for phase")]
    private static partial Regex AttachedLine();

    private sealed record Holder(string Worker, IReadOnlyList<string> Zones);
}
