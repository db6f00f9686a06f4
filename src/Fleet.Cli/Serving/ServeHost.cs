using System.Text.Json.Serialization;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Hosting.Bus;
using Fleet.Hosting.Telemetry;
using Fleet.Orchestration;
using Fleet.Orchestration.Transcripts;
using Fleet.Server;
using Fleet.Server.Access;
using Fleet.Worker;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Cli.Serving;

/// <summary>Puts the roles of one process together and runs them until it is told to end.</summary>
internal static class ServeHost
{
    public static async Task<int> RunAsync(IReadOnlyDictionary<string, string?> given, Terminal terminal, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(given);
        var options = ServeOptions.Read(builder.Configuration);
        if (options.Problems.Count > 0)
            throw new CliFailure(ExitCodes.Usage, string.Join(Environment.NewLine, options.Problems));

        Directory.CreateDirectory(options.Data);
        builder.Configuration.AddInMemoryCollection(Derived(options, builder.Configuration));
        Configure(builder, options);
        var app = builder.Build();
        MapHealth(app, options);
        if (options.Web)
            app.MapFleetServer();

        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or Microsoft.Extensions.Options.OptionsValidationException)
        {
            await app.DisposeAsync();
            throw new CliFailure(ExitCodes.Usage, $"fleet serve could not start: {e.Message}");
        }

        Tell(terminal, options);
        await app.WaitForShutdownAsync(cancellationToken);
        await app.DisposeAsync();
        return ExitCodes.Ok;
    }

    private static void Configure(WebApplicationBuilder builder, ServeOptions options)
    {
        var services = builder.Services;
        var configuration = builder.Configuration;
        builder.WebHost.UseUrls(options.Server.Listen);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning).AddFilter("MassTransit", LogLevel.Warning);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(28));
        services.AddSingleton(TimeProvider.System);
        services.AddFleetTelemetry(configuration);

        var stores = options.Coordinator || options.Web;
        if (stores)
            services.AddFleetOrchestration(configuration, reconcile: options.Coordinator);
        if (options.Worker)
            services.AddFleetWorker(configuration, options.WorkerOptions);
        if (options.Web)
            services.AddFleetServer(options.Server);
        services.AddFleetTranscripts(configuration, options.Worker, options.Coordinator ? s => s.GetRequiredService<ITranscripts>() : null);
        services.AddFleetBus(
            configuration,
            bus =>
            {
                if (options.Coordinator)
                    bus.AddFleetCoordinator();
                if (options.Worker)
                    bus.AddFleetWorkerConsumers(options.WorkerOptions);
            },
            coordinator: options.Coordinator);
    }

    /// <summary>What follows from other settings, where it was not set itself.</summary>
    private static Dictionary<string, string?> Derived(ServeOptions options, IConfiguration configuration)
    {
        var derived = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["Fleet:Data"] = options.Data };
        options.Server.Data = options.Data;
        if (options.Worker && configuration["Fleet:Artifacts:Folder"] is null)
            derived["Fleet:Artifacts:Folder"] = Path.Combine(options.Data, "artifacts");
        if (options.Worker && options.Web && configuration["Fleet:Server:Url"] is null)
        {
            derived["Fleet:Server:Url"] = options.Server.Listen;
            if (configuration["Fleet:Server:Token"] is null && configuration["Fleet:Server:TokenFile"] is null)
            {
                if (options.Server.WorkerToken is { } token)
                    derived["Fleet:Server:Token"] = token;
                else
                    derived["Fleet:Server:TokenFile"] = Path.Combine(options.Data, TokenFile.Worker);
            }
        }

        return derived;
    }

    private static void MapHealth(WebApplication app, ServeOptions options)
    {
        app.MapGet("/health/live", () => Results.Text("live")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", async (IServiceProvider services, CancellationToken cancellationToken) =>
        {
            var problems = new List<string>();
            if (options.Coordinator || options.Web)
            {
                foreach (var problem in await services.GetRequiredService<IOrchestrationHealth>().CheckAsync(cancellationToken))
                    problems.Add(global::Fleet.Runbooks.Texts.Text.Render(problem.Code, problem.Args));
            }

            var bus = services.GetRequiredService<IBusControl>().CheckHealth();
            if (bus.Status != BusHealthStatus.Healthy)
                problems.Add(bus.Description);
            return problems.Count == 0
                ? Results.Json(new Health("ready", []))
                : Results.Json(new Health("not ready", problems), statusCode: StatusCodes.Status503ServiceUnavailable);
        }).AllowAnonymous().ExcludeFromDescription();
    }

    private static void Tell(Terminal terminal, ServeOptions options)
    {
        var roles = string.Join(", ", new[] { options.Coordinator ? "coordinator" : null, options.Worker ? "worker" : null, options.Web ? "web" : null }.OfType<string>());
        terminal.Line($"Fleet serves: {roles}");
        if (options.Web)
        {
            terminal.Line($"  API    {options.Server.Listen}");
            if (options.Server.Token is null)
                terminal.Line($"  token  {Path.Combine(options.Data, TokenFile.Operator)}");
        }

        terminal.Line($"  data   {options.Data}");
    }

    private sealed record Health(string State, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string> Problems);
}
