using System.Net;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Feishu;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Server.Tests.Chat.Feishu;

/// <summary>Fleet's side on Kestrel, with Feishu's double beside it.</summary>
internal sealed class RunningFeishu : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http;

    private RunningFeishu(FeishuDouble feishu, FeishuChat chat, Inbox inbox, WebApplication app)
    {
        (Double, Chat, Inbox, this.app) = (feishu, chat, inbox, app);
        http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public FeishuDouble Double { get; }

    public FeishuChat Chat { get; }

    public Inbox Inbox { get; }

    public static async Task<RunningFeishu> StartAsync(TimeProvider? clock = null)
    {
        var feishu = await FeishuDouble.StartAsync();
        var (chat, inbox) = (Over(feishu, clock), new Inbox());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        chat.Map(app, inbox);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningFeishu(feishu, chat, inbox, app);
    }

    public static FeishuChat Over(FeishuDouble feishu, TimeProvider? clock = null, string secret = FeishuDouble.Secret) => new(
        new FeishuOptions { AppId = "cli_1", AppSecret = secret, EncryptKey = FeishuSealed.Key, Host = new VendorHost(feishu.Url, ["feishu.cn"]), Mentions = FeishuFormTests.Mentions },
        clock ?? TimeProvider.System,
        NullLoggerFactory.Instance);

    public async Task<(HttpStatusCode Code, string Body)> SendAsync(HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task<(HttpStatusCode Code, string Body)> TellAsync(string told) => SendAsync(FeishuSealed.Request(FeishuSealed.Body(told)));

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Chat.Dispose();
        await Double.DisposeAsync();
    }
}
