using System.Net;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Metrics;

/// <summary>Where Prometheus may read.</summary>
[Trait("Speed", "Slow")]
public sealed class ScrapingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_have_a_port_of_their_own_where_nothing_else_is_answered_and_a_wrong_address_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("fleet-scraping-").FullName;
        var own = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
        try
        {
            await using var server = await FleetServer.StartAsync(folder, Cancellation, environment: new Dictionary<string, string?> { ["Fleet__Metrics__Listen"] = own.ToString().TrimEnd('/') });
            (await StatusAsync(own, "/metrics")).ShouldBe(HttpStatusCode.OK);
            (await StatusAsync(own, "/health/live")).ShouldBe(HttpStatusCode.OK);
            (await StatusAsync(own, "/api/v1/zones")).ShouldBe(HttpStatusCode.NotFound);
            (await StatusAsync(own, "/openapi/v1.json")).ShouldBe(HttpStatusCode.NotFound);
            (await StatusAsync(server.Url, "/metrics")).ShouldBe(HttpStatusCode.NotFound);
            (await StatusAsync(server.Url, "/openapi/v1.json")).ShouldBe(HttpStatusCode.OK);

            var (code, output) = await ChildProcess.RunAsync(FleetProgram.File, ["serve", "--data", Path.Combine(folder, "other")], Cancellation, new Dictionary<string, string?> { ["Fleet__Metrics__Listen"] = "http://127.0.0.1:7070/metrics" });
            code.ShouldBe(2);
            output.ShouldContain("Fleet:Metrics:Listen is 'http://127.0.0.1:7070/metrics'");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Beyond_this_machine_the_address_of_the_API_tells_no_metrics()
    {
        var folder = Directory.CreateTempSubdirectory("fleet-scraping-").FullName;
        var port = Loopback.FreePort();
        try
        {
            await using var process = ChildProcess.Start(FleetProgram.File, ["serve", "--data", folder, "--listen", $"http://0.0.0.0:{port}", "--allow-remote"], new Dictionary<string, string?> { ["Fleet__Access__Token"] = "a-token-that-somebody-chose" });
            var url = new Uri($"http://127.0.0.1:{port}");
            await Eventually.BeTrueAsync(async () => await TryAsync(url, "/health/live") == HttpStatusCode.OK, TimeSpan.FromMinutes(4), Cancellation, () => process.Output);
            (await StatusAsync(url, "/metrics")).ShouldBe(HttpStatusCode.NotFound);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<HttpStatusCode?> TryAsync(Uri url, string path)
    {
        try
        {
            return await StatusAsync(url, path);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(Uri url, string path)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(url, path), Cancellation);
        return answer.StatusCode;
    }
}
