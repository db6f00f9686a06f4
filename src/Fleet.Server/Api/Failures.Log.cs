using Microsoft.Extensions.Logging;

namespace Fleet.Server.Api;

internal sealed partial class Failures
{
    [LoggerMessage(5000, LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFailed(Exception exception, string method, string path);
}
