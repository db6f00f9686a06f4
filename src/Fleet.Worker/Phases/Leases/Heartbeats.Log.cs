using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases.Leases;

internal sealed partial class Heartbeats
{
    [LoggerMessage(3201, LogLevel.Warning, "Beat {Beat} was not sent")]
    private partial void LogNotSent(Exception exception, long beat);

    [LoggerMessage(3202, LogLevel.Warning, "A beat could not be sent in its time; the next follows in at most {Seconds} s")]
    private partial void LogSlow(double seconds);
}
