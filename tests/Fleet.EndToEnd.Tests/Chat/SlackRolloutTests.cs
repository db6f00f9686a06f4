using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Server.Tests.Chat.Slack;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Chat;

/// <summary>The same night by people who are at Slack: its double takes what Slack takes, and refuses what Slack refuses.</summary>
[Trait("Speed", "Slow")]
public sealed class SlackRolloutTests
{
    private const string Channel = "C0OPS";
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private const int Asking = 4;
    private const int Zones = 12;
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);
    private static int triggers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twelve_zones_are_started_approved_by_another_answered_for_all_alike_by_a_button_and_finished_and_one_message_tells_it()
    {
        using var secrets = new TemporaryFolder();
        await using var slack = await SlackDouble.StartAsync();
        await using var site = await EmbeddedFleet.StartAsync([.. Specs("q", "sub+proxy-fails-always", Asking), .. Specs("w", "sub", Zones - Asking)], Cancellation, await SettingsAsync(slack, secrets.Path));
        await LinkAsync(site, "T1:U0ANN", "ann", "operator");
        await LinkAsync(site, "T1:U0BOB", "bob", "approver");
        try
        {
            await RunAsync(site, slack);
        }
        finally
        {
            // For whoever reads what it was like.
            var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "transcripts")).FullName;
            await File.WriteAllLinesAsync(Path.Combine(folder, "slack-rollout.txt"), slack.Calls.Select(c => $"{c.Method} {string.Join(' ', c.Arguments.Where(a => a.Key is "ts" or "thread_ts").Select(a => $"{a.Key}={a.Value}"))}\n{Told(c.Arguments)}"), CancellationToken.None);
        }
    }

    private static async Task RunAsync(EmbeddedFleet site, SlackDouble slack)
    {
        using var http = new HttpClient { BaseAddress = site.Server.Url };
        var plan = await PlanAsync(site);
        await TypesAsync(http, slack, "U0EVE", "status", "is linked to nobody");
        var shown = await TypesAsync(http, slack, "U0ANN", $"start --plan {plan[..12]} --name night", $"plan {plan[..12]}: {Zones} zones");
        await PressesAsync(http, slack, "U0ANN", Button(shown.GetProperty("blocks"), "Start on 12 zones"), "1.0", $"night is there by plan {plan[..12]}");

        // One message tells how it stands; what is asked stands in its thread.
        var main = await PostedAsync(site, slack, c => !c.ContainsKey("thread_ts") && c["text"].Contains("night", StringComparison.Ordinal));
        var approval = await PostedAsync(site, slack, c => c.GetValueOrDefault("thread_ts") == main.Id && c["blocks"].Contains("Approve", StringComparison.Ordinal));
        var approve = Button(JsonDocument.Parse(approval.Arguments["blocks"]).RootElement, "Approve");
        await PressesAsync(http, slack, "U0ANN", approve, approval.Id, "❌");
        await PressesAsync(http, slack, "U0EVE", approve, approval.Id, "is linked to nobody");
        await PressesAsync(http, slack, "U0BOB", approve, approval.Id, "is approved by bob");

        // Four zones ask the same: one post, and one press for all.
        var question = await PostedAsync(site, slack, c => c.GetValueOrDefault("thread_ts") == main.Id && c["blocks"].Contains("(prompt)", StringComparison.Ordinal));
        var all = await Eventually.GetAsync<object>(
            () => Task.FromResult<object?>(Newest(slack, question.Id) is { } newest && TryButton(newest, $"yes (all {Asking})") is { } value ? value : null), Limit, Cancellation, () => site.Server.Output);
        await PressesAsync(http, slack, "U0ANN", (string)all, question.Id, $"yes by ann to {Asking}");
        await Eventually.BeTrueAsync(() => Newest(slack, question.Id) is { } newest && !newest.GetRawText().Contains("\"actions\"", StringComparison.Ordinal) && newest.GetRawText().Contains(": yes by ann", StringComparison.Ordinal), Limit, Cancellation, () => site.Server.Output);
        await PressesAsync(http, slack, "U0ANN", (string)all, question.Id, "pressed already");

        await PostedAsync(site, slack, c => !c.ContainsKey("thread_ts") && c["text"].Contains("night succeeded", StringComparison.Ordinal));
        Newest(slack, main.Id)!.Value.GetRawText().ShouldContain("night succeeded");
        // The message, the end, the approval and the question: whatever happened to twelve zones changed these.
        slack.Calls.Count(c => c.Method == "chat.postMessage").ShouldBe(4);
        var audit = (await site.Operator.GetAsync("/api/v1/audit?rollout=night&limit=5000", Cancellation)).EnumerateArray().ToList();
        audit.Count(a => a.Text("code") == "answer-given" && a.Text("actor") == "ann" && a.Text("source") == $"chat slack/{Channel}").ShouldBe(Asking);
    }

    /// <returns>What was said to the one who typed it.</returns>
    private static Task<JsonElement> TypesAsync(HttpClient http, SlackDouble slack, string user, string text, string answer) => SaysAsync(
        http,
        slack,
        $"command=%2Ffleet&text={Uri.EscapeDataString(text)}&team_id=T1&channel_id={Channel}&user_id={user}&user_name={user}&trigger_id={Trigger()}&response_url={Uri.EscapeDataString(Response(slack))}",
        answer);

    private static Task<JsonElement> PressesAsync(HttpClient http, SlackDouble slack, string user, string value, string message, string answer)
    {
        var payload = new JsonObject
        {
            ["type"] = "block_actions",
            ["trigger_id"] = Trigger(),
            ["response_url"] = Response(slack),
            ["user"] = new JsonObject { ["id"] = user, ["username"] = user, ["team_id"] = "T1" },
            ["channel"] = new JsonObject { ["id"] = Channel },
            ["container"] = new JsonObject { ["message_ts"] = message, ["channel_id"] = Channel },
            ["actions"] = new JsonArray(new JsonObject { ["type"] = "button", ["action_id"] = "fleet-0", ["value"] = value }),
        };
        return SaysAsync(http, slack, $"payload={Uri.EscapeDataString(payload.ToJsonString())}", answer);
    }

    private static async Task<JsonElement> SaysAsync(HttpClient http, SlackDouble slack, string body, string answer)
    {
        var before = slack.Answers.Count;
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var code = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"v0:{time}:{body}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat/slack") { Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded") };
        request.Headers.Add("X-Slack-Request-Timestamp", time);
        request.Headers.Add("X-Slack-Signature", $"v0={Convert.ToHexStringLower(code)}");
        using var taken = await http.SendAsync(request, Cancellation);
        taken.EnsureSuccessStatusCode();
        await Eventually.BeTrueAsync(() => slack.Answers.Count > before, Soon, Cancellation);
        var said = slack.Answers.Last();
        Plain(said.GetRawText()).ShouldContain(answer);
        return said;
    }

    /// <summary>The first message of that kind that was posted, and its id.</summary>
    private static async Task<(string Id, IReadOnlyDictionary<string, string> Arguments)> PostedAsync(EmbeddedFleet site, SlackDouble slack, Func<IReadOnlyDictionary<string, string>, bool> wanted)
    {
        var found = await Eventually.GetAsync<object>(
            () =>
            {
                var posts = slack.Calls.Where(c => c.Method == "chat.postMessage").Select((c, i) => (Id: $"1700000000.{i + 1:000000}", c.Arguments));
                return Task.FromResult<object?>(posts.FirstOrDefault(p => wanted(p.Arguments)) is { Id: not null } post ? post : null);
            },
            Limit,
            Cancellation,
            () => $"{string.Join('\n', slack.Calls.Select(c => $"{c.Method} {c.Arguments.GetValueOrDefault("text")}"))}\n{site.Server.Output}");
        return ((string, IReadOnlyDictionary<string, string>))found;
    }

    /// <summary>What a message shows now; null: it was not changed.</summary>
    private static JsonElement? Newest(SlackDouble slack, string id)
    {
        var changes = slack.Calls.Where(c => c.Method == "chat.update" && c.Arguments["ts"] == id).Select(c => c.Arguments["blocks"]).ToList();
        var posts = slack.Calls.Where(c => c.Method == "chat.postMessage").Select((c, i) => (Id: $"1700000000.{i + 1:000000}", Blocks: c.Arguments["blocks"])).Where(p => p.Id == id).Select(p => p.Blocks);
        return posts.Concat(changes).LastOrDefault() is { } blocks ? JsonDocument.Parse(blocks).RootElement : null;
    }

    private static string Button(JsonElement blocks, string text) => TryButton(blocks, text) ?? throw new InvalidOperationException($"There is no button {text} in {blocks}.");

    private static string? TryButton(JsonElement blocks, string text) => blocks.EnumerateArray()
        .Where(b => b.GetProperty("type").GetString() == "actions")
        .SelectMany(b => b.GetProperty("elements").EnumerateArray())
        .Where(e => e.GetProperty("text").GetProperty("text").GetString() == text)
        .Select(e => e.GetProperty("value").GetString())
        .FirstOrDefault();

    private static string Told(IReadOnlyDictionary<string, string> arguments) => $"  {arguments.GetValueOrDefault("text")}\n  {Plain(arguments.GetValueOrDefault("blocks") ?? "")}";

    /// <summary>Letters beyond ASCII as they are.</summary>
    private static string Plain(string json) => json.Length == 0 ? "" : System.Text.RegularExpressions.Regex.Unescape(json.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal));

    private static string Trigger() => $"t{Interlocked.Increment(ref triggers)}";

    private static string Response(SlackDouble slack) => new Uri(slack.Url, "/response").ToString();

    private static async Task<string> PlanAsync(EmbeddedFleet site)
    {
        var strategy = Path.Combine(site.Folder, "night.yaml");
        await File.WriteAllTextAsync(strategy, "apiVersion: fleet/v1\nname: night\nmaxParallel: 12\nwaves:\n  - name: asking\n    zones: q01,q02,q03,q04\n  - name: rest\napprovals:\n  required: 1\n", Cancellation);
        return (await site.Operator.JsonAsync(Cancellation, "plan", "--zones", "all", "--package", site.Package, "--strategy", strategy)).Text("hash");
    }

    private static Task<string> LinkAsync(EmbeddedFleet site, string account, string name, string role) => site.Operator.DoAsync(Cancellation, "identity", "link", "slack", account, "--name", name, "--role", role);

    private static IEnumerable<ZoneSpec> Specs(string prefix, string profile, int count) => Enumerable.Range(1, count).Select(n => new ZoneSpec($"{prefix}{n:00}", profile));

    private static async Task<Dictionary<string, string?>> SettingsAsync(SlackDouble slack, string folder)
    {
        var (token, secret) = (Path.Combine(folder, "token"), Path.Combine(folder, "secret"));
        await File.WriteAllTextAsync(token, SlackDouble.Token, Cancellation);
        await File.WriteAllTextAsync(secret, Secret, Cancellation);
        return new Dictionary<string, string?>
        {
            ["Fleet__Chat__Slack__Api"] = slack.Api.ToString(),
            ["Fleet__Chat__Slack__TokenFile"] = token,
            ["Fleet__Chat__Slack__SigningSecretFile"] = secret,
            ["Fleet__Chat__Channels__0__Chat"] = "slack",
            ["Fleet__Chat__Channels__0__Channel"] = Channel,
        };
    }
}
