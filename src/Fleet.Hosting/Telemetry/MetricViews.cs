using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Metrics;

namespace Fleet.Hosting.Telemetry;

/// <summary>What of others' meters is kept, in which buckets, and where all of it is read.</summary>
public static class MetricViews
{
    /// <summary>Series of one instrument; zones are the most that any label counts.</summary>
    private const int Series = 20_000;

    /// <summary>Labels of the bus's instruments that are bounded. A queue of a worker's own has its id in its name, and the text of an exception anything.</summary>
    private static readonly string[] BusLabels = ["messaging.masstransit.message_type", "messaging.masstransit.consumer_type", "messaging.masstransit.exception_type"];

    internal static MeterProviderBuilder AddFleetMetrics(this MeterProviderBuilder metrics) => metrics
        .AddMeter(TelemetryRegistration.SourcePrefix + "*", "MassTransit", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
        .SetExemplarFilter(ExemplarFilterType.TraceBased)
        .AddView(instrument => instrument.Meter.Name == "MassTransit" ? OfBus(instrument) : instrument.Meter.Name.StartsWith(TelemetryRegistration.SourcePrefix, StringComparison.Ordinal) ? new MetricStreamConfiguration { CardinalityLimit = Series } : null)
        .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0);

    /// <summary><c>/metrics</c> for Prometheus, without a token: on the port of <paramref name="port"/> only.</summary>
    public static void MapFleetMetrics(this WebApplication app, int port) =>
        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous().ExcludeFromDescription().Add(endpoint =>
        {
            var scrape = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                if (context.Connection.LocalPort == port)
                    return scrape(context);
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            };
        });

    /// <summary>Its own buckets end at ten seconds, while a retried save alone takes longer.</summary>
    private static MetricStreamConfiguration OfBus(System.Diagnostics.Metrics.Instrument instrument) => instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal)
        ? new ExplicitBucketHistogramConfiguration { TagKeys = BusLabels, Boundaries = instrument.Unit == "ms" ? [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000] : [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600] }
        : new MetricStreamConfiguration { TagKeys = BusLabels };
}
