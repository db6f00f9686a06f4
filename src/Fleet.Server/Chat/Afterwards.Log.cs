using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat;

internal sealed partial class Afterwards
{
    [LoggerMessage(5400, LogLevel.Error, "What came by {What} was acknowledged and not carried out to its end")]
    private partial void LogFailed(Exception exception, string what);
}
