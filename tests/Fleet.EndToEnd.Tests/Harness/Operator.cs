using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Harness;

/// <summary>What a person does: imports, starts and steers by the program's commands; looks and answers over the API that the commands speak.</summary>
internal sealed class Operator : IDisposable
{
    private readonly FleetServer server;
    private readonly HttpClient http;

    /// <param name="name">Who it is said to be, over the API; null: nobody in particular.</param>
    /// <param name="token">The person's own; null: the shared one.</param>
    public Operator(FleetServer server, string? name = null, string? token = null)
    {
        this.server = server;
        http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token ?? server.ClientEnvironment["FLEET_TOKEN"]);
        if (name is not null)
            http.DefaultRequestHeaders.Add("Fleet-User", name);
    }

    public Task ImportAsync(string inventory, CancellationToken cancellationToken) => DoAsync(cancellationToken, "zones", "import", inventory);

    /// <summary>Adds a package file and returns the id that rollouts name.</summary>
    /// <param name="signature">The file of its signature; null: none.</param>
    public async Task<string> AddPackageAsync(string file, CancellationToken cancellationToken, string? signature = null) =>
        (await FleetProgram.JsonAsync(server, cancellationToken, ["packages", "add", file, .. signature is null ? Array.Empty<string>() : ["--signature", signature]])).GetProperty("id").GetString()!;

    /// <summary>Starts a rollout and returns its id.</summary>
    public async Task<string> StartAsync(string zones, string package, CancellationToken cancellationToken, params string[] more) =>
        (await FleetProgram.JsonAsync(server, cancellationToken, ["rollout", "start", "--zones", zones, "--package", package, .. more])).GetProperty("id").GetString()!;

    /// <summary>Runs a command that must end with 0 and returns what it printed.</summary>
    public async Task<string> DoAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var (code, output) = await FleetProgram.RunAsync(server, arguments, cancellationToken);
        return code == 0 ? output : throw new InvalidOperationException($"fleet {string.Join(' ', arguments)} ended with {code}: {output}");
    }

    public Task<JsonElement> JsonAsync(CancellationToken cancellationToken, params string[] arguments) => FleetProgram.JsonAsync(server, cancellationToken, arguments);

    public Task<JsonElement> ShowAsync(string rollout, CancellationToken cancellationToken) => GetAsync($"/api/v1/rollouts/{rollout}", cancellationToken);

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"GET {path}: {(int)answer.StatusCode} {text}");
    }

    /// <summary>All that an execution printed, from an offset on and as far as it is stored; fails where a piece does not follow the one before.</summary>
    /// <summary>One request that must be taken.</summary>
    public async Task PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, JsonSerializerOptions.Web, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path} was refused: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    public async Task<byte[]> ReadTranscriptAsync(string execution, CancellationToken cancellationToken, long from = 0)
    {
        using var all = new MemoryStream();
        while (true)
        {
            using var answer = await http.GetAsync(new Uri($"/api/v1/transcripts/{execution}?offset={from + all.Length}", UriKind.Relative), cancellationToken);
            answer.EnsureSuccessStatusCode();
            answer.Headers.GetValues("Fleet-Offset").Single().ShouldBe((from + all.Length).ToString(), execution);
            var piece = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            if (piece.Length == 0)
                return all.ToArray();
            all.Write(piece);
        }
    }

    /// <summary>All bytes that a step's newest execution printed, once what it prints last has arrived: bytes may be on their way still when the step has ended.</summary>
    public async Task<byte[]> TranscriptAsync(string rollout, string zone, string step, string last, CancellationToken cancellationToken)
    {
        var list = $"/api/v1/rollouts/{rollout}/zones/{zone}/transcripts";
        JsonElement found = default;
        await Eventually.BeTrueAsync(
            async () =>
            {
                found = (await GetAsync(list, cancellationToken)).EnumerateArray().LastOrDefault(t => t.Text("step") == step);
                return found.ValueKind == JsonValueKind.Object
                    && System.Text.Encoding.Latin1.GetString(await ReadTranscriptAsync(found.Text("executionId"), cancellationToken, Math.Max(0, found.GetProperty("length").GetInt64() - 4096))).Contains(last, StringComparison.Ordinal);
            },
            TimeSpan.FromMinutes(6), cancellationToken, () => found.ToString());
        return await ReadTranscriptAsync(found.Text("executionId"), cancellationToken);
    }

    public async Task<IReadOnlyList<JsonElement>> OpenDecisionsAsync(CancellationToken cancellationToken) =>
        [.. (await GetAsync("/api/v1/decisions", cancellationToken)).EnumerateArray().Where(d => d.Text("state") == "open")];

    /// <summary>Decisions whose answer was taken.</summary>
    public HashSet<string> Given { get; } = [];

    /// <summary>The body's text where it was refused; null where it was taken.</summary>
    public async Task<string?> AnswerAsync(string decision, Reply reply, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(new Uri($"/api/v1/decisions/{decision}/answer", UriKind.Relative), reply, JsonSerializerOptions.Web, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            return await answer.Content.ReadAsStringAsync(cancellationToken);
        Given.Add(decision);
        return null;
    }

    /// <summary>
    /// Watches a rollout to its end and answers what it asks; null leaves a decision open. Ends when the rollout has, or when all that is left waits on
    /// decisions that were left open.
    /// </summary>
    public async Task<JsonElement> SeeThroughAsync(string rollout, Func<JsonElement, Reply?> answer, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        within.CancelAfter(limit);
        var left = new HashSet<string>(StringComparer.Ordinal);
        var refused = "";
        JsonElement shown = default;
        try
        {
            while (true)
            {
                shown = await ShowAsync(rollout, within.Token);
                if (shown.Text("state") is "succeeded" or "failed" or "aborted")
                    return shown;
                var open = await OpenDecisionsAsync(within.Token);
                foreach (var decision in open)
                {
                    var id = decision.Text("id");
                    if (left.Contains(id))
                        continue;
                    if (answer(decision) is not { } reply)
                        left.Add(id);
                    else if (await AnswerAsync(id, reply, within.Token) is { } problem)
                        refused = $"The last answer that was refused: {reply} to {decision}: {problem}";
                }

                var zones = shown.Items("zones").Select(z => z.Text("state")).ToList();
                // What is left open now: one of before may be withdrawn meanwhile, and an abort withdraws every prompt.
                var waits = open.Count > 0 && open.All(d => left.Contains(d.Text("id"))) && !(shown.Text("state") == "aborting" && open.Any(d => d.Text("kind") == "prompt"));
                if (waits && zones.Contains("held") && !zones.Contains("running") && !zones.Contains("waiting"))
                    return shown;
                await Task.Delay(250, within.Token);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var unanswered = await OpenDecisionsAsync(cancellationToken);
            throw new TimeoutException(
                $"""
                The rollout did not come to its end within {limit}.
                {string.Join(Environment.NewLine, shown.Items("zones").Where(z => z.Text("state") is "running" or "held" or "waiting").Select(z => $"  {z.Text("name")} {z.Text("state")} {z.TextOrNull("phase")}/{z.TextOrNull("step")}"))}
                Open: {string.Join(Environment.NewLine, unanswered.Select(d => $"  {d.Text("zone")} {d.Text("kind")} {d.Text("step")} {d.Text("question")}"))}
                {refused}
                The server printed: {Tail(server.Output)}
                """,
                e);
        }
    }

    public void Dispose() => http.Dispose();

    private static string Tail(string text) => text.Length <= 8000 ? text : text[^8000..];
}

/// <summary>An answer to a decision, as the API takes it.</summary>
internal sealed record Reply(string Choice, string? Comment = "answered by the test", IReadOnlyList<string>? Nodes = null, IReadOnlyList<string>? Items = null, string? From = null, string? Text = null, IReadOnlyList<string>? Typed = null);

internal static class Json
{
    public static string Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : throw new InvalidOperationException($"No {name} in {element}");

    public static string? TextOrNull(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
}
