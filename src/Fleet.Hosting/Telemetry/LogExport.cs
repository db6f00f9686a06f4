using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Fleet.Hosting.Telemetry;

/// <summary>What the program logs goes the way of its traces, each line with the trace that it was written in and with its named values, where a collector is configured.</summary>
internal static class LogExport
{
    public static OpenTelemetryBuilder WithFleetLogs(this OpenTelemetryBuilder telemetry, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return telemetry;
        return telemetry.WithLogging(logging => logging.AddProcessor(new ZoneTrace()), options =>
        {
            options.IncludeScopes = true;
            options.IncludeFormattedMessage = true;
            options.ParseStateValues = true;
        });
    }
}
