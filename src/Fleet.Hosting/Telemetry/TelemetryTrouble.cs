using System.Diagnostics.Tracing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Hosting.Telemetry;

/// <summary>
/// Says in the log that telemetry does not arrive, and why: the exporter itself tells nobody. Once in five minutes, since it fails with each batch; and nothing else waits for it.
/// </summary>
internal sealed partial class TelemetryTrouble(TimeProvider time, ILogger<TelemetryTrouble> logger) : EventListener, IHostedService
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private long? _toldAt;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
            EnableEvents(eventSource, EventLevel.Error);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // It may be told of what was written before this was made.
        if (logger is null || time is null || eventData.Level > EventLevel.Error)
            return;
        lock (_lock)
        {
            if (_toldAt is { } told && time.GetElapsedTime(told) < Between)
                return;
            _toldAt = time.GetTimestamp();
        }

        LogLost(Reason(eventData));
    }

    /// <summary>The innermost reason is in the text of an exception, whose first lines are enough.</summary>
    private static string Reason(EventWrittenEventArgs written)
    {
        var lines = (written.Payload ?? []).Select(p => p?.ToString() ?? "").SelectMany(p => p.Split('\n')).Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith("at ", StringComparison.Ordinal) && !l.StartsWith("---", StringComparison.Ordinal));
        return string.Join("; ", lines.Take(6));
    }

    [LoggerMessage(4060, LogLevel.Warning, "Telemetry does not arrive, and what is not taken is lost; nothing else suffers: {Reason}")]
    private partial void LogLost(string reason);
}
