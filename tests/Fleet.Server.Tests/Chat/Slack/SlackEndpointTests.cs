using System.Net;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Slack;
using Fleet.Testing;

namespace Fleet.Server.Tests.Chat.Slack;

public sealed class SlackEndpointTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Slack_is_answered_at_once_and_who_typed_it_once_it_is_done()
    {
        await using var slack = await RunningSlack.StartAsync();
        var done = new TaskCompletionSource();
        (slack.Inbox.Until, slack.Inbox.Answer) = (done.Task, Messages.Whole());
        using (var response = await slack.SendAsync(Command(slack, "t1")))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("");
        }

        await Eventually.BeTrueAsync(() => slack.Inbox.Commands.Count == 1, Limit, TestContext.Current.CancellationToken);
        slack.Double.Answers.ShouldBeEmpty();
        done.SetResult();
        await Eventually.BeTrueAsync(() => slack.Double.Answers.Count == 1, Limit, TestContext.Current.CancellationToken);
        slack.Double.Answers.TryPeek(out var said);
        said.Text("response_type").ShouldBe("ephemeral");
        said.GetProperty("replace_original").GetBoolean().ShouldBeFalse();
        slack.Inbox.Commands.Single().Text.ShouldBe("status");
    }

    [Fact]
    public async Task What_comes_twice_is_done_once()
    {
        await using var slack = await RunningSlack.StartAsync();
        foreach (var _ in new int[3])
        {
            using var response = await slack.SendAsync(Command(slack, "t1"));
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using (var other = await slack.SendAsync(Command(slack, "t2")))
            other.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Eventually.BeTrueAsync(() => slack.Inbox.Commands.Any(c => c.Id == "t2"), Limit, TestContext.Current.CancellationToken);
        await Eventually.BeTrueAsync(() => slack.Inbox.Commands.Any(c => c.Id == "t1"), Limit, TestContext.Current.CancellationToken);
        slack.Inbox.Commands.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_forged_stale_oversized_or_malformed_reaches_nobody()
    {
        await using var slack = await RunningSlack.StartAsync();
        (await CodeAsync(slack.SendAsync(Command(slack, "a"), signature: SlackSignatureTests.Signature))).ShouldBe(HttpStatusCode.Unauthorized);
        (await CodeAsync(slack.SendAsync(Command(slack, "b"), at: TimeProvider.System.GetUtcNow().AddMinutes(-6)))).ShouldBe(HttpStatusCode.Unauthorized);
        (await CodeAsync(slack.SendAsync(Command(slack, "c"), at: TimeProvider.System.GetUtcNow().AddMinutes(6)))).ShouldBe(HttpStatusCode.Unauthorized);
        (await CodeAsync(slack.SendAsync(Command(slack, "d") + "&x=" + new string('x', RawBody.Most)))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await CodeAsync(slack.SendAsync("payload={"))).ShouldBe(HttpStatusCode.BadRequest);
        // A malformed one that is forged too learns nothing of its form.
        (await CodeAsync(slack.SendAsync("payload={", signature: "v0=00"))).ShouldBe(HttpStatusCode.Unauthorized);
        (await CodeAsync(slack.SendAsync(Command(slack, "last")))).ShouldBe(HttpStatusCode.OK);
        await Eventually.BeTrueAsync(() => !slack.Inbox.Commands.IsEmpty, Limit, TestContext.Current.CancellationToken);
        slack.Inbox.Commands.Select(c => c.Id).ShouldBe(["last"]);
    }

    [Fact]
    public async Task A_challenge_that_is_signed_is_answered_with_what_it_asks()
    {
        await using var slack = await RunningSlack.StartAsync();
        using var response = await slack.SendAsync("""{"type":"url_verification","challenge":"abc<"}""", "application/json");
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("abc<");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
    }

    [Fact]
    public async Task A_press_is_answered_where_it_was_pressed_and_one_that_asks_opens_a_form()
    {
        await using var slack = await RunningSlack.StartAsync();
        slack.Inbox.Answer = Messages.Plain("Thanks");
        (await CodeAsync(slack.SendAsync(SlackReaderTests.Payload(SlackReaderTests.Press("fleet-0", answer: slack.Answer.ToString()))))).ShouldBe(HttpStatusCode.OK);
        await Eventually.BeTrueAsync(() => slack.Double.Answers.Count == 1, Limit, TestContext.Current.CancellationToken);
        slack.Inbox.Presses.Single().Value.ShouldBe("sealed");

        (await CodeAsync(slack.SendAsync(SlackReaderTests.Payload(SlackReaderTests.Press("fleet-asks-0-Why?", trigger: "t2"))))).ShouldBe(HttpStatusCode.OK);
        await Eventually.BeTrueAsync(() => slack.Double.Calls.Any(c => c.Method == "views.open"), Limit, TestContext.Current.CancellationToken);
        var view = slack.Double.Calls.Single(c => c.Method == "views.open").Arguments["view"].Replace("\"type\":\"modal\"", "\"id\":\"V1\",\"state\":{\"values\":{\"fleet-asks\":{\"fleet-asks\":{\"value\":\"because\"}}}}", StringComparison.Ordinal);
        var filled = $$$"""{"type":"view_submission","user":{"id":"U1","team_id":"T1"},"view":{{{view}}}}""";
        (await CodeAsync(slack.SendAsync($"payload={Uri.EscapeDataString(filled)}"))).ShouldBe(HttpStatusCode.OK);
        await Eventually.BeTrueAsync(() => slack.Double.Calls.Any(c => c.Method == "chat.postEphemeral"), Limit, TestContext.Current.CancellationToken);
        var said = slack.Double.Calls.Single(c => c.Method == "chat.postEphemeral").Arguments;
        (said["user"], said["channel"], said["thread_ts"]).ShouldBe(("U1", "C1", "1.0"));
        slack.Inbox.Presses.Last().Text.ShouldBe("because");
    }

    [Fact]
    public async Task An_answer_goes_to_no_address_that_is_not_Slacks()
    {
        await using var slack = await RunningSlack.StartAsync();
        slack.Inbox.Answer = Messages.Plain();
        (await CodeAsync(slack.SendAsync(Command(slack, "t1", "https://slack.com.evil.example/x")))).ShouldBe(HttpStatusCode.OK);
        (await CodeAsync(slack.SendAsync(Command(slack, "t2")))).ShouldBe(HttpStatusCode.OK);
        await Eventually.BeTrueAsync(() => slack.Inbox.Commands.Count == 2 && slack.Double.Answers.Count == 1, Limit, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("https://hooks.slack.com/x", true)]
    [InlineData("wss://wss-primary.slack.com/link", true)]
    [InlineData("https://slack.com/x", true)]
    [InlineData("http://hooks.slack.com/x", false)]
    [InlineData("https://evilslack.com/x", false)]
    [InlineData("https://slack.com.evil.example/x", false)]
    [InlineData("https://slack.com@evil.example/x", false)]
    [InlineData("https://ann@slack.com/x", false)]
    [InlineData("http://127.0.0.1/x", false)]
    [InlineData("file:///etc/passwd", false)]
    public void Addresses_that_Slack_gives_out_are_encrypted_and_Slacks(string url, bool taken) => new VendorHost(new Uri("https://slack.com/api/"), ["slack.com"]).Takes(new Uri(url)).ShouldBe(taken);

    private static string Command(RunningSlack slack, string trigger, string? answer = null) =>
        $"team_id=T1&channel_id=C1&user_id=U1&user_name=ann&command=%2Ffleet&text=status&trigger_id={trigger}&response_url={Uri.EscapeDataString(answer ?? slack.Answer.ToString())}";

    private static async Task<HttpStatusCode> CodeAsync(Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        return response.StatusCode;
    }
}
