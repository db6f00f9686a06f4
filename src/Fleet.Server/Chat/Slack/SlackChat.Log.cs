using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Slack;

internal sealed partial class SlackChat
{
    [LoggerMessage(5410, LogLevel.Warning, "A picture did not come into {Channel}: {Why}")]
    private partial void LogNoPicture(string why, string channel);
}
