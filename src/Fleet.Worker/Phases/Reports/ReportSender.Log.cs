using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases.Reports;

internal sealed partial class ReportSender
{
    [LoggerMessage(3101, LogLevel.Warning, "{Report} {Sequence} of zone upgrade {ZoneUpgradeId}, epoch {Epoch}, was not sent; it goes again")]
    private partial void LogSendFailed(Exception exception, string report, Guid zoneUpgradeId, long epoch, long sequence);

    [LoggerMessage(3102, LogLevel.Debug, "Report {Sequence} of zone upgrade {ZoneUpgradeId}, epoch {Epoch}, is not recorded after {Seconds} s; it goes again")]
    private partial void LogNotRecorded(Guid zoneUpgradeId, long epoch, long sequence, double seconds);
}
