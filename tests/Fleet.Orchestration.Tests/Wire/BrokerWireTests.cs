using System.Diagnostics.Metrics;
using System.Text;
using Fleet.Contracts;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Hosting.Bus;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Testing;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Fleet.Orchestration.Tests.Wire;

/// <summary>A real broker with TLS, users of least rights, and somebody who has got access to it.</summary>
public sealed class BrokerWireTests(WireFixture wire) : IClassFixture<WireFixture>
{
    private const string Pool = "fleet-pool-default";

    [Theory]
    [InlineData("authority", "is issued by \"CN=Fleet test authority\"")]
    [InlineData("name", "is for broker.example.org, 127.0.0.1, not for the name that it was called by")]
    public async Task A_broker_with_a_wrong_certificate_is_told_nothing(string wrong, string why)
    {
        var settings = wire.BusSettings("coordinator");
        if (wrong == "authority")
            settings["Fleet:Bus:Ca"] = wire.Stranger.File;
        else
            settings["Fleet:Bus:ServerName"] = "other.example.org";
        await using var process = BusHost.Make(settings);
        using var limit = new CancellationTokenSource();

        // The first connection is one beside the bus's: it ends the start.
        var refused = await Should.ThrowAsync<BrokerUnreachableException>(() => process.StartAsync(limit.Token));
        refused.ToString().ShouldContain("AuthenticationException");
        process.Log.ShouldContain(why);
        process.Log.ShouldContain("Fleet__Bus__Ca");

        // The bus's own goes on trying.
        var starting = process.Service<IBusControl>().StartAsync(limit.Token);
        await Eventually.BeTrueAsync(() => process.Log.Split(why).Length > 2, Coordinator.Limit, default, () => process.Log);
        starting.IsCompletedSuccessfully.ShouldBeFalse();
        await limit.CancelAsync();
        await Should.ThrowAsync<Exception>(() => starting);
    }

