using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class ManyZonesFaultTests(FaultParts parts)
{
    private const int Zones = 200;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>A script that counts how often it began, and ends when it is told to.</summary>
    private const string Runbook = """
        apiVersion: fleet/v1
        name: waiting
        version: 1.0.0
        phases:
          - name: wait
            title: Wait
            steps:
              - name: wait
                title: Wait
                kind: shell
                changes: true
                timeLimit: 2h
                command: echo began >>/root/began; while [ ! -e /root/go ]; do sleep 1; done
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("The broker is away for three leases (10 s each) with 200 zones in flight", "no storm: a full lease passes after it is back before any zone could be taken over, and by then every worker has been heard of; not one is taken over")]
    public async Task An_outage_with_200_zones_in_flight_takes_over_none_of_them()
    {
        await using var fleet = await DistributedFleet.StartAsync(
            new DistributedOptions
            {
                Zones = [.. Enumerable.Range(0, Zones).Select(i => new ZoneSpec($"z{i}", "sub"))],
                BrokerUri = await parts.Broker.CreateVirtualHostAsync(Cancellation),
                Database = await parts.Database.CreateDatabaseAsync(Cancellation),
                Settings = new Dictionary<string, string?>(FaultSite.Settings) { ["Fleet__Lease"] = Lease.ToString(), ["Fleet__Worker__IdleBeat"] = "00:00:03", ["Fleet__Worker__MaxZones"] = "120" },
            },
            Cancellation);
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "waiting.yaml");
        await File.WriteAllTextAsync(file, Runbook, Cancellation);
        await fleet.Operator.DoAsync(Cancellation, "runbook", "add", file);
        var rollout = await fleet.StartAsync("all", Cancellation, "--runbook", "waiting", "--max-parallel", $"{Zones}");
        await Eventually.BeTrueAsync(() => fleet.Lab.Zones.Values.All(z => z.Exists("/root/began")), FaultSite.Limit, Cancellation, () => fleet.Outputs);
        var before = await ExpiredAsync(fleet, rollout);

        await parts.Broker.KillServerAsync();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Eventually.BeTrueAsync(() => clock.Elapsed >= 3 * Lease, 6 * Lease, Cancellation);
        await parts.Broker.StartServerAsync(Cancellation);
        // Until every zone's report of its end has come, at least two leases after the broker is back.
        clock.Restart();
        await Eventually.BeTrueAsync(() => clock.Elapsed >= 2 * Lease, 6 * Lease, Cancellation);
        foreach (var zone in fleet.Lab.Zones.Values)
            zone.Write("/root/go", "");
        var shown = await fleet.Operator.SeeThroughAsync(rollout, _ => null, FaultSite.Limit, Cancellation);

        shown.Text("state").ShouldBe("succeeded", shown + fleet.Outputs);
        (await ExpiredAsync(fleet, rollout)).ShouldBe(before, fleet.Outputs);
        fleet.Lab.Zones.Values.Where(z => z.Read("/root/began") != "began\n").Select(z => z.Name).ShouldBeEmpty();
    }

    private static async Task<int> ExpiredAsync(DistributedFleet fleet, string rollout) =>
        (await fleet.Operator.GetAsync($"/api/v1/audit?rollout={rollout}&limit=10000", Cancellation)).EnumerateArray().Count(a => a.Text("code") == "lease-expired");
}
