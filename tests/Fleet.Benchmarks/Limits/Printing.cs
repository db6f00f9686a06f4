using System.Globalization;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.Benchmarks.Limits;

/// <summary>Zones whose one script prints: a line a second for a minute, or as many bytes at once as its zone is told to.</summary>
internal sealed class Printing : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(40);

    private readonly TemporaryFolder _folder = new();
    private readonly DistributedFleet _fleet;

    private Printing(DistributedFleet fleet) => _fleet = fleet;

    private static string Runbook => """
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
                command: if [ -e /root/flood ]; then head -c $(cat /root/flood) /dev/zero | tr '\0' 'y'; else i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo line $i; sleep 1; done; fi
        """;

    /// <summary>A Fleet of one coordinator and one worker, warm: every zone's script has run once.</summary>
    public static async Task<Printing> StartAsync(int zones, CancellationToken cancellationToken)
    {
        var fleet = await DistributedFleet.StartAsync(
            new DistributedOptions
            {
                Zones = [.. Enumerable.Range(0, zones).Select(i => new ZoneSpec($"z{i}", "sub"))],
                Workers = 1,
                Settings = new Dictionary<string, string?> { ["Fleet__Worker__MaxZones"] = $"{zones}" },
            },
            cancellationToken);
        var printing = new Printing(fleet);
        var file = Path.Combine(printing._folder.Path, "printing.yaml");
        await File.WriteAllTextAsync(file, Runbook, cancellationToken);
        await fleet.Operator.DoAsync(cancellationToken, "runbook", "add", file);
        await printing.RunAsync(cancellationToken);
        return printing;
    }

    public void Flood(int zone, long bytes) => _fleet.Lab.Zones[$"z{zone}"].Write("/root/flood", bytes.ToString(CultureInfo.InvariantCulture));

    /// <summary>Every zone's script once.</summary>
    /// <returns>How long each zone's step took, by the number of the zone.</returns>
    public async Task<IReadOnlyList<TimeSpan>> RunAsync(CancellationToken cancellationToken)
    {
        var zones = _fleet.Lab.Zones.Count;
        var rollout = await _fleet.StartAsync("all", cancellationToken, "--runbook", "printing", "--max-parallel", $"{zones}");
        var shown = await _fleet.Operator.SeeThroughAsync(rollout, _ => null, Limit, cancellationToken);
        if (shown.Text("state") != "succeeded")
            throw new InvalidOperationException($"The rollout did not end well: {shown}");
        var took = shown.Items("zones").ToDictionary(z => z.Text("name"), z => z.GetProperty("endedAt").GetDateTimeOffset() - z.GetProperty("startedAt").GetDateTimeOffset());
        return [.. Enumerable.Range(0, zones).Select(i => took[$"z{i}"])];
    }

    /// <summary>The most memory that each process has had, in bytes (VmHWM of proc(5)).</summary>
    public (long Worker, long Coordinator) Peaks() => (PeakOf(_fleet.Workers[0].ProcessId), PeakOf(_fleet.Coordinators[0].ProcessId));

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        _folder.Dispose();
    }

    private static long PeakOf(int process) =>
        long.Parse(File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(':', 'k')[1].Trim(), CultureInfo.InvariantCulture) * 1024;
}
