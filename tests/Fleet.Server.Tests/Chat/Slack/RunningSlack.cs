using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Slack;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Server.Tests.Chat.Slack;

/// <summary>Fleet's side on Kestrel, with Slack's double beside it.</summary>
internal sealed class RunningSlack : IAsyncDisposable
{
    public const string Secret = "0123456789abcdef0123456789abcdef";
    private readonly WebApplication app;
    private readonly HttpClient http;

    private RunningSlack(SlackDouble slack, SlackChat chat, WebApplication app)
    {
        (Double, Chat, this.app) = (slack, chat, app);
        http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public SlackDouble Double { get; }

    public SlackChat Chat { get; }

    public Inbox Inbox { get; } = new();

    public Uri Answer => new(Double.Url, "/response");

    public static async Task<RunningSlack> StartAsync(string? appToken = null, TimeProvider? clock = null)
    {
        var slack = await SlackDouble.StartAsync();
        var chat = Over(slack, appToken, clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        RunningSlack? running = null;
        chat.Map(app, new Later(() => running!.Inbox));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return running = new RunningSlack(slack, chat, app);
    }

    public static SlackChat Over(SlackDouble slack, string? appToken = null, TimeProvider? clock = null) => new(
        new SlackOptions { Token = SlackDouble.Token, SigningSecret = Secret, AppToken = appToken, Host = new VendorHost(slack.Api, ["slack.com"]), Mentions = SlackFormTests.Mentions },
        clock ?? TimeProvider.System,
        NullLoggerFactory.Instance);

    /// <summary>As Slack sends: signed, now.</summary>
    public Task<HttpResponseMessage> SendAsync(string body, string type = "application/x-www-form-urlencoded", DateTimeOffset? at = null, string? signature = null)
    {
        var time = (at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new HttpRequestMessage(HttpMethod.Post, SlackEndpoint.Path) { Content = new ByteArrayContent(bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } } };
        request.Headers.Add(SlackSignature.TimeHeader, time);
        request.Headers.Add(SlackSignature.Header, signature ?? SlackSignature.Sign(Secret, time, bytes));
        return http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Chat.Dispose();
        await Double.DisposeAsync();
    }

    private sealed class Later(Func<IChatInbox> inbox) : IChatInbox
    {
        public Task<ChatMessage?> CommandAsync(ChatCommand command, CancellationToken cancellationToken) => inbox().CommandAsync(command, cancellationToken);

        public Task<ChatMessage?> PressAsync(ChatPress press, CancellationToken cancellationToken) => inbox().PressAsync(press, cancellationToken);
    }
}
