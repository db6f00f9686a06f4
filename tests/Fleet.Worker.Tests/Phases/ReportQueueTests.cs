using Fleet.Contracts.Phases;
using Fleet.Worker.Phases.Reports;

namespace Fleet.Worker.Tests.Phases;

public sealed class ReportQueueTests
{
    [Fact]
    public void Reports_are_numbered_from_one_and_stay_until_they_are_recorded()
    {
        var queue = new ReportQueue();
        for (var i = 0; i < 5; i++)
            queue.Add(Report).ShouldBe(i + 1);
        queue.Window(2).Select(r => r.Sequence).ShouldBe([1, 2]);
        queue.MarkRecorded(3).ShouldBeTrue();
        queue.Window(10).Select(r => r.Sequence).ShouldBe([4, 5]);
        queue.Add(Report).ShouldBe(6);
    }

    [Theory]
    [InlineData(3, 2, false, 3)]
    [InlineData(3, 3, false, 3)]
    [InlineData(3, 4, true, 4)]
    [InlineData(3, 99, true, 5)]
    [InlineData(0, 0, false, 0)]
    public void What_is_recorded_only_grows_and_never_beyond_what_was_sent(long first, long second, bool news, long recorded)
    {
        var queue = new ReportQueue();
        for (var i = 0; i < 5; i++)
            queue.Add(Report);
        queue.MarkRecorded(first);
        queue.MarkRecorded(second).ShouldBe(news);
        queue.Recorded.ShouldBe(recorded);
    }

    [Fact]
    public void A_wrong_number_is_a_bug_and_says_so() => Should.Throw<InvalidOperationException>(() => new ReportQueue().Add(_ => Report(7)));

    [Fact]
    public void Waits_double_up_to_the_most()
    {
        var wait = new DoublingWait(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Enumerable.Range(0, 5).Select(_ => wait.Next().TotalSeconds).ShouldBe([1, 2, 4, 5, 5]);
        wait.Reset();
        wait.Next().TotalSeconds.ShouldBe(1);
    }

    private static PhaseAccepted Report(long n) => new() { ZoneUpgradeId = Guid.Empty, Epoch = 1, Sequence = n, WorkerId = "w", At = default, Phase = "p" };
}
