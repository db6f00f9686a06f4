using Fleet.Contracts.Transcripts;
using Fleet.Contracts.Workers;
using Fleet.Hosting.Bus.Seals;
using Fleet.Hosting.Bus.Workers;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Fleet.Hosting.Bus;

/// <summary>One bus for whatever roles this process hosts.</summary>
public static class BusRegistration
{
    /// <param name="endpoints">Adds the endpoints of the roles.</param>
    /// <param name="coordinator">This process declares the topology that belongs to no endpoint, and stores transcripts.</param>
    /// <param name="worker">This process is a worker and nothing else: it declares its own queue only, as its user on the broker may.</param>
    /// <param name="pools">Of a coordinator: the pools that zones are in.</param>
    /// <exception cref="InvalidOperationException">The configuration is wrong; all errors at once.</exception>
    public static IServiceCollection AddFleetBus(this IServiceCollection services, IConfiguration configuration, Action<IBusRegistrationConfigurator> endpoints, bool coordinator, bool worker = false,
        Func<IServiceProvider, Func<CancellationToken, Task<IReadOnlyList<string>>>>? pools = null)
    {
        var problems = new List<string>();
        var options = BusOptions.Read(configuration, problems);
        if (problems.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        if (options.Transport == BusTransport.RabbitMq)
            services.AddRabbit(options, coordinator, worker, pools);

        services.AddOptions<MassTransitHostOptions>().Configure(o =>
        {
            o.WaitUntilStarted = true;
            o.StartTimeout = TimeSpan.FromMinutes(2);
            o.StopTimeout = TimeSpan.FromSeconds(25);
        });
        // A conflict that is tried again is told as a warning with its whole stack; what fails in the end is an error.
        services.AddLogging(l => l.AddFilter("MassTransit.ReceiveTransport", LogLevel.Error));
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            endpoints(bus);
            if (options.Transport == BusTransport.RabbitMq)
            {
                bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
                {
                    ConfigureQueue(name, endpoint);
                    endpoint.ConfigureReceive(r => r.UseFilter(new RefusingFilter(context.GetRequiredService<SealingSerializer>())));
                    if (worker)
                        ConfigureWorker(context, name, endpoint);
                });
                bus.UsingRabbitMq((context, rabbit) => ConfigureRabbit(context, rabbit, options));
            }
            else
            {
                bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
            }
        });
        return services;
    }

    private static void AddRabbit(this IServiceCollection services, BusOptions options, bool coordinator, bool worker, Func<IServiceProvider, Func<CancellationToken, Task<IReadOnlyList<string>>>>? pools)
    {
        services.AddSingleton<AmqpConnections>();
        services.AddSingleton(s => new DeadLetters(s.GetRequiredService<AmqpConnections>()));
        services.AddSingleton<Refusals>();
        services.AddSingleton(s => new SealKeys(options.KeyFile!, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<SealKeys>>()));
        services.AddSingleton(s => new SealedMessages(s.GetRequiredService<SealKeys>(), options.AcceptUnsigned, s.GetRequiredService<Refusals>()));
        services.AddSingleton<SealingSerializer>();
        if (worker)
            services.Replace(ServiceDescriptor.Singleton<ICoordinatorLink, UndeclaredLink>());
        if (!coordinator)
            return;
        services.AddHostedService<AmqpTopology>();
        services.AddHostedService(s => new AmqpPools(
            s.GetRequiredService<AmqpConnections>(), options, pools?.Invoke(s) ?? (_ => Task.FromResult<IReadOnlyList<string>>([])), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<AmqpPools>>()));
    }

    /// <summary>How what executions print gets from workers to the store: a call in one process, raw AMQP between processes.</summary>
    /// <param name="worker">This process hosts workers: it gets an <see cref="ITranscriptSink"/>.</param>
    /// <param name="store">This process hosts the coordinator: where frames are stored.</param>
    public static IServiceCollection AddFleetTranscripts(this IServiceCollection services, IConfiguration configuration, bool worker, Func<IServiceProvider, ITranscriptSink>? store)
    {
        var options = BusOptions.Read(configuration, []);
        if (options.Transport == BusTransport.Memory || (worker && store is not null))
        {
            if (worker && store is not null)
                services.AddSingleton(store);
        }
        else if (worker)
        {
            services.AddSingleton<ITranscriptSink, AmqpTranscriptSink>();
        }

        if (options.Transport == BusTransport.RabbitMq && store is not null)
            services.AddHostedService(s => new AmqpTranscriptConsumer(s.GetRequiredService<AmqpConnections>(), store(s), s.GetRequiredService<SealedMessages>(), s.GetRequiredService<ILogger<AmqpTranscriptConsumer>>()));
        return services;
    }

    /// <summary>A worker's own queue, and one for answers to requests, go with their process; all others are <see cref="AmqpTopology.Work"/>.</summary>
    internal static void ConfigureQueue(string name, IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is not IRabbitMqReceiveEndpointConfigurator rabbit || !name.StartsWith("fleet-", StringComparison.Ordinal) || name.StartsWith(Endpoints.Worker(string.Empty), StringComparison.Ordinal))
            return;
        foreach (var (key, value) in AmqpTopology.Work)
            rabbit.SetQueueArgument(key, value!);
    }

    /// <summary>What a worker cannot handle goes back, and after some tries the broker itself sets it aside: the worker may write nowhere else.</summary>
    private static void ConfigureWorker(IServiceProvider services, string name, IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is not IRabbitMqReceiveEndpointConfigurator rabbit)
            return;
        var queue = name.StartsWith(Endpoints.Worker(string.Empty), StringComparison.Ordinal) ? null : name;
        rabbit.ConfigureChannel(c => c.UseFilter(new UndeclaredFilter(queue, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<UndeclaredFilter>>())));
        endpoint.PublishFaults = false;
        endpoint.ConfigureError(e => e.UseFilter(new GivenBack()));
        endpoint.ConfigureDeadLetter(d => d.UseFilter(new GivenBack()));
    }

    private static void ConfigureRabbit(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, BusOptions options)
    {
        var connections = context.GetRequiredService<AmqpConnections>();
        rabbit.Host(options.Uri!, host =>
        {
            host.PublisherConfirmation = true;
            host.ConnectionName($"fleet {Environment.MachineName} {Environment.ProcessId}");
            BusEncryption.Apply(options, host, connections.LogRefused);
        });
        rabbit.OverrideDefaultBusEndpointQueueName($"{AmqpTopology.Answers}{Guid.NewGuid():N}");
        var serializer = context.GetRequiredService<SealingSerializer>();
        rabbit.ClearSerialization();
        rabbit.AddSerializer(serializer);
        rabbit.AddDeserializer(serializer, isDefault: true);
        // What no queue is bound for must not be lost in silence.
        rabbit.ConfigureSend(s => s.UseFilter(new MandatoryFilter()));
        rabbit.ConfigurePublish(p => p.UseFilter(new MandatoryFilter()));
        rabbit.ConfigureEndpoints(context);
    }
}
