using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Traces;

internal sealed partial class TraceExport
{
    [LoggerMessage(1290, LogLevel.Warning, "Spans of zone upgrades and rollouts are not taken by their receiver; they are owed, and given again until they are")]
    private partial void LogNotTaken(Exception? exception);

    [LoggerMessage(1291, LogLevel.Information, "Spans of zone upgrades and rollouts are taken again")]
    private partial void LogTaken();

    [LoggerMessage(1292, LogLevel.Error, "Spans of zone upgrades and rollouts cannot be written with this runtime: {Problem}")]
    private partial void LogImpossible(string problem);
}
