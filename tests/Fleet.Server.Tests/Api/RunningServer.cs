using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fleet.Contracts.Probes;
using Fleet.Contracts.Workers;
using Fleet.Hosting.Bus;
using Fleet.Orchestration;
using Fleet.Server.Access;
using Fleet.Server.Api;
using Fleet.Server.Hardening;
using Fleet.Server.Packages;
using Fleet.Testing;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Tests.Api;

/// <summary>The API on Kestrel on a free loopback port, over SQLite and the in-memory bus; a stand-in for workers answers probes.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    public const string FileName = "qingcloud-installer_4.3.2-20261101_amd64.tar.gz";
    private WebApplication? app;
    private long beats;

    public RunningServer()
        : this(null)
    {
    }

    /// <param name="data">The folder of a server that has ended; null: a new one.</param>
    internal RunningServer(string? data) => Data = data ?? Directory.CreateTempSubdirectory("fleet-api-").FullName;

    public string Data { get; }

    internal Fleet.Server.Access.SignIn.OidcOptions? Oidc { get; init; }

    /// <summary>Set before it starts.</summary>
    public HardeningOptions Hardening { get; init; } = new();

    /// <summary>Set before it starts.</summary>
    public PackageTrustOptions Packages { get; init; } = new();

    public HttpClient Operator { get; private set; } = null!;

    public HttpClient Worker { get; private set; } = null!;

    public HttpClient Nobody { get; private set; } = null!;

    /// <summary>What a look at a firstbox finds.</summary>
    public Func<ProbeFirstbox, Task<IReadOnlyDictionary<string, string>>> Found { get; set; } = _ => Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>());

    public IServiceProvider Services => app!.Services;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Fleet:Data"] = Data, ["Fleet:Transcripts:OwnKey"] = Path.Combine(Data, "transcript-key") });
        // The framework's own switch, which believes everybody: it changes nothing.
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ForwardedHeaders_Enabled"] = "true" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddFleetOrchestration(builder.Configuration);
        builder.Services.AddSingleton(this);
        builder.WebHost.ConfigureKestrel(kestrel => ConnectionLimits.Apply(kestrel.Limits));
        builder.Services.AddFleetServer(builder.Configuration, new ServerOptions { Data = Data, Oidc = Oidc, Hardening = Hardening, Packages = Packages });
        builder.Services.AddFleetBus(
            builder.Configuration,
            bus =>
            {
                bus.AddFleetCoordinator();
                bus.AddConsumer<ProbedByNobody>().Endpoint(e => e.Name = "fleet-pool-default");
            },
            coordinator: true);
        app = builder.Build();
        app.MapFleetServer();
        await app.StartAsync();
        Nobody = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Operator = Client(TokenFile.Operator);
        Worker = Client(TokenFile.Worker);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Data, recursive: true);
    }

    /// <summary>Its data stays.</summary>
    internal async Task StopAsync()
    {
        foreach (var client in new[] { Operator, Worker, Nobody })
            client.Dispose();
        await app!.StopAsync();
        await app.DisposeAsync();
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>();

    public static async Task<IReadOnlyList<string>> CodesAsync(HttpResponseMessage response) =>
        [.. (await JsonAsync(response)).GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("code").GetString()!)];

    public Task<HttpResponseMessage> PostAsync(string path, object body) => Operator.PostAsJsonAsync($"/api/v1/{path}", body, ApiJson.Options);

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Operator.GetAsync($"/api/v1/{path}");
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return await JsonAsync(response);
    }

    public Task<HttpResponseMessage> ImportAsync(params string[] names) => Operator.PostAsync("/api/v1/zones/import", new StringContent(Inventory(names)));

    public static string Inventory(params string[] names) =>
        "apiVersion: fleet/v1\ndefaults: {user: root, identity: file:/etc/fleet/id}\nzones:\n"
        + string.Concat(names.Select(n => $"  - {{name: {n}, kind: sub, firstbox: {{host: {n}.example}}, labels: {{region: {n[..2]}}}}}\n"));

    public async Task<JsonElement> AddPackageAsync()
    {
        var content = Tests.Packages.PackageArchiveTests.Archive(("qingcloud-installer/version.json", """{"installer": "4.3.2", "upgrade": "20261101", "qingcloud": "20261101"}"""));
        using var response = await Operator.PostAsync($"/api/v1/packages?fileName={FileName}", new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } });
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return await JsonAsync(response);
    }

    /// <summary>Makes the pool <c>default</c> one with a worker.</summary>
    public async Task BeatAsync()
    {
        await using (var scope = Services.CreateAsyncScope())
        {
            var workers = await scope.ServiceProvider.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"queue:{Endpoints.Workers}"));
            await workers.Send(new WorkerHeartbeat { Contract = 1, WorkerId = "w1", Pool = "default", Host = "h", Version = "1", Beat = Interlocked.Increment(ref beats), At = DateTimeOffset.UnixEpoch, MaxZones = 0, FreeSlots = 0, Holds = [] });
        }

        await Eventually.BeTrueAsync(async () => (await GetAsync("workers")).EnumerateArray().Any(w => w.GetProperty("alive").GetBoolean()), TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
    }

    /// <summary>Asked for by a test, leave to send a body is waited for: after a second it would be sent all the same, into a connection that was closed.</summary>
    private HttpClient Client(string tokenFile) => new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(2) })
    {
        BaseAddress = Nobody.BaseAddress,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TokenFile.Read(Path.Combine(Data, tokenFile))) },
    };

    private sealed class ProbedByNobody(RunningServer server) : IConsumer<ProbeFirstbox>
    {
        public async Task Consume(ConsumeContext<ProbeFirstbox> context) => await context.RespondAsync(new FirstboxProbed
        {
            Zone = context.Message.Zone,
            WorkerId = "stand-in",
            Stages = [new ProbeStage("route", null)],
            Facts = await server.Found(context.Message),
            HostKeys = [new OfferedHostKey($"{context.Message.Connection.Firstbox.Host}:22", "ssh-ed25519", "SHA256:" + new string('a', 43), null)],
        });
    }
}
