using Fleet.Contracts.Workers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Fleet.Hosting.Bus;

/// <summary>Declares the queue of each pool: workers may not. A pool that appears while everything runs has its queue within seconds.</summary>
/// <param name="pools">Those that there are now, beside the ones that are set.</param>
internal sealed partial class AmqpPools(
    AmqpConnections connections, BusOptions options, Func<CancellationToken, Task<IReadOnlyList<string>>> pools, TimeProvider time, ILogger<AmqpPools> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);
    private IConnection? _on;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var failed = false;
        do
        {
            try
            {
                await DeclareAsync(options.Pools, stoppingToken);
                await DeclareAsync(await pools(stoppingToken), stoppingToken);
                failed = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!failed)
                    LogFailed(e.Message);
                failed = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task DeclareAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var connection = await connections.ForConsumingAsync(cancellationToken);
        // Another broker may be behind a new connection.
        if (connection != _on)
            _declared.Clear();
        _on = connection;
        foreach (var queue in names.Select(Endpoints.Pool).Where(q => !_declared.Contains(q)))
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(AmqpTopology.Work), cancellationToken: cancellationToken);
            await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            await channel.QueueBindAsync(queue, queue, string.Empty, cancellationToken: cancellationToken);
            _declared.Add(queue);
        }
    }

    [LoggerMessage(4050, LogLevel.Warning, "The queues of pools could not be declared, and are tried again: {Reason}")]
    private partial void LogFailed(string reason);
}
