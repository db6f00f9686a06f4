using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Fleet.Hosting.Telemetry;

/// <summary>
/// Traces, metrics and logs of every role. They are exported over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, traces alone when only <c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c> is (and by the other standard <c>OTEL_*</c> variables);
/// without it nothing leaves the process but what Prometheus reads.
/// </summary>
public static class TelemetryRegistration
{
    public const string SourcePrefix = "Fleet.";

    public static IServiceCollection AddFleetTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("fleet", "fleet", Version(), serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}").AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(SourcePrefix + "*", "MassTransit").AddAspNetCoreInstrumentation(options => options.Filter = context => !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)))
            .WithMetrics(metrics => metrics.AddFleetMetrics())
            .WithFleetLogs(configuration);
        if (OtlpTraces.IsSet(configuration, OtlpTraces.Endpoint) || OtlpTraces.IsSet(configuration, OtlpTraces.TracesEndpoint))
            services.AddHostedService<TelemetryTrouble>();
        if (OtlpTraces.IsSet(configuration, OtlpTraces.Endpoint))
            telemetry.UseOtlpExporter();
        else if (OtlpTraces.IsSet(configuration, OtlpTraces.TracesEndpoint))
            telemetry.WithTracing(tracing => tracing.AddOtlpExporter());
        if (!OtlpTraces.AreWanted(configuration))
            return services;
        services.AddSingleton(_ => new KeptSpans(configuration));
        telemetry.WithTracing(tracing => tracing.AddProcessor(s => s.GetRequiredService<KeptSpans>()));
        return services;
    }

    private static string Version() =>
        typeof(TelemetryRegistration).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
