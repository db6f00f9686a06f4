using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Fleet.Hosting.Telemetry;

/// <summary>
/// Traces and metrics of every role. They are exported over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set (and the other standard <c>OTEL_*</c> variables);
/// without it nothing leaves the process.
/// </summary>
public static class TelemetryRegistration
{
    public const string SourcePrefix = "Fleet.";

    public static IServiceCollection AddFleetTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("fleet", "fleet", Version(), serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}").AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(SourcePrefix + "*", "MassTransit").AddAspNetCoreInstrumentation(options => options.Filter = context => !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)))
            .WithMetrics(metrics => metrics.AddMeter(SourcePrefix + "*", "MassTransit").AddAspNetCoreInstrumentation());
        if (!string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();
        return services;
    }

    private static string Version() =>
        typeof(TelemetryRegistration).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
