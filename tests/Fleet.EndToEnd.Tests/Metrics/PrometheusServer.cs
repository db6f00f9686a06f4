using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Metrics;

/// <summary>A real Prometheus in a folder of its own, that scrapes every second and knows Fleet's rules.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly string folder;
    private readonly ChildProcess process;
    private readonly HttpClient http;

    private PrometheusServer(string folder, ChildProcess process, Uri url)
    {
        this.folder = folder;
        this.process = process;
        http = new HttpClient { BaseAddress = url };
    }

    public static async Task<PrometheusServer> StartAsync(IEnumerable<Uri> targets, string rules, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("fleet-prometheus-").FullName;
        var listen = $"127.0.0.1:{Loopback.FreePort()}";
        var file = Path.Combine(folder, "prometheus.yaml");
        await File.WriteAllTextAsync(
            file,
            $"""
            global: {"{"}scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s{"}"}
            rule_files: ['{rules}']
            scrape_configs:
            - job_name: fleet
              static_configs: [{"{"}targets: [{string.Join(", ", targets.Select(t => $"'{t.Authority}'"))}]{"}"}]

            """,
            cancellationToken);
        var process = ChildProcess.Start(
            "prometheus", [$"--config.file={file}", $"--storage.tsdb.path={Path.Combine(folder, "data")}", $"--web.listen-address={listen}", "--enable-feature=exemplar-storage", "--log.level=warn"], directory: folder);
        var server = new PrometheusServer(folder, process, new Uri($"http://{listen}"));
        await Eventually.BeTrueAsync(server.IsReadyAsync, TimeSpan.FromMinutes(2), cancellationToken, () => process.Output);
        return server;
    }

    /// <summary>The series of an expression over a stretch of time, each with the values that are numbers.</summary>
    public async Task<IReadOnlyList<Series>> RangeAsync(string expression, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var data = await PostAsync("/api/v1/query_range", new() { ["query"] = expression, ["start"] = $"{from.ToUnixTimeSeconds()}", ["end"] = $"{to.ToUnixTimeSeconds()}", ["step"] = "1" }, cancellationToken);
        return [.. data.Items("result").Select(s => new Series(
            s.GetProperty("metric").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!),
            [.. s.Items("values").Select(v => ValueOf(v[1].GetString()!))]))];
    }

    public Task<JsonElement> ExemplarsAsync(string selector, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        PostAsync("/api/v1/query_exemplars", new() { ["query"] = selector, ["start"] = $"{from.ToUnixTimeSeconds()}", ["end"] = $"{to.ToUnixTimeSeconds()}" }, cancellationToken);

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => Data(await http.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken));

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static double ValueOf(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
    };

    private async Task<JsonElement> PostAsync(string path, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent(form);
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
        return Data(await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    private static JsonElement Data(string text)
    {
        var document = JsonDocument.Parse(text).RootElement;
        return document.Text("status") == "success" ? document.GetProperty("data") : throw new InvalidOperationException($"Prometheus refused: {text}");
    }

    private async Task<bool> IsReadyAsync()
    {
        if (process.HasExited)
            throw new InvalidOperationException($"prometheus ended with {process.ExitCode}: {process.Output}");
        try
        {
            using var answer = await http.GetAsync(new Uri("/-/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

internal sealed record Series(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<double> Values)
{
    public bool HasNumbers => Values.Any(double.IsFinite);
}
