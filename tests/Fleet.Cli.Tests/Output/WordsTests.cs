using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;

namespace Fleet.Cli.Tests.Output;

public sealed class WordsTests
{
    [Theory]
    [InlineData(41, "0:41")]
    [InlineData(3733, "1:02:13")]
    [InlineData(-5, "0:00")]
    public void Durations_are_short(int seconds, string text) => Words.Duration(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    [Theory]
    [InlineData("upload", 2254857830L, 3650722202L, "upload 2.1 GB of 3.4 GB")]
    [InlineData("hyper/hyper", 11L, 13L, "hyper/hyper 11 of 13")]
    [InlineData("waiting for services", null, null, "waiting for services")]
    public void Progress_says_how_far(string what, long? done, long? total, string text) => Words.Progress(what, done, total).ShouldBe(text);

    [Theory]
    [InlineData("30m", "2026-11-24T09:30:00Z")]
    [InlineData("1.5h", "2026-11-24T08:30:00Z")]
    [InlineData("2d", "2026-11-22T10:00:00Z")]
    [InlineData("2026-11-01T20:00Z", "2026-11-01T20:00:00Z")]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    public void A_time_is_a_moment_or_an_age(string text, string? expected) =>
        Moment.Parse(text, DateTimeOffset.Parse("2026-11-24T10:00:00Z")).ShouldBe(expected is null ? null : DateTimeOffset.Parse(expected));
}
