using Fleet.Contracts.Transcripts;
using Fleet.Contracts.Workers;
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
    private const int MostRedeliveries = 10;

    /// <param name="endpoints">Adds the endpoints of the roles.</param>
    /// <param name="coordinator">This process declares the topology that belongs to no endpoint, and stores transcripts.</param>
    /// <exception cref="InvalidOperationException">The configuration is wrong; all errors at once.</exception>
    public static IServiceCollection AddFleetBus(this IServiceCollection services, IConfiguration configuration, Action<IBusRegistrationConfigurator> endpoints, bool coordinator)
    {
        var problems = new List<string>();
        var options = BusOptions.Read(configuration, problems);
        if (problems.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        if (options.Transport == BusTransport.RabbitMq)
        {
            services.AddSingleton(s => new AmqpConnections(options.Uri!, s.GetRequiredService<ILogger<AmqpConnections>>()));
            services.AddSingleton(s => new DeadLetters(s.GetRequiredService<AmqpConnections>()));
            if (coordinator)
                services.AddHostedService<AmqpTopology>();
        }

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
                bus.AddConfigureEndpointsCallback((_, name, endpoint) => ConfigureQueue(name, endpoint));
                bus.UsingRabbitMq((context, rabbit) => ConfigureRabbit(context, rabbit, options.Uri!));
            }
            else
            {
                bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
            }
        });
        return services;
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
            services.AddHostedService(s => new AmqpTranscriptConsumer(s.GetRequiredService<AmqpConnections>(), store(s), s.GetRequiredService<ILogger<AmqpTranscriptConsumer>>()));
        return services;
    }

    /// <summary>Quorum queues survive a broker's node; what cannot be handled is set aside after some tries instead of circling for ever.</summary>
    internal static void ConfigureQueue(string name, IReceiveEndpointConfigurator endpoint)
    {
        // A worker's own queue, and one for answers to requests, go with their process.
        if (endpoint is not IRabbitMqReceiveEndpointConfigurator rabbit || !name.StartsWith("fleet-", StringComparison.Ordinal) || name.StartsWith(Endpoints.Worker(string.Empty), StringComparison.Ordinal))
            return;
        rabbit.SetQuorumQueue();
        rabbit.SetQueueArgument("x-delivery-limit", MostRedeliveries);
        rabbit.SetQueueArgument("x-overflow", "reject-publish");
        rabbit.SetQueueArgument("x-dead-letter-exchange", AmqpTopology.DeadLetters);
    }

    private static void ConfigureRabbit(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, Uri uri)
    {
        rabbit.Host(uri, host =>
        {
            host.PublisherConfirmation = true;
            host.ConnectionName($"fleet {Environment.MachineName} {Environment.ProcessId}");
        });
        // What no queue is bound for must not be lost in silence.
        rabbit.ConfigureSend(s => s.UseFilter(new MandatoryFilter()));
        rabbit.ConfigurePublish(p => p.UseFilter(new MandatoryFilter()));
        rabbit.ConfigureEndpoints(context);
    }
}
