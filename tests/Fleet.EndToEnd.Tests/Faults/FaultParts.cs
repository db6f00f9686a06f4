using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>One broker and one database cluster for all fault tests, which run one after the other; each has a virtual host and a database of its own.</summary>
public sealed class FaultParts : IAsyncLifetime
{
    public RabbitMqNode Broker { get; private set; } = null!;

    public PostgresCluster Database { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // A consumer that holds a delivery for a minute loses its channel: no phase may depend on one.
        Broker = await RabbitMqNode.StartAsync(CancellationToken.None, "consumer_timeout = 60000");
        Database = await PostgresCluster.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }
}

[CollectionDefinition(nameof(FaultParts), DisableParallelization = true)]
public sealed class FaultCollection : ICollectionFixture<FaultParts>;
