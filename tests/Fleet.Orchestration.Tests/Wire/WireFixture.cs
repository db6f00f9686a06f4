using Fleet.Testing;

namespace Fleet.Orchestration.Tests.Wire;

/// <summary>A broker and a database that speak TLS, with certificates of one authority for 127.0.0.1 and <c>localhost</c>, and a virtual host with users of least rights.</summary>
public sealed class WireFixture : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    public Authority Authority { get; private set; } = null!;

    /// <summary>Another authority, which issued nothing here.</summary>
    public Authority Stranger { get; private set; } = null!;

    public RabbitMqNode Rabbit { get; private set; } = null!;

    public PostgresCluster Postgres { get; private set; } = null!;

    public string VirtualHost { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Authority = new Authority(Path.Combine(folder.Path, "authority"));
        Stranger = new Authority(Path.Combine(folder.Path, "stranger"), "Somebody else");
        // The name is for those who call by it; the address 127.0.0.1 is for those who do not.
        var certificate = Authority.Issue(null, "broker.example.org", "127.0.0.1");
        var (rabbit, postgres) = (RabbitMqNode.StartAsync(CancellationToken.None, certificate: certificate), PostgresCluster.StartAsync(CancellationToken.None, certificate));
        (Rabbit, Postgres) = (await rabbit, await postgres);
        VirtualHost = new Uri(await Rabbit.CreateVirtualHostAsync(default)).AbsolutePath.TrimStart('/');
        await AddAsync("coordinator", BrokerPermissions.Coordinator);
        await AddAsync("worker", BrokerPermissions.Worker("default"));
    }

    public async ValueTask DisposeAsync()
    {
        await Rabbit.DisposeAsync();
        await Postgres.DisposeAsync();
        Authority.Dispose();
        Stranger.Dispose();
        folder.Dispose();
    }

    public Dictionary<string, string?> BusSettings(string user, string host = "127.0.0.1") => new()
    {
        ["Fleet:Bus:Transport"] = "rabbitmq",
        ["Fleet:Bus:Uri"] = $"amqps://{user}:{user}@{host}:{Rabbit.TlsPort}/{VirtualHost}",
        ["Fleet:Bus:Ca"] = Authority.File,
        ["Fleet:Bus:KeyFile"] = Rabbit.KeyFile,
    };

    private Task AddAsync(string user, BrokerPermissions may) => Rabbit.AddUserAsync(user, VirtualHost, may.Configure, may.Write, may.Read, default);
}
