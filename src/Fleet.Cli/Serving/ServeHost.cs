using Fleet.Contracts.Transcripts;
using Fleet.Hosting.Bus;
using Fleet.Hosting.Metrics;
using Fleet.Hosting.Telemetry;
using Fleet.Orchestration;
using Fleet.Orchestration.Traces;
using Fleet.Orchestration.Transcripts;
using Fleet.Orchestration.Workers;
using Fleet.Orchestration.Zones;
using Fleet.Server;
using Fleet.Server.Hardening;
using Fleet.Worker;
using Fleet.Worker.Ssh;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Cli.Serving;

/// <summary>Puts the roles of this process together.</summary>
internal static class ServeHost
{
    /// <summary>What is not handed over by then is taken over by its lease; the whole end takes less than 30 s.</summary>
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(25);

    public static WebApplicationBuilder NewBuilder() => WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });

    /// <param name="person">Somebody is at this process's terminal and can be asked.</param>
    public static WebApplication Build(WebApplicationBuilder builder, ServeSettings settings, bool person)
    {
        AddLogs(builder.Logging);
        var roles = settings.Roles;
        var services = builder.Services;
        services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownLimit);
        builder.WebHost.UseUrls([settings.Server.Listen, .. settings.MetricsListen is { } own ? new[] { own } : []]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            ConnectionLimits.Apply(kestrel.Limits);
        });
        if (settings.Server.IsEncrypted)
            ApiEncryption.Add(builder, settings.Server);
        if (roles.Coordinator || roles.Web)
            services.AddFleetOrchestration(builder.Configuration, reconcile: roles.Coordinator);
        if (roles.Worker)
        {
            if (person)
                services.AddSingleton<ISecretPrompt, TerminalSecrets>();
            services.AddFleetWorker(builder.Configuration, settings.Worker);
        }

        if (roles.Web)
            services.AddFleetServer(builder.Configuration, settings.Server);
        services.AddFleetTranscripts(builder.Configuration, roles.Worker, roles.Coordinator ? Store : null);
        services.AddFleetBus(
            builder.Configuration,
            bus =>
            {
                if (roles.Coordinator)
                    bus.AddFleetCoordinator();
                if (roles.Worker)
                    bus.AddFleetWorkerConsumers(settings.Worker);
            },
            roles.Coordinator,
            worker: roles is { Worker: true, Coordinator: false, Web: false },
            pools: Pools);
        services.AddFleetTelemetry(builder.Configuration);
        services.AddSingleton<IRecordedSpans>(s => new SpansFromRecords(s.GetService<KeptSpans>()));
        services.AddFleetHostingMetrics(builder.Configuration, roles.Coordinator ? Pools : null);
        var app = builder.Build();
        if (settings.Server.IsEncrypted)
            app.UseHsts();
        Scraping.Map(app, settings);
        Health.Map(app);
        if (roles.Web)
            app.MapFleetServer();
        return app;
    }

    private static ITranscriptSink Store(IServiceProvider services) => services.GetRequiredService<ITranscripts>();

    private static Func<CancellationToken, Task<IReadOnlyList<string>>> Pools(IServiceProvider services) =>
        async cancellationToken =>
        [
            .. (await services.GetRequiredService<IWorkers>().ListAsync(cancellationToken)).Select(w => w.Pool)
                .Concat((await services.GetRequiredService<IZones>().ListAsync(selector: null, cancellationToken)).Select(z => z.Zone.Pool)).Distinct(),
        ];

    private static void AddLogs(ILoggingBuilder logs)
    {
        logs.ClearProviders();
        logs.AddFleetConsole();
        logs.AddFilter("Microsoft", LogLevel.Warning);
        // It warns of keys that are not kept where there is no home; nothing of Fleet's is protected by them.
        logs.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // Why it did not start is told in one line.
        logs.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logs.AddFilter("System", LogLevel.Warning);
        logs.AddFilter("MassTransit", LogLevel.Warning);
    }
}
