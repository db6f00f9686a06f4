using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Server.Chat.Sending;

namespace Fleet.Server.Chat.Slack;

/// <summary>Calls Slack's Web API, in its turn.</summary>
internal sealed class SlackClient(SlackOptions options, TimeProvider clock) : IDisposable
{
    private readonly HttpClient http = BoundedHttp.Client();
    private readonly SlackRates rates = new(clock);

    /// <param name="channel">What a limit counts by; empty: the method alone.</param>
    /// <exception cref="ChatException">It was not done, or nobody knows.</exception>
    public async Task<JsonElement> CallAsync(string method, string channel, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken)
    {
        await rates.WaitAsync(method, channel, cancellationToken);
        try
        {
            return await SendAsync(method, options.Token, arguments, cancellationToken);
        }
        catch (ChatException e) when (e is { Failure: ChatFailure.Limited, After: { } after })
        {
            rates.Pause(method, channel, after);
            throw;
        }
    }

    /// <summary>An address for Socket Mode, for one connection.</summary>
    /// <exception cref="ChatException">There is none to be had.</exception>
    public async Task<Uri> OpenSocketAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAsync("apps.connections.open", options.AppToken!, new Dictionary<string, string>(), cancellationToken);
        return Own(answer.Text("url"), "apps.connections.open");
    }

    /// <summary>Answers a command or a press, seen by who did it.</summary>
    /// <exception cref="ChatException">It was not said, or nobody knows.</exception>
    public async Task AnswerAsync(Uri url, ChatMessage message, CancellationToken cancellationToken)
    {
        // The address came with a verified request; it is looked at nonetheless, since it is called with what Fleet knows.
        var own = Own(url.OriginalString, "response_url");
        var body = new JsonObject
        {
            ["response_type"] = "ephemeral",
            ["replace_original"] = false,
            ["text"] = SlackForm.Summary(message),
            ["blocks"] = SlackForm.Blocks(message, options.Mentions),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, own) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsGood)
            throw new ChatException((int)answer.Status == 429 ? ChatFailure.Limited : ChatFailure.Refused, $"Slack answered {(int)answer.Status} where the answer belongs", answer.After);
    }

    /// <summary>Shows a picture below a message.</summary>
    /// <exception cref="ChatException">It is not there, or nobody knows.</exception>
    public async Task ShowAsync(ChatPost post, ChatImage image, CancellationToken cancellationToken)
    {
        const string Name = "fleet.png";
        var told = CutText.Head(image.Told, 1000);
        var place = await CallAsync("files.getUploadURLExternal", "", new Dictionary<string, string> { ["filename"] = Name, ["length"] = $"{image.Png.Length}", ["alt_txt"] = told }, cancellationToken);
        if (place.Text("file_id") is not { } id)
            throw new ChatException(ChatFailure.Refused, "Slack named no file for a picture");
        using var content = new ByteArrayContent(image.Png) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, Own(place.Text("upload_url"), "files.getUploadURLExternal")) { Content = content };
        var sent = await http.AskAsync(request, cancellationToken);
        if (!sent.IsGood)
            throw new ChatException(ChatFailure.Refused, $"Slack answered {(int)sent.Status} to a picture");
        var files = new JsonArray(new JsonObject { ["id"] = id, ["title"] = CutText.Head(image.Told, 100) }).ToJsonString();
        await CallAsync("files.completeUploadExternal", "", new Dictionary<string, string> { ["files"] = files, ["channel_id"] = post.Place.Channel, ["thread_ts"] = post.Place.Thread ?? post.Id }, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> SendAsync(string method, string token, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Host.Api, method)) { Content = new FormUrlEncodedContent(arguments) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return SlackErrors.Good(method, await http.AskAsync(request, cancellationToken));
    }

    private Uri Own(string? url, string from) => Uri.TryCreate(url, UriKind.Absolute, out var own) && options.Host.Takes(own)
        ? own
        : throw new ChatException(ChatFailure.Refused, $"the address of {from} is not one of Slack's");
}
