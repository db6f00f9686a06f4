using RabbitMQ.Client.Exceptions;

namespace Fleet.Hosting.Bus;

/// <summary>How many messages were set aside; the health check looks.</summary>
public sealed class DeadLetters
{
    private readonly AmqpConnections _connections;

    internal DeadLetters(AmqpConnections connections) => _connections = connections;

    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        var connection = await _connections.ForConsumingAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(AmqpTopology.DeadLetters, cancellationToken)).MessageCount;
        }
        catch (OperationInterruptedException)
        {
            // No coordinator has declared it yet.
            return 0;
        }
    }
}
