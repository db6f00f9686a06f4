using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Slack;

internal sealed partial class SlackEndpoint
{
    [LoggerMessage(5411, LogLevel.Information, "A request for Slack from {Address} was refused: {Why}")]
    private partial void LogRefused(string why, string address);

    [LoggerMessage(5412, LogLevel.Warning, "Slack sent something that could not be read ({ContentType})")]
    private partial void LogNotRead(string contentType);
}
