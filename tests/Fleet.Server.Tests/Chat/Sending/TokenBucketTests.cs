using Fleet.Server.Chat;
using Fleet.Server.Chat.Sending;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Server.Tests.Chat.Sending;

public sealed class TokenBucketTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void So_many_go_at_once_and_the_next_each_wait_for_one_more_turn()
    {
        var bucket = new TokenBucket(clock, 3, Second);
        Waits(bucket, 5).ShouldBe([0, 0, 0, 1, 2]);
        clock.Advance(2 * Second);
        Waits(bucket, 1).ShouldBe([1]);
        clock.Advance(TimeSpan.FromMinutes(1));
        bucket.IsFull.ShouldBeTrue();
        Waits(bucket, 4).ShouldBe([0, 0, 0, 1]);
    }

    [Fact]
    public void Who_would_wait_too_long_takes_no_place()
    {
        var bucket = new TokenBucket(clock, 1, Second);
        Waits(bucket, 3).ShouldBe([0, 1, 2]);
        bucket.TryTake(2 * Second, out var wait).ShouldBeFalse();
        wait.ShouldBe(3 * Second);
        bucket.TryTake(3 * Second, out wait).ShouldBeTrue();
        wait.ShouldBe(3 * Second);
    }

    [Fact]
    public void What_a_chat_says_to_wait_holds_for_all_and_is_never_made_shorter()
    {
        var bucket = new TokenBucket(clock, 2, Second);
        bucket.Pause(30 * Second);
        bucket.Pause(5 * Second);
        Waits(bucket, 2).ShouldBe([30, 31]);
        clock.Advance(40 * Second);
        Waits(bucket, 2).ShouldBe([0, 0]);
    }

    [Fact]
    public async Task Each_channel_has_a_bucket_and_is_told_how_long_where_too_much_waits()
    {
        var buckets = new TokenBuckets(clock, 1, Second);
        await buckets.WaitAsync("#ops", TimeSpan.Zero, TestContext.Current.CancellationToken);
        await buckets.WaitAsync("#dev", TimeSpan.Zero, TestContext.Current.CancellationToken);
        var limited = await Should.ThrowAsync<ChatException>(() => buckets.WaitAsync("#ops", TimeSpan.Zero, TestContext.Current.CancellationToken));
        limited.Failure.ShouldBe(ChatFailure.Limited);
        limited.After.ShouldBe(Second);

        var turn = buckets.WaitAsync("#ops", Second, TestContext.Current.CancellationToken);
        turn.IsCompleted.ShouldBeFalse();
        clock.Advance(Second);
        await turn;
    }

    private static IEnumerable<double> Waits(TokenBucket bucket, int number) => Enumerable.Range(0, number).Select(_ =>
    {
        bucket.TryTake(TimeSpan.MaxValue, out var wait).ShouldBeTrue();
        return wait.TotalSeconds;
    }).ToList();
}
