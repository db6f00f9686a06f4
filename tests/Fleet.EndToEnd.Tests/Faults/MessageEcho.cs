using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>Hears every message to the coordinator and to the pool, and gives it to the same queue many times more, mixed with earlier ones.</summary>
internal sealed class MessageEcho : IAsyncDisposable
{
    private static readonly string[] Queues = ["fleet-zone-upgrades", "fleet-rollouts", "fleet-workers", "fleet-pool-default"];

    private readonly IConnection connection;
    private readonly IChannel channel;
    private readonly int times;
    private readonly ConcurrentQueue<(string Queue, BasicProperties Properties, byte[] Body)> heard = [];
    private int echoed;

    private MessageEcho(IConnection connection, IChannel channel, int times) => (this.connection, this.channel, this.times) = (connection, channel, times);

    public int Echoed => echoed;

    public static async Task<MessageEcho> StartAsync(Uri broker, int times, CancellationToken cancellationToken)
    {
        var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(cancellationToken);
        var echo = new MessageEcho(connection, await connection.CreateChannelAsync(cancellationToken: cancellationToken), times);
        foreach (var queue in Queues)
        {
            var spy = await echo.channel.QueueDeclareAsync(cancellationToken: cancellationToken);
            await echo.channel.QueueBindAsync(spy.QueueName, queue, "", cancellationToken: cancellationToken);
            var consumer = new AsyncEventingBasicConsumer(echo.channel);
            consumer.ReceivedAsync += (_, delivery) => echo.EchoAsync(queue, delivery);
            await echo.channel.BasicConsumeAsync(spy.QueueName, autoAck: true, consumer, cancellationToken);
        }

        return echo;
    }

    /// <summary>What nobody can read, what reads as another message, and what has no body.</summary>
    public async Task PoisonAsync(CancellationToken cancellationToken)
    {
        byte[][] bodies = [[], [0xff, 0xfe, 0x00], "{}"u8.ToArray(), "{\"messageType\":[\"urn:message:Fleet.Contracts.Phases:PhaseSucceeded\"],\"message\":{}}"u8.ToArray()];
        foreach (var queue in Queues.Append("fleet-transcripts"))
        {
            foreach (var body in bodies)
                await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { ContentType = "application/vnd.masstransit+json" }, body, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task EchoAsync(string queue, BasicDeliverEventArgs delivery)
    {
        heard.Enqueue((queue, new BasicProperties(delivery.BasicProperties), delivery.Body.ToArray()));
        // Beats are many and say little: a few copies of each are enough.
        var copies = queue == "fleet-workers" ? 2 : times;
        var mixed = heard.Where(h => h.Queue == queue).TakeLast(copies).ToArray();
        Random.Shared.Shuffle(mixed);
        for (var i = 0; i < copies; i++)
        {
            var (_, properties, body) = mixed[i % mixed.Length];
            await channel.BasicPublishAsync("", queue, mandatory: false, properties, body);
            Interlocked.Increment(ref echoed);
        }
    }
}
