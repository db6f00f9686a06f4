using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Server.Chat.Sending;

namespace Fleet.Server.Chat.Feishu;

/// <summary>Calls Feishu's API, in its turn.</summary>
internal sealed class FeishuClient : IDisposable
{
    /// <summary>Who would wait longer is told so: what is said then is old.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(15);

    private readonly HttpClient http = BoundedHttp.Client();
    private readonly FeishuOptions options;
    private readonly FeishuToken tokens;

    /// <summary>Five a second into one chat, and five changes a second of one message.</summary>
    private readonly TokenBuckets rates;
    private string? bot;

    public FeishuClient(FeishuOptions options, TimeProvider clock)
    {
        this.options = options;
        tokens = new FeishuToken(options, http, clock);
        rates = new TokenBuckets(clock, 5, TimeSpan.FromSeconds(1) / 5);
    }

    /// <param name="about">What a limit counts by: a chat, a message.</param>
    /// <exception cref="ChatException">It was not done, or nobody knows.</exception>
    public Task<JsonElement> CallAsync(HttpMethod method, string path, string about, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(method, path, about, () => new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), cancellationToken);

    /// <returns>The key by which a card shows it.</returns>
    /// <exception cref="ChatException">It was not taken, or nobody knows.</exception>
    public async Task<string> PictureAsync(ChatImage image, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Post, "open-apis/im/v1/images", "pictures", Form, cancellationToken);
        return answer.Text("data", "image_key") ?? throw new ChatException(ChatFailure.Refused, "Feishu named no key for a picture");

        HttpContent Form() => new MultipartFormDataContent { { new StringContent("message"), "image_type" }, { new ByteArrayContent(image.Png), "image", "fleet.png" } };
    }

    /// <summary>The bot's open_id: in a group, messages that call somebody else may be told, too.</summary>
    /// <exception cref="ChatException">It is not known.</exception>
    public async Task<string> BotAsync(CancellationToken cancellationToken) =>
        bot ??= (await SendAsync(HttpMethod.Get, "open-apis/bot/v3/info", "bot", () => null, cancellationToken)).Text("bot", "open_id") ?? throw new ChatException(ChatFailure.Refused, "Feishu says of no bot: add the ability to the app");

    public void Dispose()
    {
        tokens.Dispose();
        http.Dispose();
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string about, Func<HttpContent?> content, CancellationToken cancellationToken)
    {
        await rates.WaitAsync(about, Most, cancellationToken);
        try
        {
            for (var tries = 0; tries < 2; tries++)
            {
                var token = await tokens.GetAsync(cancellationToken);
                using var request = new HttpRequestMessage(method, new Uri(options.Host.Api, path)) { Content = content() };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                if (FeishuErrors.Good(path, await http.AskAsync(request, cancellationToken)) is { } answer)
                    return answer;
                // It was revoked before its time; nothing was done with it.
                await tokens.ForgetAsync(token, cancellationToken);
            }

            throw new ChatException(ChatFailure.Refused, $"Feishu takes no token of this app for {path}");
        }
        catch (ChatException e) when (e is { Failure: ChatFailure.Limited, After: { } after })
        {
            rates.Pause(about, after);
            throw;
        }
    }
}
