using Fleet.Server.Chat;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Server.Tests.Chat.Slack;

public sealed class SlackChatTests
{
    private static readonly ChatPlace Ops = new("slack", "C0OPS");

    [Fact]
    public async Task A_message_is_posted_into_its_thread_and_changed_by_its_id()
    {
        await using var slack = await SlackDouble.StartAsync();
        using var chat = RunningSlack.Over(slack);
        var post = await chat.PostAsync(Ops with { Channel = "#ops" }, Messages.Whole(), TestContext.Current.CancellationToken);
        post.ShouldBe(new ChatPost(Ops, "1700000000.000001"));
        await chat.UpdateAsync(post, Messages.Huge(), TestContext.Current.CancellationToken);
        await chat.PostAsync(Ops with { Thread = post.Id }, Messages.Edges(), TestContext.Current.CancellationToken);
        var calls = slack.Calls.ToList();
        calls.Select(c => c.Method).ShouldBe(["chat.postMessage", "chat.update", "chat.postMessage"]);
        calls[0].Arguments.Keys.ShouldNotContain("thread_ts");
        (calls[0].Arguments["parse"], calls[0].Arguments["unfurl_links"]).ShouldBe(("none", "false"));
        calls[1].Arguments["ts"].ShouldBe(post.Id);
        calls[2].Arguments["thread_ts"].ShouldBe(post.Id);
    }

    [Fact]
    public async Task A_picture_comes_below_its_message_and_the_message_stands_where_it_does_not()
    {
        await using var slack = await SlackDouble.StartAsync();
        using var chat = RunningSlack.Over(slack);
        var message = Messages.Plain() with { Image = new ChatImage([1, 2, 3], "a timeline") };
        var post = await chat.PostAsync(Ops, message, TestContext.Current.CancellationToken);
        slack.Uploads.Single().ShouldBe([1, 2, 3]);
        slack.Calls.Last().Arguments["thread_ts"].ShouldBe(post.Id);

        slack.UploadUrl = "http://files.slack.com.evil.example/upload";
        (await chat.PostAsync(Ops, message, TestContext.Current.CancellationToken)).Id.ShouldNotBe(post.Id);
        slack.Uploads.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(200, """{"ok":false,"error":"not_in_channel"}""", nameof(ChatFailure.Refused))]
    [InlineData(200, """{"ok":false,"error":"missing_scope","needed":"chat:write"}""", nameof(ChatFailure.Refused))]
    [InlineData(200, """{"ok":false,"error":"message_not_found"}""", nameof(ChatFailure.Gone))]
    [InlineData(200, """{"ok":false,"error":"internal_error"}""", nameof(ChatFailure.Unreachable))]
    [InlineData(200, """{"ok":"true"}""", nameof(ChatFailure.Refused))]
    [InlineData(200, "<html>a proxy's page</html>", nameof(ChatFailure.Unreachable))]
    [InlineData(502, "bad gateway", nameof(ChatFailure.Unreachable))]
    [InlineData(302, "", nameof(ChatFailure.Unreachable))]
    public async Task What_Slack_refuses_is_told_apart(int status, string body, string failure)
    {
        await using var slack = await SlackDouble.StartAsync();
        using var chat = RunningSlack.Over(slack);
        slack.Next.Enqueue((status, body, null));
        var refused = await Should.ThrowAsync<ChatException>(() => chat.PostAsync(Ops, Messages.Plain(), TestContext.Current.CancellationToken));
        refused.Failure.ToString().ShouldBe(failure);
        refused.Message.ShouldNotContain("xoxb");
    }

    [Fact]
    public async Task Where_Slack_says_to_wait_nothing_is_sent_into_that_channel_until_then()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var slack = await SlackDouble.StartAsync();
        using var chat = RunningSlack.Over(slack, clock: clock);
        slack.Next.Enqueue((429, "", 60));
        var limited = await Should.ThrowAsync<ChatException>(() => chat.PostAsync(Ops, Messages.Plain(), TestContext.Current.CancellationToken));
        (limited.Failure, limited.After).ShouldBe((ChatFailure.Limited, TimeSpan.FromMinutes(1)));

        limited = await Should.ThrowAsync<ChatException>(() => chat.PostAsync(Ops, Messages.Plain(), TestContext.Current.CancellationToken));
        limited.Failure.ShouldBe(ChatFailure.Limited);
        slack.Calls.ShouldBeEmpty();
        await chat.PostAsync(Ops with { Channel = "C0DEV" }, Messages.Plain(), TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromMinutes(1));
        await chat.PostAsync(Ops, Messages.Plain(), TestContext.Current.CancellationToken);
        slack.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Into_one_channel_goes_one_message_a_second()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var slack = await SlackDouble.StartAsync();
        using var chat = RunningSlack.Over(slack, clock: clock);
        await chat.PostAsync(Ops, Messages.Plain(), TestContext.Current.CancellationToken);
        var second = chat.PostAsync(Ops, Messages.Plain("second"), TestContext.Current.CancellationToken);
        await chat.PostAsync(Ops with { Channel = "C0DEV" }, Messages.Plain(), TestContext.Current.CancellationToken);
        slack.Calls.Count.ShouldBe(2);
        clock.Advance(TimeSpan.FromSeconds(1));
        await second;
        slack.Calls.Count.ShouldBe(3);
    }
}
