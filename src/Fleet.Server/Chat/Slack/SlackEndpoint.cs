using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Slack;

/// <summary>Where Slack calls us. Whose signature is wrong learns nothing but that.</summary>
internal sealed partial class SlackEndpoint(string secret, SlackWork work, TimeProvider clock, ILogger<SlackEndpoint> logger)
{
    public const string Path = "/chat/slack";

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

        if (SlackSignature.Refusal(secret, Single(request, SlackSignature.TimeHeader), Single(request, SlackSignature.Header), body, clock.GetUtcNow()) is { } why)
        {
            LogRefused(why, context.Connection.RemoteIpAddress?.ToString() ?? "?");
            response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var call = SlackReader.Request(body, request.ContentType);
        if (call is SlackCall.Challenge challenge)
        {
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync(challenge.Text, context.RequestAborted);
            return;
        }

        if (call is null)
            LogNotRead(request.ContentType ?? "");
        response.StatusCode = call is null ? StatusCodes.Status400BadRequest : work.TryTake(call) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
    }

    private static string? Single(HttpRequest request, string header) => request.Headers.TryGetValue(header, out var values) && values.Count == 1 ? values[0] : null;
}