    [Fact]
    public async Task Workers_and_coordinator_with_users_of_their_own_speak_over_verified_connections()
    {
        await using var coordinator = await BusHost.StartAsync(wire.BusSettings("coordinator"));
        await using var worker = await BusHost.StartAsync(wire.BusSettings("worker"), "default.w1");

        await worker.Service<ICoordinatorLink>().SendAsync(Endpoints.Workers, Beat(1), default);
        await Eventually.BeTrueAsync(() => coordinator.Heard.OfType<WorkerHeartbeat>().Any(b => b.Beat == 1), Coordinator.Limit, default, () => worker.Log);
        await SendAsync(coordinator, $"exchange:{Pool}", Stop(1));
        await SendAsync(coordinator, "exchange:fleet-worker-default.w1?temporary=true", new HeartbeatRecorded("default.w1", 1, [], []));
        await Eventually.BeTrueAsync(() => worker.Heard.OfType<StopPhase>().Any(s => s.Epoch == 1) && worker.Heard.OfType<HeartbeatRecorded>().Any(), Coordinator.Limit, default, () => worker.Log);

        var connections = (await wire.Rabbit.MustAsync(["list_connections", "user", "ssl", "vhost", "--quiet"], default)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(l => l.StartsWith("coordinator\t", StringComparison.Ordinal) || l.StartsWith("worker\t", StringComparison.Ordinal)).ToList();
        connections.Select(l => l.Split('\t')[0]).Distinct().Order().ShouldBe(["coordinator", "worker"]);
        connections.ShouldAllBe(l => l.Contains("\ttrue\t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_waits_until_the_coordinator_has_declared_its_pool()
    {
        await using (var connection = await ConnectAsync("coordinator"))
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.QueueDeleteAsync(Pool);
        }

        await using var worker = BusHost.Make(wire.BusSettings("worker"), "default.w2");
        var starting = worker.StartAsync(default);
        await Eventually.BeTrueAsync(() => worker.Log.Contains($"The queue {Pool} is not there yet", StringComparison.Ordinal), Coordinator.Limit, default, () => worker.Log);

        await using var coordinator = await BusHost.StartAsync(wire.BusSettings("coordinator"));
        await starting;
        await SendAsync(coordinator, $"exchange:{Pool}", Stop(2));
        await Eventually.BeTrueAsync(() => worker.Heard.OfType<StopPhase>().Any(s => s.Epoch == 2), Coordinator.Limit, default, () => worker.Log);
    }

    [Fact]
    public async Task A_worker_can_not_declare_or_bind_publish_commands_or_read_what_is_not_its_own()
    {
        var settings = wire.BusSettings("coordinator");
        settings["Fleet:Bus:Pools"] = "default,other";
        await using var coordinator = await BusHost.StartAsync(settings);
        await using var connection = await ConnectAsync("worker");
        await Eventually.BeTrueAsync(async () => !await RefusesAsync(connection, c => c.QueueDeclarePassiveAsync("fleet-pool-other")), Coordinator.Limit, default, () => coordinator.Log);

        var forbidden = new Dictionary<string, Func<IChannel, Task>>
        {
            ["declare a queue"] = c => c.QueueDeclareAsync("fleet-pool-mine"),
            ["declare a queue with a name by the broker"] = c => c.QueueDeclareAsync(),
            ["declare another pool's inbox"] = c => c.QueueDeclareAsync("fleet-worker-other.w1"),
            ["declare an exchange"] = c => c.ExchangeDeclareAsync("fleet-zone-upgrades", "fanout", durable: true),
            ["delete its pool's queue"] = c => c.QueueDeleteAsync(Pool),
            ["purge another pool's queue"] = c => c.QueuePurgeAsync("fleet-pool-other"),
            ["publish a command to its pool"] = c => c.BasicPublishAsync(Pool, "", mandatory: false, "x"u8.ToArray()).AsTask(),
            ["publish a command to another pool"] = c => c.BasicPublishAsync("fleet-pool-other", "", mandatory: false, "x"u8.ToArray()).AsTask(),
            ["publish to any queue through the default exchange"] = c => c.BasicPublishAsync("", Pool, mandatory: false, "x"u8.ToArray()).AsTask(),
            ["publish what coordinators tell each other"] = c => c.BasicPublishAsync("fleet-rollouts", "", mandatory: false, "x"u8.ToArray()).AsTask(),
            ["read another pool's commands"] = c => c.BasicConsumeAsync("fleet-pool-other", autoAck: true, new AsyncEventingBasicConsumer(c)),
            ["read transcripts"] = c => c.BasicGetAsync(Endpoints.Transcripts, autoAck: true),
            ["read what other workers report"] = c => c.BasicGetAsync(Endpoints.ZoneUpgrades, autoAck: true),
            ["read dead letters"] = c => c.BasicGetAsync("fleet-dead-letters", autoAck: true),
            ["tap an exchange into its own queue"] = async c =>
            {
                await c.QueueDeclareAsync("fleet-worker-default.tap");
                await c.QueueBindAsync("fleet-worker-default.tap", Endpoints.Transcripts, "");
            },
        };
        foreach (var (what, attempt) in forbidden)
            (await RefusesAsync(connection, attempt)).ShouldBeTrue(what);
    }

    [Fact]
    public async Task Somebody_with_access_to_the_broker_can_not_make_a_worker_do_anything()
    {
        await using var coordinator = await BusHost.StartAsync(wire.BusSettings("coordinator"));
        await using var worker = await BusHost.StartAsync(wire.BusSettings("worker"), "default.w3");
        var refused = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var meter = Listen(refused);

        // All rights on the broker, and no key.
        await using var connection = await new ConnectionFactory { Uri = new Uri($"{wire.Rabbit.Uri}/{wire.VirtualHost}") }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var (command, stop) = await OverhearAsync(channel, Pool, () => SendAsync(coordinator, $"exchange:{Pool}", Stop(3)));
        var (beat, heartbeat) = await OverhearAsync(channel, Endpoints.Workers, () => worker.Service<ICoordinatorLink>().SendAsync(Endpoints.Workers, Beat(3), default));
        await Eventually.BeTrueAsync(() => worker.Heard.OfType<StopPhase>().Any(s => s.Epoch == 3), Coordinator.Limit, default, () => worker.Log);

        var changed = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(stop).Replace("\"epoch\": 3", "\"epoch\": 4", StringComparison.Ordinal));
        changed.ShouldNotBe(stop);
        var bare = new BasicProperties { ContentType = command.ContentType };
        await channel.BasicPublishAsync(Pool, "", mandatory: true, bare, stop);
        await channel.BasicPublishAsync(Pool, "", mandatory: true, command, changed);
        await channel.BasicPublishAsync("", "fleet-worker-default.w3", mandatory: true, command, stop);
        await channel.BasicPublishAsync(Pool, "", mandatory: true, beat, heartbeat);
        var readdressed = new BasicProperties(beat) { Headers = new Dictionary<string, object?>(beat.Headers!) { ["fleet-to"] = Pool } };
        await channel.BasicPublishAsync(Pool, "", mandatory: true, readdressed, heartbeat);
        // Even through a binding that makes the exchange look right.
        await channel.ExchangeBindAsync(Pool, Endpoints.Workers, "");
        await channel.BasicPublishAsync(Endpoints.Workers, "", mandatory: true, beat, heartbeat);
        await channel.ExchangeUnbindAsync(Pool, Endpoints.Workers, "");

        await Eventually.BeTrueAsync(() => refused.Count >= 6, Coordinator.Limit, default, () => string.Join(' ', refused));
        refused.Order().ShouldBe(["fleet-pool astray", "fleet-pool astray", "fleet-pool forged", "fleet-pool forged", "fleet-pool unsealed", "fleet-worker astray"]);
        await SendAsync(coordinator, $"exchange:{Pool}", Stop(5));
        await Eventually.BeTrueAsync(() => worker.Heard.OfType<StopPhase>().Any(s => s.Epoch == 5), Coordinator.Limit, default, () => worker.Log);
        worker.Heard.OfType<StopPhase>().Select(s => s.Epoch).ShouldBe([3, 5]);
        worker.Log.ShouldContain($"A message in {Pool} was refused");
        (await wire.Rabbit.MustAsync(["list_queues", "--vhost", wire.VirtualHost, "name", "--quiet"], default)).ShouldNotContain("_skipped");
    }

    [Fact]
    public async Task What_a_worker_does_not_know_is_set_aside_by_the_broker()
    {
        await using var coordinator = await BusHost.StartAsync(wire.BusSettings("coordinator"));
        await using var worker = await BusHost.StartAsync(wire.BusSettings("worker"), "default.w4");
        var before = await coordinator.Service<DeadLetters>().CountAsync(default);
        await SendAsync(coordinator, $"exchange:{Pool}", Beat(9));
        await Eventually.BeTrueAsync(async () => await coordinator.Service<DeadLetters>().CountAsync(default) > before, Coordinator.Limit, default, () => worker.Log);
    }

    private static StopPhase Stop(long epoch) => new(Guid.NewGuid(), epoch, StopMode.Pause, "a test");

    private static WorkerHeartbeat Beat(long beat) => new()
    {
        Contract = ContractNumber.Current,
        WorkerId = "default.w1",
        Pool = "default",
        Host = "h",
        Version = "0",
        Beat = beat,
        At = DateTimeOffset.UnixEpoch,
        MaxZones = 1,
        FreeSlots = 1,
        Holds = [],
    };

    private static async Task SendAsync(BusHost from, string address, object message) => await (await from.Bus.GetSendEndpoint(new Uri(address))).Send(message, message.GetType());

    private async Task<IConnection> ConnectAsync(string user)
    {
        var factory = new ConnectionFactory { Uri = new Uri($"amqp://{user}:{user}@127.0.0.1:{wire.Rabbit.Port}/{wire.VirtualHost}") };
        return await factory.CreateConnectionAsync();
    }

    /// <summary>The broker says 403 and closes the channel; for what is published it does so a moment later.</summary>
    private static async Task<bool> RefusesAsync(IConnection connection, Func<IChannel, Task> attempt)
    {
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        try
        {
            await attempt(channel);
            return false;
        }
        catch (Exception e) when (e is OperationInterruptedException or AlreadyClosedException or RabbitMQ.Client.Exceptions.PublishException)
        {
            return channel.CloseReason is { ReplyCode: 403 or 404 };
        }
    }

    private static async Task<(BasicProperties Properties, byte[] Body)> OverhearAsync(IChannel channel, string exchange, Func<Task> send)
    {
        var tap = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(tap.QueueName, exchange, "");
        await send();
        var heard = await Eventually.GetAsync(() => channel.BasicGetAsync(tap.QueueName, autoAck: true), Coordinator.Limit, default);
        await channel.QueueDeleteAsync(tap.QueueName);
        return (new BasicProperties(heard.BasicProperties), heard.Body.ToArray());
    }

    private static MeterListener Listen(System.Collections.Concurrent.ConcurrentQueue<string> refused)
    {
        var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Name == "fleet.bus.refused") l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => refused.Enqueue($"{tags[0].Value} {tags[1].Value}"));
        listener.Start();
        return listener;
    }
}
