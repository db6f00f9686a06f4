using System.Text;
using Fleet.Contracts.Transcripts;
using Fleet.Contracts.Workers;
using Fleet.Hosting.Bus;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Transcripts;
using Fleet.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;

namespace Fleet.Orchestration.Tests;

public sealed class BrokerFixture : IAsyncLifetime
{
    public PostgresCluster Postgres { get; private set; } = null!;
    public RabbitMqNode Rabbit { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Postgres = await PostgresCluster.StartAsync(CancellationToken.None);
        Rabbit = await RabbitMqNode.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Rabbit.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}

public sealed class BrokerTests(BrokerFixture parts) : IClassFixture<BrokerFixture>
{
    private async Task<Dictionary<string, string?>> SettingsAsync(string? database = null) => new()
    {
        ["Fleet:Bus:Transport"] = "rabbitmq",
        ["Fleet:Bus:Uri"] = parts.Rabbit.Uri,
        ["Fleet:Bus:KeyFile"] = parts.Rabbit.KeyFile,
        ["Fleet:Store:Provider"] = "postgres",
        ["Fleet:Store:ConnectionString"] = database ?? await parts.Postgres.CreateDatabaseAsync(default),
    };

    [Fact]
    public async Task Two_coordinators_on_one_database_and_one_broker_upgrade_every_zone_once()
    {
        var settings = await SettingsAsync();
        var one = new FakeWorker("w1", pool: "p1") { Script = r => r.HurryAsync() };
        var two = new FakeWorker("w2", pool: "p2") { Script = r => r.HurryAsync() };
        await using var first = await Coordinator.StartAsync([one], settings);
        await using var second = await Coordinator.StartAsync([two], settings);
        var zones = Enumerable.Range(1, 8).Select(i => Samples.Zone($"z{i}") with { Pool = i % 2 == 0 ? "p1" : "p2" }).ToArray();
        await first.SeedAsync(zones);

        var rollout = await second.StartRolloutAsync(zones.Select(z => z.Name), maxParallel: 4);
        var ended = await first.WaitForEndAsync(rollout.Id);

        ended.State.ShouldBe(RolloutState.Succeeded);
        foreach (var zone in zones)
        {
            var dispatches = one.DispatchesOf(zone.Name).Concat(two.DispatchesOf(zone.Name)).ToList();
            dispatches.Select(d => d.Phase).Distinct().Count().ShouldBe(7);
            dispatches.Select(d => d.Epoch).ShouldBeUnique();
        }
    }

    [Fact]
    public async Task What_no_queue_takes_is_owed_until_a_worker_is_there()
    {
        var settings = await SettingsAsync();
        var late = new FakeWorker("w3", pool: "late");
        await using var fleet = await Coordinator.StartAsync([], settings);
        await fleet.SeedAsync(Samples.Zone("late1") with { Pool = "late" });
        var rollout = await fleet.StartRolloutAsync(["late1"]);
        await fleet.WaitForAsync(rollout.Id, v => v.Zones[0].Standing == "no-worker");

        await using var other = await Coordinator.StartAsync([late], settings);
        (await fleet.WaitForEndAsync(rollout.Id)).State.ShouldBe(RolloutState.Succeeded);
    }

    [Fact]
    public async Task Transcripts_travel_as_raw_bytes_and_are_stored()
    {
        await using var fleet = await Coordinator.StartAsync([], await SettingsAsync());
        var sink = ActivatorUtilities.CreateInstance<AmqpTranscriptSink>(fleet.Service<IServiceProvider>());
        await using var closing = sink;
        var transcripts = fleet.Service<ITranscripts>();
        var zoneUpgrade = Guid.NewGuid();
        var printed = new byte[300_000];
        Random.Shared.NextBytes(printed);
        // More than fits into one of its pieces: the most that a piece can hide.
        var secret = new byte[110_000];
        Random.Shared.NextBytes(secret);
        for (var offset = 0; offset < printed.Length; offset += 10_000)
        {
            await sink.AppendAsync(
                new TranscriptFrame { ExecutionId = "e", ZoneUpgradeId = zoneUpgrade, Step = "s", Attempt = 2, Offset = offset, Bytes = printed.AsMemory(offset, 10_000), Sealed = offset == 10_000 ? secret : default }, default);
        }

        await Eventually.BeTrueAsync(async () => (await transcripts.FindAsync("e", default))?.Length == printed.Length, Coordinator.Limit, default);
        (await transcripts.ReadAsync("e", 0, printed.Length, default)).Bytes.ToArray().ShouldBe(printed);
        (await transcripts.ListAsync(zoneUpgrade, default)).ShouldHaveSingleItem().Attempt.ShouldBe(2);
        (await transcripts.ReadSealedAsync("e", 0, printed.Length, "ann", default)).Pieces.ShouldHaveSingleItem().ToArray().ShouldBe(secret);
    }

    [Fact]
    public async Task Queues_are_quorum_queues_with_dead_letters()
    {
        await using var fleet = await Coordinator.StartAsync([], await SettingsAsync());
        var (_, queues) = await parts.Rabbit.ControlAsync(["list_queues", "name", "type", "--quiet"], default);
        foreach (var queue in new[] { Endpoints.ZoneUpgrades, Endpoints.Rollouts, Endpoints.Workers, Endpoints.Transcripts, "fleet-dead-letters" })
            queues.ShouldContain($"{queue}\tquorum");

        var factory = new ConnectionFactory { Uri = new Uri(parts.Rabbit.Uri) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var other = await connection.CreateChannelAsync();
        for (var i = 0; i < 3; i++)
            await other.BasicPublishAsync("fleet-dead-letters", string.Empty, Encoding.UTF8.GetBytes("lost"));
        await Eventually.BeTrueAsync(async () => await fleet.Service<DeadLetters>().CountAsync(default) >= 3, Coordinator.Limit, default);
    }
}
