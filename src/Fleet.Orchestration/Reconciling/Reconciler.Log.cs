using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Reconciling;

internal sealed partial class Reconciler
{
    [LoggerMessage(2200, LogLevel.Error, "Reconciling failed and is tried again")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(2201, LogLevel.Warning, "The lease of zone upgrade {ZoneUpgrade} by worker {Worker} in epoch {Epoch} ran out")]
    private partial void LogLeaseExpired(Guid zoneUpgrade, string worker, long epoch);

    [LoggerMessage(2202, LogLevel.Information, "Still owed, sent again: {Key}")]
    private partial void LogResent(string key);

    [LoggerMessage(2203, LogLevel.Error, "The audit's chain {Chain} does not hold, and is not cut: see fleet audit verify")]
    private partial void LogNotCut(Guid chain);
}
