using System.Net;
using System.Text;

namespace Fleet.Server.Tests.Api;

public sealed class BodyApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("zones/probe", "", "request-bad-body 1:1 ")]
    [InlineData("zones/probe", "{\n  \"zones\": \"all\",\n  depth", "request-bad-body 3:3 ")]
    [InlineData("zones/probe", "[]", "request-not-object 1:1 ")]
    [InlineData("zones/probe", "null", "request-not-object 1:1 ")]
    [InlineData("zones/probe", """{"depth": "login"}""", "request-missing 1:1 zones")]
    [InlineData("zones/probe", """{"zones": "all", "zones": "pek1a", "depth": "login"}""", "request-member-twice 1:18 zones")]
    [InlineData("rollouts", """{"zones": "all", "package": "x", "maxParalel": 8}""", "request-unknown-member 1:34 maxParalel")]
    [InlineData("rollouts/none/zones/none/retry", """{"fro": "verify"}""", "request-unknown-member 1:2 fro")]
    [InlineData("rollouts", "{\"zones\": 7,\n \"maxParallel\": \"many\",\n \"auto\": 1, \"é\": {\"a\": [1]}, \"until\": []}",
        "request-not-text 1:11 zones", "request-not-number 2:17 maxParallel", "request-not-flag 3:10 auto", "request-unknown-member 3:13 é", "request-not-text 3:39 until")]
    [InlineData("decisions/none/answer", """{"nodes": "a", "items": ["1", 2, null], "scope": "everything"}""",
        "request-not-list 1:11 nodes", "request-not-text 1:31 items[1]", "request-not-text 1:34 items[2]", "request-bad-value 1:50 scope")]
    public async Task A_wrong_body_is_refused_with_every_error_and_its_place(string path, string body, params string[] expected)
    {
        using var response = await PostAsync(path, body);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var errors = (await RunningServer.JsonAsync(response)).GetProperty("errors").EnumerateArray().ToList();
        errors.Select(e => $"{e.GetProperty("code").GetString()} {e.GetProperty("line").GetInt32()}:{e.GetProperty("column").GetInt32()} {e.GetProperty("path").GetString()}")
            .ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_allowed_is_named()
    {
        using var response = await PostAsync("zones/probe", """{"zone": "all", "zones": "all", "depth": "deep"}""");
        var messages = (await RunningServer.JsonAsync(response)).GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("message").GetString()!).ToList();
        messages[0].ShouldContain("zones, depth");
        messages[1].ShouldContain("host-keys, login, standing");
    }

    [Fact]
    public async Task A_body_in_another_encoding_is_held_to_the_same_fields()
    {
        using var content = new StringContent("""{"zones": "all", "package": "x", "maxParalel": 8}""", Encoding.Unicode, "application/json");
        using var response = await server.Operator.PostAsync("/api/v1/rollouts", content);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_told_about_a_body()
    {
        using var content = new StringContent("{", Encoding.UTF8, "application/json");
        using var response = await server.Nobody.PostAsync("/api/v1/rollouts", content);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body) =>
        server.Operator.PostAsync($"/api/v1/{path}", new StringContent(body, Encoding.UTF8, "application/json"));
}
