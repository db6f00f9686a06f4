using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Fleet.Hosting.Telemetry;

/// <summary>What the program logs goes the way of its traces, each line with the trace that it was written in and with its named values, where a collector is configured.</summary>
internal static class LogExport
{
    /// <summary>Where the audit is logged, entry by entry. A collector gets all of it, whatever the console is set to.</summary>
    private const string Audit = "Fleet.Orchestration.Metrics.Telling";

    public static OpenTelemetryBuilder WithFleetLogs(this OpenTelemetryBuilder telemetry, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return telemetry;
        telemetry.Services.AddLogging(logging => logging.AddFilter<OpenTelemetryLoggerProvider>(Audit, LogLevel.Debug));
        return telemetry.WithLogging(logging => logging.AddProcessor(new ZoneTrace()), options =>
        {
            options.IncludeScopes = true;
            options.IncludeFormattedMessage = true;
            options.ParseStateValues = true;
        });
    }
}
