using Fleet.Orchestration.Identities;
using Fleet.Server.Access.SignIn;
using Fleet.Server.Tests.Api;

namespace Fleet.Server.Tests.Access;

/// <summary>A server whose people come from a real identity provider.</summary>
public sealed class SignedInServer : IAsyncLifetime
{
    public Provider Provider { get; } = new();

    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Provider.StartAsync();
        Server = await StartAsync(null);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Provider.DisposeAsync();
    }

    /// <param name="data">The folder of another server that has ended; null: a new one.</param>
    private async Task<RunningServer> StartAsync(string? data)
    {
        var server = new RunningServer(data)
        {
            Oidc = new OidcOptions
            {
                Authority = Provider.Authority,
                ClientId = Provider.Client,
                ClientSecret = "secret",
                Audience = Provider.Audience,
                Groups = [("ops", new Grant(Role.Operator, Grant.All)), ("north", new Grant(Role.Viewer, "region=pe")), ("heads", new Grant(Role.Approver, Grant.All))],
            },
        };
        await server.InitializeAsync();
        return server;
    }

    /// <summary>Ends it and starts another on the same data.</summary>
    public async Task RestartAsync()
    {
        await Server.StopAsync();
        Server = await StartAsync(Server.Data);
    }
}
