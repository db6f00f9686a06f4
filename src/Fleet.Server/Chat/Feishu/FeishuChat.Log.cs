using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Feishu;

internal sealed partial class FeishuChat
{
    [LoggerMessage(5420, LogLevel.Warning, "A picture was not taken by Feishu: {Why}")]
    private partial void LogNoPicture(string why);
}
