using System.Net;
using System.Net.Http.Headers;
using Fleet.Server.Hardening;
using Fleet.Server.Tests.Api;
using static Fleet.Server.Tests.Api.RunningServer;

namespace Fleet.Server.Tests.Hardening;

public sealed class RateTests
{
    [Fact]
    public async Task Who_guesses_tokens_is_slowed_down_and_who_has_one_goes_on()
    {
        await using var server = new RunningServer { Hardening = new HardeningOptions { FailedSignInsPerMinute = 3 } };
        await server.InitializeAsync();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
        {
            using var response = await GuessAsync(server, i);
            answers.Add(response.StatusCode);
        }

        answers.ShouldBe([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests]);
        using var last = await GuessAsync(server, 6);
        last.Headers.RetryAfter.ShouldNotBeNull().Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        (await CodesAsync(last)).ShouldBe(["access-too-many-failures"]);
        (await server.Operator.GetAsync("/api/v1/zones")).StatusCode.ShouldBe(HttpStatusCode.OK, "from the same address");
    }

    [Fact]
    public async Task One_identity_cannot_keep_the_server_for_itself()
    {
        await using var server = new RunningServer { Hardening = new HardeningOptions { RequestsPerSecond = 1 } };
        await server.InitializeAsync();
        for (var i = 0; i < 500; i++)
        {
            using var response = await server.Operator.GetAsync("/api/v1/zones");
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
                continue;
            i.ShouldBeGreaterThanOrEqualTo(20, "twenty times as many at once");
            response.Headers.RetryAfter.ShouldNotBeNull();
            (await CodesAsync(response)).ShouldBe(["request-too-many"]);
            (await server.Worker.GetAsync($"/api/v1/runbooks/by-digest/{new string('0', 64)}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "others go on");
            return;
        }

        Assert.Fail("500 requests in a row were answered.");
    }

    private static Task<HttpResponseMessage> GuessAsync(RunningServer server, int number)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/zones") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", $"guess-{number}") } };
        return server.Nobody.SendAsync(request);
    }
}
