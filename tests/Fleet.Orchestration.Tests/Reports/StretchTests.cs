using CsCheck;
using Fleet.Orchestration.Reports;

namespace Fleet.Orchestration.Tests.Reports;

/// <summary>Held against minutes that are counted one by one.</summary>
public sealed class StretchTests
{
    private const int Day = 60;
    private static readonly DateTimeOffset Begin = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Gen<Stretch[]> Some = Gen.Select(Gen.Int[0, Day], Gen.Int[-3, 15]).Select(p => new Stretch(At(p.Item1), At(Math.Min(Day, p.Item1 + p.Item2)))).Array[0, 12];

    [Fact]
    public void What_overlaps_is_counted_once() => Some.Sample(all =>
    {
        var union = Stretches.Union(all);
        Minutes(union).ShouldBe(Minutes(all));
        Stretches.Length(union).TotalMinutes.ShouldBe(Minutes(all).Count);
        union.Zip(union.Skip(1)).ShouldAllBe(p => p.First.To < p.Second.From);
        union.ShouldAllBe(s => s.From < s.To);
    });

    [Fact]
    public void What_is_taken_out_and_what_is_left_are_all_of_it() => Gen.Select(Some, Some).Sample((all, others) =>
    {
        var left = Stretches.Without(Stretches.Union(all), Stretches.Union(others));
        Minutes(left).ShouldBe(Minutes(all).Except(Minutes(others)));
        left.Zip(left.Skip(1)).ShouldAllBe(p => p.First.To <= p.Second.From);
    });

    [Fact]
    public void Nothing_lies_outside_of_the_moments_between_which_it_is_looked_at() => Gen.Select(Some, Gen.Int[0, Day], Gen.Int[0, Day]).Sample((all, from, to) =>
        Minutes(Stretches.Within(all, At(from), At(to))).ShouldBe(Minutes(all).Where(m => m >= from && m < to)));

    private static DateTimeOffset At(int minute) => Begin.AddMinutes(minute);

    private static SortedSet<int> Minutes(IEnumerable<Stretch> stretches) =>
        [.. Enumerable.Range(0, Day).Where(m => stretches.Any(s => s.From <= At(m) && At(m) < s.To))];
}
