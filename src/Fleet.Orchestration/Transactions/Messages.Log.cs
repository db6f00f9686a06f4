using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Transactions;

internal sealed partial class Messages
{
    [LoggerMessage(2100, LogLevel.Warning, "{Message} to {To} was not sent and stays owed: {Reason}")]
    private partial void LogNotSent(string message, string to, string reason);

    [LoggerMessage(2101, LogLevel.Warning, "{Left} messages were not sent, for the broker is away; they stay owed")]
    private partial void LogLeft(int left);
}
