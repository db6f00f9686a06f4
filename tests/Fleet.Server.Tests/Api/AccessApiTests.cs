using System.Net;
using System.Net.Http.Headers;

namespace Fleet.Server.Tests.Api;

public sealed class AccessApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("GET", "zones")]
    [InlineData("GET", "rollouts")]
    [InlineData("POST", "zones/import")]
    [InlineData("GET", "packages/0000/content")]
    [InlineData("GET", "runbooks/by-digest/0000")]
    public async Task Without_a_token_nothing_is_answered(string method, string path)
    {
        using var response = await server.Nobody.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/api/v1/{path}"));
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await RunningServer.JsonAsync(response)).GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("access-token-missing");
    }

    [Theory]
    [InlineData("Bearer 0000")]
    [InlineData("Bearer ")]
    [InlineData("Basic b3BlcmF0b3I6b3BlcmF0b3I=")]
    public async Task A_wrong_token_is_refused(string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/zones");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await server.Nobody.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_worker_fetches_runbooks_and_nothing_else()
    {
        var digest = (await server.GetAsync("runbooks"))[0].GetProperty("digest").GetString();
        using var runbook = await server.Worker.GetAsync($"/api/v1/runbooks/by-digest/{digest}");
        runbook.StatusCode.ShouldBe(HttpStatusCode.OK);
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await runbook.Content.ReadAsByteArrayAsync())).ShouldBe(digest);
        using var zones = await server.Worker.GetAsync("/api/v1/zones");
        zones.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var import = await server.Worker.PostAsync("/api/v1/zones/import", new StringContent(RunningServer.Inventory("pek1a")));
        import.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_worker_goes_on_in_the_middle_of_a_package()
    {
        var package = await server.AddPackageAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/packages/{package.GetProperty("digest").GetString()}/content");
        request.Headers.Range = new RangeHeaderValue(10, 19);
        using var response = await server.Worker.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await response.Content.ReadAsByteArrayAsync()).Length.ShouldBe(10);
        response.Content.Headers.ContentRange!.Length.ShouldBe(package.GetProperty("size").GetInt64());
    }
}
