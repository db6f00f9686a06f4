using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.Benchmarks.Reliability;

/// <summary>The coordinator is killed with many zone upgrades in flight that nobody has taken yet: how long after its start until everything that it owes was sent again.</summary>
internal static class RederiveBench
{
    private const int Zones = 1000;
    private const int Rounds = 5;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        await using var broker = await RabbitMqNode.StartAsync(cancellationToken);
        await using var database = await PostgresCluster.StartAsync(cancellationToken);
        await using var coordinator = await FleetServer.StartAsync(Path.Combine(folder.Path, "data"), cancellationToken, "coordinator,web", new Dictionary<string, string?>
        {
            ["Fleet__Bus__Transport"] = "rabbitmq",
            ["Fleet__Bus__Uri"] = broker.Uri,
            ["Fleet__Bus__KeyFile"] = broker.KeyFile,
            ["Fleet__Store__Provider"] = "postgres",
            ["Fleet__Store__ConnectionString"] = await database.CreateDatabaseAsync(cancellationToken),
            ["Fleet__Lease"] = "00:10:00",
        });
        await using var pool = await DeafPool.StartAsync(broker.Uri, broker.KeyFile, Zones);
        using var person = new Operator(coordinator);
        await person.ImportAsync(await InventoryAsync(folder.Path, cancellationToken), cancellationToken);
        var package = await person.AddPackageAsync(LabPackage.Create(folder.Path, new LabOptions { Zones = [] }).Path, cancellationToken);
        await person.StartAsync("all", package, cancellationToken, "--max-parallel", $"{Zones}", "--max-failures", $"{Zones}");
        await Eventually.BeTrueAsync(() => pool.Heard == Zones, Limit, cancellationToken, () => $"{pool.Heard} of {Zones}; {coordinator.Output}");

        List<TimeSpan> all = [], ready = [];
        for (var round = 0; round < Rounds; round++)
        {
            await coordinator.KillAsync();
            pool.Forget();
            var clock = Stopwatch.StartNew();
            await coordinator.StartAgainAsync(cancellationToken);
            ready.Add(clock.Elapsed);
            await Eventually.BeTrueAsync(() => pool.Heard == Zones, Limit, cancellationToken, () => $"{pool.Heard} of {Zones}; {coordinator.Output}");
            all.Add(pool.LastHeard(clock));
        }

        return Result.Of($"The coordinator is killed with {Zones} zone upgrades in flight → all that it owes is derived and sent again, from its start on", all, 1, Bound, "its start until it is ready", Result.Percentile(ready, 0.5));
    }

    private static async Task<string> InventoryAsync(string folder, CancellationToken cancellationToken)
    {
        var text = new StringBuilder("apiVersion: fleet/v1\nzones:\n");
        for (var i = 1; i <= Zones; i++)
            text.Append($"  - name: z{i:0000}\n    firstbox:\n      host: z{i:0000}.invalid\n      user: root\n      identity: \"file:/dev/null\"\n      hostKey: \"SHA256:{Convert.ToBase64String(SHA256.HashData(BitConverter.GetBytes(i)))[..43]}\"\n    kind: sub\n");
        var path = Path.Combine(folder, "zones.yaml");
        await File.WriteAllTextAsync(path, text.ToString(), cancellationToken);
        return path;
    }
}
