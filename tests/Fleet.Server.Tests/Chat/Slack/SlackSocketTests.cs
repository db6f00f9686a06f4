using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Fleet.Server.Chat.Slack;
using Fleet.Testing;

namespace Fleet.Server.Tests.Chat.Slack;

public sealed class SlackSocketTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_envelope_is_acknowledged_before_anything_is_done_and_after_a_cut_it_connects_again()
    {
        await using var slack = await SlackDouble.StartAsync();
        using var chat = RunningSlack.Over(slack, SlackDouble.AppToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var done = new TaskCompletionSource();
        var inbox = new Inbox { Until = done.Task, Answer = Messages.Plain("Done") };
        var listening = chat.ListenAsync(inbox, stop.Token);
        var first = await SocketAsync(slack, 1);
        first.Enqueue(Command("E1", "t1", new Uri(slack.Url, "/response")));
        await Eventually.BeTrueAsync(() => slack.Acknowledged.Contains("E1"), Limit, TestContext.Current.CancellationToken);
        slack.Answers.ShouldBeEmpty();
        done.SetResult();
        await Eventually.BeTrueAsync(() => slack.Answers.Count == 1, Limit, TestContext.Current.CancellationToken);

        first.Enqueue("cut");
        var second = await SocketAsync(slack, 2);
        // Slack did not hear the acknowledgement, and tells it again.
        second.Enqueue(Command("E1", "t1", new Uri(slack.Url, "/response")));
        second.Enqueue(Command("E2", "t2", new Uri(slack.Url, "/response")));
        await Eventually.BeTrueAsync(() => slack.Answers.Count == 2, Limit, TestContext.Current.CancellationToken);
        inbox.Commands.Select(c => c.Id).ShouldBe(["t1", "t2"]);

        second.Enqueue("""{"type":"disconnect","reason":"refresh_requested"}""");
        await SocketAsync(slack, 3);
        await stop.CancelAsync();
        await listening.WaitAsync(Limit, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"interactive","envelope_id":"E0","payload":{"type":"block_actions","actions":[]}}""")]
    [InlineData("""{"type":"slash_commands","envelope_id":"E0"}""")]
    [InlineData("""{"type":"tomorrow","envelope_id":"E0","payload":{}}""")]
    public async Task What_cannot_be_read_ends_nothing(string text)
    {
        await using var slack = await SlackDouble.StartAsync();
        using var chat = RunningSlack.Over(slack, SlackDouble.AppToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var inbox = new Inbox();
        var listening = chat.ListenAsync(inbox, stop.Token);
        (await SocketAsync(slack, 1)).Enqueue(text);
        await Eventually.BeTrueAsync(
            () =>
            {
                slack.Sockets.Last().Enqueue(Command("E1", "t1", new Uri("https://hooks.slack.com/x")));
                return !inbox.Commands.IsEmpty;
            },
            Limit,
            TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await listening.WaitAsync(Limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Where_there_is_no_address_to_be_had_it_asks_again()
    {
        await using var slack = await SlackDouble.StartAsync();
        slack.Next.Enqueue((500, "", null));
        slack.Next.Enqueue((429, "", 1));
        using var chat = RunningSlack.Over(slack, SlackDouble.AppToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var listening = chat.ListenAsync(new Inbox(), stop.Token);
        await SocketAsync(slack, 1);
        await stop.CancelAsync();
        await listening.WaitAsync(Limit, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(8, 120)]
    [InlineData(1000, 120)]
    public void It_waits_longer_each_time_up_to_two_minutes(int failures, int seconds) => SlackSocket.Pause(failures).ShouldBe(TimeSpan.FromSeconds(seconds));

    private static string Command(string envelope, string trigger, Uri answer) => new JsonObject
    {
        ["type"] = "slash_commands",
        ["envelope_id"] = envelope,
        ["accepts_response_payload"] = true,
        ["payload"] = new JsonObject { ["command"] = "/fleet", ["text"] = "status", ["team_id"] = "T1", ["user_id"] = "U1", ["user_name"] = "ann", ["channel_id"] = "C1", ["trigger_id"] = trigger, ["response_url"] = answer.ToString() },
    }.ToJsonString();

    /// <summary>The connection of that number, once it is there.</summary>
    private static async Task<ConcurrentQueue<string>> SocketAsync(SlackDouble slack, int number)
    {
        await Eventually.BeTrueAsync(() => slack.Sockets.Count >= number, Limit, TestContext.Current.CancellationToken);
        return slack.Sockets.ElementAt(number - 1);
    }
}
