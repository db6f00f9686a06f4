using Fleet.Contracts.Workers;
using Fleet.Hosting.Bus;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Fleet.Hosting.Metrics;

/// <summary>Asks the broker now and then how many messages wait in Fleet's queues, and whether it takes any.</summary>
/// <param name="pools">The pools whose queues there are.</param>
internal sealed partial class QueueDepths(
    AmqpConnections connections, HostingMeter meter, Func<CancellationToken, Task<IReadOnlyList<string>>> pools, TimeSpan interval, TimeProvider time, ILogger<QueueDepths> logger) : BackgroundService
{
    private static readonly string[] Own = [AmqpTopology.DeadLetters, Endpoints.ZoneUpgrades, Endpoints.Rollouts, Endpoints.Workers, Endpoints.Checks, Endpoints.Guards, Endpoints.Transcripts];

    private readonly HashSet<IConnection> _watched = [];
    private bool _failed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
            await ReadAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            await ProbeAsync(limit.Token);
            var depths = new Dictionary<string, long>();
            foreach (var queue in Own.Concat((await pools(limit.Token)).Select(Endpoints.Pool)))
            {
                if (await CountAsync(queue, limit.Token) is { } count)
                    depths[queue] = count;
            }

            meter.Show(depths);
            _failed = false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            meter.Show(new Dictionary<string, long>());
            if (meter.Blocked != true)
                meter.Blocked = null;
            // The bus tells of a broker that is away, again and again.
            if (!_failed)
                LogFailed(e.Message);
            _failed = true;
        }
    }

    /// <summary>A broker whose disk is full says so to whoever publishes, and to nobody else. What is published here is for no queue.</summary>
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var connection = await connections.ForProbingAsync(cancellationToken);
        if (_watched.Add(connection))
        {
            _watched.RemoveWhere(c => c != connection);
            meter.Blocked = false;
            connection.ConnectionBlockedAsync += (_, _) => Task.FromResult(meter.Blocked = true);
            connection.ConnectionUnblockedAsync += (_, _) => Task.FromResult(meter.Blocked = false);
        }

        if (meter.Blocked == true)
            return;
        meter.Blocked = false;
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.BasicPublishAsync(string.Empty, "fleet-nobody", ReadOnlyMemory<byte>.Empty, cancellationToken);
    }

    /// <returns>Null: there is no such queue yet.</returns>
    private async Task<long?> CountAsync(string queue, CancellationToken cancellationToken)
    {
        var connection = await connections.ForConsumingAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
        }
        catch (OperationInterruptedException)
        {
            return null;
        }
    }

    [LoggerMessage(4010, LogLevel.Warning, "The broker could not be asked for its queues, whose gauges show nothing meanwhile: {Reason}")]
    private partial void LogFailed(string reason);
}
