using System.Diagnostics;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.Benchmarks.Limits;

/// <summary>One zone's script prints without measure beside others that print a line a second: what it costs the processes of Fleet, and the others.</summary>
internal static class FloodBench
{
    private static readonly long Bytes = (long)((double.TryParse(Environment.GetEnvironmentVariable("FLOOD_GIB"), out var g) ? g : 10) * (1L << 30));
    private const int Quiet = 5;
    private const int Lines = 60;
    private const long Bound = 128L << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(40);

    public static async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        await using var fleet = await DistributedFleet.StartAsync(
            new DistributedOptions { Zones = [.. Enumerable.Range(0, Quiet + 1).Select(i => new ZoneSpec($"z{i}", "sub"))], Workers = 1 }, cancellationToken);
        var file = Path.Combine(folder.Path, "printing.yaml");
        await File.WriteAllTextAsync(file, Runbook, cancellationToken);
        await fleet.Operator.DoAsync(cancellationToken, "runbook", "add", file);
        await RunAsync(fleet, cancellationToken);

        // The same once more, with one that floods; what memory they take when all are warm is what it is held against.
        var processes = fleet.Workers.Concat(fleet.Coordinators).ToList();
        var before = processes.Select(p => PeakOf(p.ProcessId)).ToList();
        fleet.Lab.Zones["z0"].Write("/root/flood", "");
        var clock = Stopwatch.StartNew();
        await RunAsync(fleet, cancellationToken);
        var grown = processes.Select((p, i) => PeakOf(p.ProcessId) - before[i]).ToList();
        return new Result(
            $"{Bytes >> 30} GiB of output from one zone beside {Quiet} others, {clock.Elapsed.TotalSeconds:0} s: how far the memory of a process grows",
            $"worker {grown[0] >> 20} MiB, coordinator {grown[1] >> 20} MiB",
            $"< {Bound >> 20} MiB",
            $"before: worker {before[0] >> 20} MiB, coordinator {before[1] >> 20} MiB",
            grown.All(g => g < Bound));
    }

    private static string Runbook => $"""
        apiVersion: fleet/v1
        name: printing
        version: 1.0.0
        phases:
          - name: print
            title: Print
            steps:
              - name: print
                title: Print
                kind: shell
                changes: true
                repeatable: true
                timeLimit: 2h
                command: if [ -e /root/flood ]; then head -c {Bytes} /dev/zero | tr '\0' 'y'; else i=0; while [ $i -lt {Lines} ]; do i=$((i+1)); echo line $i; sleep 1; done; fi
        """;

    private static async Task RunAsync(DistributedFleet fleet, CancellationToken cancellationToken)
    {
        var rollout = await fleet.StartAsync("all", cancellationToken, "--runbook", "printing", "--max-parallel", $"{Quiet + 1}");
        var shown = await fleet.Operator.SeeThroughAsync(rollout, _ => null, Limit, cancellationToken);
        if (shown.Text("state") != "succeeded")
            throw new InvalidOperationException($"The rollout did not end well: {shown}");
    }

    /// <summary>The most memory that a process has had, in bytes (VmHWM of proc(5)).</summary>
    private static long PeakOf(int process) =>
        long.Parse(File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(':', 'k')[1].Trim(), System.Globalization.CultureInfo.InvariantCulture) * 1024;
}
