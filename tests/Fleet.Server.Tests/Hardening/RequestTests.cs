using System.Net;
using System.Net.Http.Headers;
using Fleet.Server.Tests.Api;
using static Fleet.Server.Tests.Api.RunningServer;

namespace Fleet.Server.Tests.Hardening;

public sealed class RequestTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("/api/v1/zones")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/nothing")]
    public async Task A_page_whose_name_was_made_to_mean_this_machine_gets_nothing(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "evil.example" } };
        using var response = await server.Operator.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        (await CodesAsync(response)).ShouldBe(["request-foreign-host"]);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", true)]
    [InlineData("Origin", "http://evil.example", true)]
    [InlineData("Sec-Fetch-Site", "same-origin", false)]
    public async Task A_change_that_a_page_of_another_site_asks_for_is_not_made(string header, string value, bool refused)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/zones/import") { Content = new StringContent("x") };
        request.Headers.Add(header, value);
        using var response = await server.Operator.SendAsync(request);
        (await CodesAsync(response)).Contains("request-foreign-site").ShouldBe(refused);
    }

    [Theory]
    [InlineData("/api/v1/zones", HttpStatusCode.OK)]
    [InlineData("/api/v1/zones/nobody", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/zones?lang=tlh", HttpStatusCode.BadRequest)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    [InlineData("/openapi/v1.json", HttpStatusCode.OK)]
    public async Task Every_answer_tells_browsers_to_run_nothing_frame_nothing_and_keep_nothing(string path, HttpStatusCode status)
    {
        using var response = await server.Operator.GetAsync(path);
        response.StatusCode.ShouldBe(status);
        string Told(string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(' ', values) : "";
        Told("Content-Security-Policy").ShouldBe("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        Told("X-Content-Type-Options").ShouldBe("nosniff");
        Told("X-Frame-Options").ShouldBe("DENY");
        Told("Referrer-Policy").ShouldBe("no-referrer");
        Told("Cross-Origin-Opener-Policy").ShouldBe("same-origin");
        Told("Cross-Origin-Resource-Policy").ShouldBe("same-origin");
        Told("Permissions-Policy").ShouldContain("camera=()");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory]
    [InlineData("rollouts", "application/json", 5, "request-too-large")]
    [InlineData("runbooks", "application/yaml", 5, "request-too-large")]
    [InlineData("zones/import", "application/yaml", 17, "request-too-large")]
    [InlineData("zones/import", "application/yaml", 5, "inventory-empty")]
    public async Task A_body_is_no_larger_than_what_it_is_for(string path, string type, int mebibytes, string expected)
    {
        var body = new ByteArrayContent(new byte[mebibytes << 20]) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{path}") { Content = body, Headers = { ExpectContinue = true } };
        using var response = await server.Operator.SendAsync(request);
        (await CodesAsync(response))[0].ShouldBe(expected);
    }

    [Fact]
    public async Task Json_that_is_nested_without_end_is_refused()
    {
        using var response = await server.Operator.PostAsync("/api/v1/rollouts", new StringContent(string.Concat(Enumerable.Repeat("{\"zones\":", 100_000)), new MediaTypeHeaderValue("application/json")));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_body_that_is_all_wrong_is_told_of_by_its_first_hundred_errors()
    {
        var body = $"{{{string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"n{i}\":1"))}}}";
        using var response = await server.Operator.PostAsync("/api/v1/rollouts", new StringContent(body, new MediaTypeHeaderValue("application/json")));
        (await CodesAsync(response)).Count.ShouldBe(100);
    }
}
