using Fleet.Contracts.Workers;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;

namespace Fleet.Hosting.Bus;

/// <summary>Declares what belongs to no endpoint: dead letters and transcripts. Only the coordinator does, before its endpoints start.</summary>
internal sealed class AmqpTopology(AmqpConnections connections) : IHostedLifecycleService
{
    public const string DeadLetters = "fleet-dead-letters";

    /// <summary>What the queues begin with that answers to requests come on.</summary>
    public const string Answers = "fleet-answers-";

    /// <summary>Tries before a message is set aside.</summary>
    public const int MostRedeliveries = 10;

    private static readonly Dictionary<string, object?> Quorum = new() { ["x-queue-type"] = "quorum" };

    /// <summary>Quorum queues survive a broker's node; what cannot be handled is set aside after some tries instead of circling for ever.</summary>
    public static IReadOnlyDictionary<string, object?> Work { get; } = new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = MostRedeliveries,
        ["x-overflow"] = "reject-publish",
        ["x-dead-letter-exchange"] = DeadLetters,
    };

    private static readonly Dictionary<string, object?> Transcripts = new()
    {
        ["x-queue-type"] = "quorum",
        ["x-overflow"] = "reject-publish",
        ["x-max-length-bytes"] = 1L << 30,
    };

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var connection = await connections.ForConsumingAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(DeadLetters, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(DeadLetters, durable: true, exclusive: false, autoDelete: false, Quorum, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(DeadLetters, DeadLetters, string.Empty, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(Endpoints.Transcripts, durable: true, exclusive: false, autoDelete: false, Transcripts, cancellationToken: cancellationToken);
        // Through an exchange of its own: who may publish to the broker's default one may publish to every queue.
        await channel.ExchangeDeclareAsync(Endpoints.Transcripts, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(Endpoints.Transcripts, Endpoints.Transcripts, string.Empty, cancellationToken: cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
