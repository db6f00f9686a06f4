using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Fleet.Hosting.Bus;

/// <summary>Connections beside the bus's own, one to publish, one to consume and one to probe: a broker whose disk is full blocks the publishing one only.</summary>
internal sealed partial class AmqpConnections(BusOptions options, ILogger<AmqpConnections> logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, IConnection> _connections = [];

    public Task<IConnection> ForPublishingAsync(CancellationToken cancellationToken) => GetAsync("publish", cancellationToken);

    public Task<IConnection> ForConsumingAsync(CancellationToken cancellationToken) => GetAsync("consume", cancellationToken);

    /// <summary>Where a message is published only to learn whether the broker takes any.</summary>
    public Task<IConnection> ForProbingAsync(CancellationToken cancellationToken) => GetAsync("probe", cancellationToken);

    private async Task<IConnection> GetAsync(string purpose, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_connections.TryGetValue(purpose, out var known) && known.IsOpen)
                return known;
            if (known is not null)
                await known.DisposeAsync();
            // Recovery is ours: a channel that comes back by itself would hide that unconfirmed frames are gone.
            var factory = new ConnectionFactory { Uri = options.Uri!, AutomaticRecoveryEnabled = false, TopologyRecoveryEnabled = false, ClientProvidedName = $"fleet transcripts {purpose}" };
            BusEncryption.Apply(options, factory.Ssl, LogRefused);
            var connection = await factory.CreateConnectionAsync(cancellationToken);
            LogConnected(purpose);
            return _connections[purpose] = connection;
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values)
            await connection.DisposeAsync();
        _one.Dispose();
    }

    [LoggerMessage(4000, LogLevel.Information, "Connected to the broker to {Purpose}")]
    private partial void LogConnected(string purpose);

    [LoggerMessage(4001, LogLevel.Error, "The broker at {Address} was refused: {Reason}. Fleet__Bus__Ca names the file of an authority to trust, Fleet__Bus__ServerName another name to expect")]
    internal partial void LogRefused(string address, string reason);
}
