using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Slack;

internal sealed partial class SlackSocket
{
    [LoggerMessage(5413, LogLevel.Information, "Connected to Slack")]
    private partial void LogConnected();

    [LoggerMessage(5414, LogLevel.Warning, "No connection to Slack, try {Failures}: {Why}")]
    private partial void LogLost(string why, int failures);

    [LoggerMessage(5415, LogLevel.Warning, "Slack sent something that could not be read ({Kind})")]
    private partial void LogNotRead(string kind);

    [LoggerMessage(5416, LogLevel.Error, "Too much comes from Slack at once; {Kind} was not carried out")]
    private partial void LogTooMuch(string kind);
}
