using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Tests.Chat.Slack;

/// <summary>Slack on loopback, as far as Fleet calls it; it refuses what Slack refuses. Slack's own libraries take it for Slack (<see cref="SlackVendorTests"/>).</summary>
internal sealed class SlackDouble : IAsyncDisposable
{
    public const string Token = "xoxb-1-test";
    public const string AppToken = "xapp-1-test";
    private readonly WebApplication app;
    private readonly CancellationTokenSource stopping = new();
    private int messages;

    private SlackDouble(WebApplication app) => this.app = app;

    /// <summary>Each call that was taken: its method and arguments.</summary>
    public ConcurrentQueue<(string Method, IReadOnlyDictionary<string, string> Arguments)> Calls { get; } = [];

    /// <summary>What was said to a response_url.</summary>
    public ConcurrentQueue<JsonElement> Answers { get; } = [];

    public ConcurrentQueue<byte[]> Uploads { get; } = [];

    /// <summary>Ids of envelopes, as they were acknowledged.</summary>
    public ConcurrentQueue<string> Acknowledged { get; } = [];

    /// <summary>Of connections in Socket Mode: what is sent over each.</summary>
    public ConcurrentQueue<ConcurrentQueue<string>> Sockets { get; } = [];

    /// <summary>What the next call is refused with.</summary>
    public ConcurrentQueue<(int Status, string Body, int? RetryAfter)> Next { get; } = [];

    /// <summary>Given out as upload address; null: the double's own.</summary>
    public string? UploadUrl { get; set; }

    public Uri Url => new(app.Urls.First());

    public Uri Api => new(Url, "/api/");

    public static async Task<SlackDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var slack = new SlackDouble(app);
        app.UseWebSockets();
        app.MapPost("/api/{method}", slack.CallAsync);
        app.MapPost("/response", slack.AnsweredAsync);
        app.MapPost("/upload", slack.UploadedAsync);
        app.Map("/socket", slack.FollowAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return slack;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await app.DisposeAsync();
        stopping.Dispose();
    }

    private async Task CallAsync(HttpContext context)
    {
        var method = (string)context.Request.RouteValues["method"]!;
        if (Next.TryDequeue(out var refusal))
        {
            context.Response.StatusCode = refusal.Status;
            if (refusal.RetryAfter is { } seconds)
                context.Response.Headers.RetryAfter = $"{seconds}";
            await context.Response.WriteAsync(refusal.Body);
            return;
        }

        var form = context.Request.HasFormContentType ? (await context.Request.ReadFormAsync()).ToDictionary(f => f.Key, f => f.Value.ToString()) : [];
        var token = context.Request.Headers.Authorization.ToString();
        var answer = token != $"Bearer {(method == "apps.connections.open" ? AppToken : Token)}" ? Refused("invalid_auth") : Answer(method, form);
        if (answer["ok"]!.GetValue<bool>())
            Calls.Enqueue((method, form));
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private JsonObject Answer(string method, Dictionary<string, string> form)
    {
        if (form.GetValueOrDefault("blocks") is { } blocks && SlackRules.Problem(blocks) is { } problem)
            return Refused($"invalid_blocks: {problem}");
        switch (method)
        {
            case "chat.postMessage" when form.ContainsKey("channel") && form.ContainsKey("text"):
                return new JsonObject { ["ok"] = true, ["channel"] = "C0OPS", ["ts"] = $"1700000000.{Interlocked.Increment(ref messages):000000}" };
            case "chat.update" when form.ContainsKey("channel") && form.ContainsKey("text"):
                return Calls.Any(c => c.Method == "chat.postMessage") && form.GetValueOrDefault("ts")?.StartsWith("1700000000.", StringComparison.Ordinal) == true
                    ? new JsonObject { ["ok"] = true, ["channel"] = form["channel"], ["ts"] = form["ts"] }
                    : Refused("message_not_found");
            case "chat.postEphemeral" when form.ContainsKey("channel") && form.ContainsKey("user"):
                return new JsonObject { ["ok"] = true, ["message_ts"] = "1.0" };
            case "views.open" when form.ContainsKey("trigger_id") && form.ContainsKey("view"):
                return SlackRules.ViewProblem(form["view"]) is { } wrong ? Refused($"invalid_arguments: {wrong}") : new JsonObject { ["ok"] = true };
            case "files.getUploadURLExternal" when form.ContainsKey("filename") && form.ContainsKey("length"):
                return new JsonObject { ["ok"] = true, ["upload_url"] = UploadUrl ?? new Uri(Url, "/upload").ToString(), ["file_id"] = "F1" };
            case "files.completeUploadExternal" when JsonNode.Parse(form["files"])![0]!["id"]!.GetValue<string>() == "F1" && !Uploads.IsEmpty:
                return new JsonObject { ["ok"] = true, ["files"] = new JsonArray() };
            case "apps.connections.open":
                return new JsonObject { ["ok"] = true, ["url"] = new UriBuilder(new Uri(Url, "/socket")) { Scheme = "ws" }.ToString() };
            default:
                return Refused("invalid_arguments");
        }
    }

    private async Task AnsweredAsync(HttpContext context)
    {
        var said = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        if (SlackRules.Problem(said.GetProperty("blocks").GetRawText()) is { } problem)
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync(problem);
            return;
        }

        Answers.Enqueue(said);
        await context.Response.WriteAsync("ok");
    }

    private async Task UploadedAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Uploads.Enqueue(body.ToArray());
        await context.Response.WriteAsync("OK");
    }

    private async Task FollowAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var send = new ConcurrentQueue<string>(["""{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"}}"""]);
        Sockets.Enqueue(send);
        var hearing = HearAsync(socket);
        while (!hearing.IsCompleted && !stopping.IsCancellationRequested)
        {
            if (!send.TryDequeue(out var next))
                await Task.WhenAny(hearing, Task.Delay(20));
            else if (next == "cut")
                context.Abort();
            else
                await socket.SendAsync(Encoding.UTF8.GetBytes(next), WebSocketMessageType.Text, true, stopping.Token);
        }
    }

    private async Task HearAsync(WebSocket socket)
    {
        var piece = new byte[64 << 10];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(piece.AsMemory(), stopping.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                    return;
                if (JsonNode.Parse(piece.AsSpan(0, received.Count))?["envelope_id"]?.GetValue<string>() is { } id)
                    Acknowledged.Enqueue(id);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // Cut off, or the test is over.
        }
    }

    private static JsonObject Refused(string error) => new() { ["ok"] = false, ["error"] = error };
}
