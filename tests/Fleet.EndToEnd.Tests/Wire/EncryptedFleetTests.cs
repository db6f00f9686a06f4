using Fleet.EndToEnd.Tests.Harness;
using Fleet.EndToEnd.Tests.Profiles;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Wire;

/// <summary>Processes with a user of their own on the broker each, and nothing in clear between them and broker and database.</summary>
[Trait("Speed", "Slow")]
public sealed class EncryptedFleetTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task A_rollout_succeeds_over_verified_connections_with_users_of_least_rights()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        using var authority = new Authority(folder.Path);
        var certificate = authority.Issue(null, "127.0.0.1");
        await using var broker = await RabbitMqNode.StartAsync(cancellation, certificate: certificate);
        await using var database = await PostgresCluster.StartAsync(cancellation, certificate);
        var virtualHost = new Uri(await broker.CreateVirtualHostAsync(cancellation)).AbsolutePath.TrimStart('/');
        foreach (var (user, may) in new[] { ("coordinator", BrokerPermissions.Coordinator), ("worker", BrokerPermissions.Worker("default")) })
            await broker.AddUserAsync(user, virtualHost, may.Configure, may.Write, may.Read, cancellation);
        string Uri(string user) => $"amqps://{user}:{user}@127.0.0.1:{broker.TlsPort}/{virtualHost}";

        await using var site = await DistributedFleet.StartAsync(
            new DistributedOptions
            {
                Zones = [new ZoneSpec("pek1a", "component-fails-once")],
                Workers = 1,
                BrokerUri = Uri("coordinator"),
                WorkerBrokerUri = Uri("worker"),
                Database = $"{await database.CreateDatabaseAsync(cancellation)};SSL Mode=VerifyFull",
                Settings = new Dictionary<string, string?> { ["Fleet__Bus__Ca"] = authority.File, ["Fleet__Store__Ca"] = authority.File },
            },
            cancellation);
        // A probe's answer comes from a worker that may declare nothing for it.
        (await FleetProgram.JsonAsync(site.Coordinators[0], cancellation, "zones", "test", "pek1a")).ToString().ShouldContain("login");

        var rollout = await site.StartAsync("all", cancellation);
        var shown = await site.Operator.SeeThroughAsync(rollout, _ => new Reply("yes"), Limit, cancellation);

        shown.Text("state").ShouldBe("succeeded", $"{shown} {site.Outputs}");
        var connections = await broker.MustAsync(["list_connections", "user", "ssl", "--quiet"], cancellation);
        connections.ShouldNotContain("false");
        connections.ShouldContain("worker\ttrue");
        site.Outputs.ShouldNotContain("ACCESS_REFUSED");
    }
}
