using System.Globalization;
using Fleet.Hosting.Bus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Hosting.Metrics;

/// <summary>The gauges of <see cref="HostingMetrics"/>.</summary>
public static class HostingMetricsRegistration
{
    /// <param name="pools">Of a coordinator: the pools whose queues are looked at; null: this process looks at no queues.</param>
    public static IServiceCollection AddFleetHostingMetrics(this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, Func<CancellationToken, Task<IReadOnlyList<string>>>>? pools)
    {
        services.AddSingleton(new DataDisk(Path.GetFullPath(configuration["Fleet:Data"] ?? ".")));
        services.AddSingleton<HostingMeter>();
        // Nobody asks for the meter by itself.
        services.AddHostedService<Awake>();
        var interval = TimeSpan.TryParse(configuration["Fleet:Metrics:Interval"], CultureInfo.InvariantCulture, out var given) && given > TimeSpan.Zero ? given : TimeSpan.FromSeconds(15);
        if (pools is not null && BusOptions.Read(configuration, []).Transport == BusTransport.RabbitMq)
        {
            services.AddHostedService(s => new QueueDepths(
                s.GetRequiredService<AmqpConnections>(), s.GetRequiredService<HostingMeter>(), pools(s), interval, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<QueueDepths>>()));
        }

        return services;
    }

    private sealed class Awake(HostingMeter meter) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = meter;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
