using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Ssh;

internal sealed partial class Firstboxes
{
    [LoggerMessage(4101, LogLevel.Warning, "Zone {Zone}: connecting failed, try {Try} of {Tries}: {Reason}. Again in {Wait}.")]
    private partial void ConnectFailed(string zone, int @try, int tries, string reason, TimeSpan wait);
}
