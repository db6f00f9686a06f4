using System.Collections.Concurrent;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Hosting.Bus;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Tests.Wire;

/// <summary>A process's bus by itself: a coordinator that hears heartbeats and the questions of its pool, or a worker that hears stops in its pool and in its own queue.</summary>
internal sealed class BusHost : IAsyncDisposable
{
    private readonly IHost host;
    private readonly Logs logs;

    private BusHost(IHost host, Logs logs) => (this.host, this.logs) = (host, logs);

    public ConcurrentQueue<object> Heard => host.Services.GetRequiredService<ConcurrentQueue<object>>();

    public IBus Bus => host.Services.GetRequiredService<IBus>();

    public string Log => string.Join('\n', logs.Lines);

    public T Service<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public static BusHost Make(Dictionary<string, string?> settings, string? worker = null)
    {
        var logs = new Logs();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddProvider(logs);
        builder.Services.AddSingleton<ConcurrentQueue<object>>();
        if (worker is not null)
            builder.Services.AddSingleton<ICoordinatorLink>(_ => throw new InvalidOperationException("The bus brings a link of its own."));
        builder.Services.AddFleetBus(
            builder.Configuration,
            bus =>
            {
                if (worker is null)
                {
                    bus.AddConsumer<Ears<WorkerHeartbeat>>().Endpoint(e => e.Name = Endpoints.Workers);
                    return;
                }

                bus.AddConsumer<Ears<StopPhase>>().Endpoint(e =>
                {
                    e.Name = Endpoints.Pool("default");
                    e.ConfigureConsumeTopology = false;
                });
                bus.AddConsumer<Ears<HeartbeatRecorded>>().Endpoint(e =>
                {
                    e.Name = Endpoints.Worker(worker);
                    e.Temporary = true;
                    e.ConfigureConsumeTopology = false;
                });
            },
            coordinator: worker is null,
            worker: worker is not null);
        return new BusHost(builder.Build(), logs);
    }

    public static async Task<BusHost> StartAsync(Dictionary<string, string?> settings, string? worker = null)
    {
        var made = Make(settings, worker);
        await made.StartAsync(default);
        return made;
    }

    public Task StartAsync(CancellationToken cancellationToken) => host.StartAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await host.StopAsync(limit.Token);
        host.Dispose();
    }

    internal sealed class Ears<T>(ConcurrentQueue<object> heard) : IConsumer<T>
        where T : class
    {
        public Task Consume(ConsumeContext<T> context)
        {
            heard.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    private sealed class Logs : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue($"{formatter(state, exception)} {exception?.Message}");

        public void Dispose()
        {
        }
    }
}
