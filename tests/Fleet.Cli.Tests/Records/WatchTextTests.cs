using Fleet.Cli.Records;
using Fleet.Contracts.Phases;

namespace Fleet.Cli.Tests.Records;

/// <summary>A guard's dead-man's rule, as the list of guards has it.</summary>
public sealed class WatchTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 0, 3, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(GuardWatchState.Armed, "dead-man 8h, renewed 3 minutes ago")]
    [InlineData(GuardWatchState.Stopped, "dead-man 8h, its loop is gone")]
    [InlineData(GuardWatchState.Planned, "dead-man 8h, not armed yet")]
    [InlineData(GuardWatchState.Absent, "its dead-man's rule is gone from the firstbox")]
    [InlineData(GuardWatchState.Released, "the dead-man's rule released it")]
    [InlineData(GuardWatchState.Disarmed, "")]
    public void It_says_how_the_rule_stands(GuardWatchState state, string text)
    {
        var watch = new GuardWatch { Id = "w", Limit = TimeSpan.FromHours(8), State = state, RenewedAt = Now.AddMinutes(-3) };
        WatchText.Of(watch, Now).ShouldBe(text);
        WatchText.Behind(watch, Now).ShouldBe(text.Length == 0 ? "" : $"; {text}");
    }

    [Fact]
    public void A_guard_without_one_says_nothing() => WatchText.Behind(null, Now).ShouldBe("");
}
