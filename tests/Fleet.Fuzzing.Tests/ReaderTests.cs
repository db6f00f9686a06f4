using Fleet.Fuzzing.Targets;

namespace Fleet.Fuzzing.Tests;

/// <summary>The short run of every reader; the long one is ./eng/fuzz.</summary>
public sealed class ReaderTests
{
    private const ulong Inputs = 20_000;

    public static TheoryData<string> Names { get; } = new(AllTargets.All.Select(t => t.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_comes_from_outside_is_read_or_refused_in_good_time(string target)
    {
        using var watchdog = new Watchdog();
        var failures = Fuzzer.Run(AllTargets.All.Single(t => t.Name == target), from: 1, Inputs, watchdog);
        failures.ShouldBeEmpty(string.Join(Environment.NewLine, failures));
    }

    [Fact]
    public void No_two_readers_have_one_name() => AllTargets.All.Select(t => t.Name).ShouldBeUnique();
}
