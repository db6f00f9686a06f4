using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Access;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Buttons;
using Fleet.Server.Chat.Living;
using Fleet.Server.Tests.Chat.Living;
using Fleet.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Server.Tests.Chat.Slack;

/// <summary>More happens in a minute than Slack lets anybody say.</summary>
public sealed class ManyZonesTests
{
    private const int Zones = 1000;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_thousand_zones_that_end_within_a_minute_make_no_more_calls_than_Slack_takes_and_the_message_ends_right(bool eachZone)
    {
        var channel = new ChatChannel { Chat = "slack", Name = "C0OPS", EachZone = eachZone };
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(Pictures.Start);
        await using var slack = await SlackDouble.StartAsync();
        using var chat = RunningSlack.Over(slack, clock: time);
        var seal = new ButtonSeal(KnownTokens.Load(new ServerOptions { Data = folder.Path }), time);
        var posts = new LivingPosts(chat, channel, new LivingWords(channel, "/fleet ", seal, time));
        RolloutTold? before = null;
        var calls = new List<(string Method, DateTimeOffset At)>();
        var ended = false;
        // Each look shows what is then; what had to wait for its turn is newer than when it came.
        for (var began = time.GetUtcNow(); !ended && time.GetUtcNow() - began < TimeSpan.FromMinutes(10);)
        {
            var done = Math.Min(Zones, (int)((time.GetUtcNow() - began) / TimeSpan.FromMinutes(1) * Zones));
            var after = new RolloutTold(Picture(done), [], default);
            ended = await ShownAsync(posts.ShowAsync(before, after, time.GetUtcNow(), Cancellation), time, slack, calls) && done == Zones;
            before = new Telling(channel, "/fleet ").Said(before, after, time.GetUtcNow());
            time.Advance(Look);
        }

        ended.ShouldBeTrue();
        // As Slack publishes it: one message a second and channel, fifty changes a minute, a few more at once.
        foreach (var (_, at) in calls)
        {
            calls.Count(c => c.Method == "chat.postMessage" && c.At > at - TimeSpan.FromSeconds(60) && c.At <= at).ShouldBeLessThanOrEqualTo(61);
            calls.Count(c => c.Method == "chat.update" && c.At > at - TimeSpan.FromSeconds(60) && c.At <= at).ShouldBeLessThanOrEqualTo(55);
        }

        calls.Count.ShouldBeLessThan(Zones / 2);
        slack.Calls.Last(c => c.Method == "chat.update").Arguments["text"].ShouldContain($"{Zones} done");
        slack.Calls.Count(c => c.Method == "chat.postMessage" && !c.Arguments.ContainsKey("thread_ts")).ShouldBe(2, "the message, and the end");
    }

    /// <returns>False: its turn did not come in time, and the next look says what is then.</returns>
    private static async Task<bool> ShownAsync(Task showing, FakeTimeProvider time, SlackDouble slack, List<(string Method, DateTimeOffset At)> calls)
    {
        // A wait for a turn ends by this clock; a call by the double's answer.
        while (!showing.IsCompleted)
        {
            await Task.WhenAny(showing, Task.Delay(5, Cancellation));
            Note();
            if (!showing.IsCompleted)
                time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Note();
        try
        {
            await showing;
            return true;
        }
        catch (ChatException e) when (e.Failure == ChatFailure.Limited)
        {
            return false;
        }

        void Note() => calls.AddRange(slack.Calls.Skip(calls.Count).Select(c => (c.Method, time.GetUtcNow())).ToList());
    }

    private static RolloutDocument Picture(int done)
    {
        var like = Pictures.Rollout();
        List<RolloutZoneDocument> zones = [.. Enumerable.Range(0, Zones).Select(i => like.Zones[0] with { Name = $"z{i:0000}", State = i < done ? ZoneState.Succeeded : ZoneState.Running, EndedAt = i < done ? Pictures.Start.AddMinutes(1) : null })];
        return like with
        {
            State = done == Zones ? RolloutState.Succeeded : RolloutState.Running,
            EndedAt = done == Zones ? Pictures.Start.AddMinutes(1) : null,
            Zones = zones,
            Waves = [like.Waves[0] with { Zones = [.. zones.Select(z => z.Name)], State = done == Zones ? WaveState.Succeeded : WaveState.Running }],
            Counts = new ZoneCounts { Running = Zones - done, Succeeded = done },
        };
    }
}
