using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Feishu;

/// <summary>Where Feishu calls us. Whose signature is wrong learns nothing but that.</summary>
internal sealed partial class FeishuEndpoint(string key, FeishuWork work, TimeProvider clock, ILogger<FeishuEndpoint> logger)
{
    public const string Path = "/chat/feishu";
    private const int MostToast = 300;

    /// <summary>Open to anybody, since the signature is what tells who it is.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, TakeAsync).AllowAnonymous().ExcludeFromDescription();

    private async Task TakeAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (await RawBody.ReadAsync(request, context.RequestAborted) is not { } body)
        {
            response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        var isSigned = request.Headers.ContainsKey(FeishuSignature.Header);
        var why = FeishuSignature.Refusal(key, Single(request, FeishuSignature.TimeHeader), Single(request, FeishuSignature.NonceHeader), Single(request, FeishuSignature.Header), body, clock.GetUtcNow());
        // When its address is set, Feishu asks without a signature; it is answered what it encrypted itself, and nothing is done.
        var call = why is null || !isSigned ? Read(body) : null;
        if (why is not null && call is not FeishuCall.Challenge)
        {
            LogRefused(why, context.Connection.RemoteIpAddress?.ToString() ?? "?");
            response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (await AnswerAsync(call) is not { } answer)
        {
            response.StatusCode = call is null ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable;
            return;
        }

        response.ContentType = "application/json; charset=utf-8";
        await response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    /// <returns>Null: it was not taken.</returns>
    private async Task<JsonObject?> AnswerAsync(FeishuCall? call)
    {
        switch (call)
        {
            case null:
                LogNotRead();
                return null;
            case FeishuCall.Challenge challenge:
                return new JsonObject { ["challenge"] = challenge.Text };
            case FeishuCall.Command command:
                return work.TryTake(command) ? [] : null;
            case FeishuCall.Press press:
                var (taken, shown) = await work.TryTakeAsync(press);
                return taken ? shown is null ? [] : Toast(shown) : null;
            default:
                return [];
        }
    }

    /// <summary>What is not encrypted is not read, though it were signed: the key is set, so Feishu encrypts.</summary>
    private FeishuCall? Read(byte[] body) => JsonPaths.Object(body)?.Text("encrypt") is { } encrypted && FeishuCipher.Open(key, encrypted) is { } told ? FeishuReader.Read(told) : null;

    private static JsonObject Toast(ChatMessage message) => new()
    {
        ["toast"] = new JsonObject
        {
            ["type"] = message.Mood switch { ChatMood.Good => "success", ChatMood.Bad => "error", ChatMood.Asks => "warning", _ => "info" },
            ["content"] = CutText.Head(string.Join('\n', [MoodSign.Before(message.Mood, message.Title), .. message.Lines]), MostToast),
        },
    };

    private static string? Single(HttpRequest request, string header) => request.Headers.TryGetValue(header, out var values) && values.Count == 1 ? values[0] : null;
}
