using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Feishu;

internal sealed partial class FeishuEndpoint
{
    [LoggerMessage(5421, LogLevel.Information, "A request for Feishu from {Address} was refused: {Why}")]
    private partial void LogRefused(string why, string address);

    [LoggerMessage(5422, LogLevel.Warning, "Feishu sent something that could not be read")]
    private partial void LogNotRead();
}
