using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Server.Chat;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Tests.Chat.Feishu;

/// <summary>Feishu on loopback, as far as Fleet calls it; Feishu's own client takes it for Feishu (<see cref="FeishuVendorTests"/>).</summary>
internal sealed class FeishuDouble : IAsyncDisposable
{
    public const string Secret = "app-secret";
    private readonly WebApplication app;
    private int messages;
    private int tokens;

    private FeishuDouble(WebApplication app) => this.app = app;

    /// <summary>Each call that was taken: its path and body.</summary>
    public ConcurrentQueue<(string Path, JsonElement Body)> Calls { get; } = [];

    public ConcurrentQueue<byte[]> Pictures { get; } = [];

    /// <summary>What the next call is refused with.</summary>
    public ConcurrentQueue<(int Status, string Body, int? RetryAfter)> Next { get; } = [];

    /// <summary>How many tokens were given; the last one counts.</summary>
    public int Tokens => Volatile.Read(ref tokens);

    public Uri Url => new(app.Urls.First());

    public static async Task<FeishuDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var feishu = new FeishuDouble(app);
        app.Run(feishu.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return feishu;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.TrimStart('/');
        var body = await RawBody.ReadAsync(context.Request, context.RequestAborted) ?? [];
        context.Response.ContentType = "application/json; charset=utf-8";
        if (path == "open-apis/auth/v3/tenant_access_token/internal")
        {
            var given = JsonPaths.Object(body)!.Value;
            await context.Response.WriteAsync(given.Text("app_id") == "cli_1" && given.Text("app_secret") == Secret
                ? $$"""{"code":0,"msg":"ok","tenant_access_token":"t-{{Interlocked.Increment(ref tokens)}}","expire":7200}"""
                : """{"code":10014,"msg":"app secret invalid"}""");
            return;
        }

        if (Next.TryDequeue(out var refusal))
        {
            context.Response.StatusCode = refusal.Status;
            if (refusal.RetryAfter is { } seconds)
                context.Response.Headers.RetryAfter = $"{seconds}";
            await context.Response.WriteAsync(refusal.Body);
            return;
        }

        var answer = context.Request.Headers.Authorization.ToString() != $"Bearer t-{Tokens}" ? Refused(99991663, "token invalid") : Answer(context.Request, path, body);
        context.Response.StatusCode = answer["code"]!.GetValue<int>() == 0 ? 200 : 400;
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private JsonObject Answer(HttpRequest request, string path, byte[] body)
    {
        if (path == "open-apis/bot/v3/info")
            return new JsonObject { ["code"] = 0, ["bot"] = new JsonObject { ["open_id"] = "ou_bot" } };
        if (path == "open-apis/im/v1/images")
        {
            if (request.ContentType?.StartsWith("multipart/form-data", StringComparison.Ordinal) != true)
                return Refused(234001, "no form");
            Pictures.Enqueue(body);
            return new JsonObject { ["code"] = 0, ["data"] = new JsonObject { ["image_key"] = "img_1" } };
        }

        if (!path.StartsWith("open-apis/im/v1/messages", StringComparison.Ordinal) || JsonPaths.Object(body) is not { } json || json.Text("content") is not { } card || Encoding.UTF8.GetByteCount(card) > 30_000)
            return Refused(230001, "invalid request");
        if (FeishuRules.Problem(card) is { } problem)
            return Refused(230099, problem);
        var parts = path.Split('/');
        var isRight = (request.Method, parts.Length) switch
        {
            ("POST", 4) => json.Text("receive_id") is not null && request.Query["receive_id_type"] == "chat_id" && json.Text("msg_type") == "interactive",
            ("POST", 6) => parts[5] == "reply" && json.Text("msg_type") == "interactive",
            ("PATCH", 5) => true,
            _ => false,
        };
        if (!isRight)
            return Refused(230001, "invalid request");
        if (request.Method == "PATCH" && parts[4] != "om_1")
            return Refused(230011, "The message was withdrawn.");
        Calls.Enqueue((path, json));
        return new JsonObject { ["code"] = 0, ["msg"] = "success", ["data"] = new JsonObject { ["message_id"] = $"om_{Interlocked.Increment(ref messages)}" } };
    }

    private static JsonObject Refused(int code, string message) => new() { ["code"] = code, ["msg"] = message };
}
