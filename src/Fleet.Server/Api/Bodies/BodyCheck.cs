using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace Fleet.Server.Api.Bodies;

/// <summary>Looks through a JSON body before it is bound: the binder would stop at its first error and tell no place.</summary>
internal sealed class BodyCheck(RequestDelegate next, IOptions<JsonOptions> json)
{
    private readonly JsonSerializerOptions options = json.Value.SerializerOptions;

    public async Task InvokeAsync(HttpContext context)
    {
        if (Expected(context) is not { } type)
        {
            await next(context);
            return;
        }

        // Disposed with the request; the binder reads it once more.
        var body = new MemoryStream();
        context.Response.RegisterForDispose(body);
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var problems = BodyReader.Problems(body.GetBuffer().AsSpan(0, (int)body.Length), options.GetTypeInfo(type));
        if (problems.Count > 0)
        {
            await ApiProblem.Of(StatusCodes.Status400BadRequest, [.. problems.Select(ApiError.Of)]).ExecuteAsync(context);
            return;
        }

        body.Position = 0;
        context.Request.Body = body;
        await next(context);
    }

    /// <returns>Null: no JSON is expected here, or it does not come as such; then the endpoint says so.</returns>
    private static Type? Expected(HttpContext context) =>
        context.Request.HasJsonContentType() && context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is { RequestType: { } type } accepts
        && accepts.ContentTypes.Contains("application/json")
            ? type
            : null;
}
