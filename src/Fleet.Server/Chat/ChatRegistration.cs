using Fleet.Server.Chat.Buttons;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Chat.Commands;
using Fleet.Server.Chat.Feishu;
using Fleet.Server.Chat.Irc;
using Fleet.Server.Chat.Slack;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat;

/// <summary>Which chats there are. A new one is named here, and nowhere else.</summary>
internal static class ChatRegistration
{
    /// <param name="problems">Gets all that is wrong: the key, the value, what is allowed.</param>
    public static void Check(IConfiguration configuration, List<string> problems) => Read(configuration, problems);

    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ApiCalls>();
        var (options, irc, slack, feishu) = Read(configuration, []);
        if (irc is not null)
            services.AddSingleton<IChat>(s => new IrcChat(irc, options, s.GetRequiredService<ILogger<IrcChat>>(), s.GetRequiredService<TimeProvider>()));
        if (slack is not null)
            services.AddSingleton<IChat>(s => new SlackChat(slack, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()));
        if (feishu is not null)
            services.AddSingleton<IChat>(s => new FeishuChat(feishu, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()));
        if (irc is null && slack is null && feishu is null)
            return;
        services.AddSingleton(options);
        services.AddSingleton<ButtonSeal>();
        services.AddSingleton<Confirmations>();
        services.AddSingleton<ChatInbox>();
        services.AddHostedService<ChatHost>();
    }

    public static void Map(WebApplication app)
    {
        foreach (var chat in app.Services.GetServices<IChat>())
            chat.Map(app, app.Services.GetRequiredService<ChatInbox>());
    }

    private static (ChatOptions Options, IrcOptions? Irc, SlackOptions? Slack, FeishuOptions? Feishu) Read(IConfiguration configuration, List<string> problems)
    {
        var irc = IrcOptions.Read(configuration, problems);
        var slack = SlackOptions.Read(configuration, problems);
        var feishu = FeishuOptions.Read(configuration, problems);
        string?[] names = [irc is null ? null : IrcChat.ChatName, slack is null ? null : SlackChat.ChatName, feishu is null ? null : FeishuChat.ChatName];
        return (ChatOptions.Read(configuration, [.. names.OfType<string>()], problems), irc, slack, feishu);
    }
}
