using Fleet.Contracts.Guards;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.Tests.ZoneUpgrades;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Guards;

/// <summary>When a dead-man's rule hears of Fleet, and what is made of what its firstbox says.</summary>
public sealed class WatchRulesTests
{
    private const string Guard = "rescue-disabled";
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(72, 10)]
    public void It_is_renewed_often_enough_that_many_renewals_may_be_lost(double hours, double minutes)
    {
        var every = WatchRules.Every(TimeSpan.FromHours(hours));
        every.ShouldBe(TimeSpan.FromMinutes(minutes));
        (TimeSpan.FromHours(hours) / every).ShouldBeGreaterThanOrEqualTo(12);
    }

    [Fact]
    public void A_renewal_that_is_lost_is_asked_for_again_soon_and_one_that_is_told_of_only_when_it_is_time()
    {
        var renewals = new Renewals();
        var watch = Watch(TimeSpan.FromHours(1));
        Due(Now.AddMinutes(4), watch).ShouldBeFalse("it was renewed a moment ago");
        Due(Now.AddMinutes(5), watch).ShouldBeTrue();
        Due(Now.AddMinutes(5.5), watch).ShouldBeFalse();
        Due(Now.AddMinutes(6), watch).ShouldBeTrue("nobody told of it");
        Due(Now.AddMinutes(7), watch).ShouldBeTrue("nor of this one");
        watch = watch with { RenewedAt = Now.AddMinutes(7) };
        Due(Now.AddMinutes(11.9), watch).ShouldBeFalse();
        Due(Now.AddMinutes(12), watch).ShouldBeTrue();
        // Another leads, and comes back: what was asked meanwhile is not known.
        renewals.Clear();
        Due(Now.AddMinutes(12.1), watch).ShouldBeTrue();
        renewals.Due([], Now.AddMinutes(12.2)).ShouldBeEmpty("it is released");

        bool Due(DateTimeOffset at, GuardWatch now) => renewals.Due([("k", now)], at).Count == 1;
    }

    [Fact]
    public void A_clock_that_was_ahead_holds_up_no_renewal()
    {
        var renewals = new Renewals();
        var ahead = Watch(TimeSpan.FromHours(1)) with { RenewedAt = Now.AddHours(3) };
        renewals.Due([("k", ahead)], Now).Count.ShouldBe(1);
        renewals.Due([("k", ahead)], Now.AddSeconds(30)).ShouldBeEmpty();
        WatchRules.Take(ahead, Told(Now), Now).RenewedAt.ShouldBe(Now);
        WatchRules.Merge(ahead, Watch(TimeSpan.FromHours(1)) with { RenewedAt = Now.AddHours(9) }, Now)!.RenewedAt.ShouldBe(Now);
    }

    [Fact]
    public void What_comes_late_or_twice_or_of_another_rule_says_nothing_new()
    {
        var watch = Watch(TimeSpan.FromHours(8)) with { RenewedAt = Now };
        WatchRules.Take(watch, Told(Now.AddMinutes(-1)) with { State = GuardWatchState.Stopped }, Now).ShouldBe(watch);
        WatchRules.Take(watch, Told(Now) with { WatchId = "another", State = GuardWatchState.Stopped }, Now).ShouldBe(watch);
        var once = WatchRules.Take(watch, Told(Now.AddMinutes(1)) with { Outcome = GuardWatchOutcome.Kept, Why = "busy" }, Now.AddMinutes(2));
        once.ShouldBe(watch with { RenewedAt = Now.AddMinutes(1), Outcome = GuardWatchOutcome.Kept, Why = "busy" });
        WatchRules.Take(once, Told(Now.AddMinutes(1)) with { Outcome = GuardWatchOutcome.Kept, Why = "busy" }, Now.AddMinutes(3)).ShouldBe(once);
    }

    [Theory]
    [InlineData(GuardWatchState.Planned, GuardWatchState.Absent, GuardWatchState.Planned, true)]
    [InlineData(GuardWatchState.Planned, GuardWatchState.Armed, GuardWatchState.Armed, true)]
    [InlineData(GuardWatchState.Armed, GuardWatchState.Absent, GuardWatchState.Absent, false)]
    [InlineData(GuardWatchState.Armed, GuardWatchState.Released, GuardWatchState.Released, false)]
    [InlineData(GuardWatchState.Armed, GuardWatchState.Disarmed, GuardWatchState.Disarmed, false)]
    [InlineData(GuardWatchState.Armed, GuardWatchState.Stopped, GuardWatchState.Stopped, true)]
    public void What_the_firstbox_says_decides_whether_it_is_renewed_further(GuardWatchState known, GuardWatchState told, GuardWatchState state, bool renewed)
    {
        var next = WatchRules.Take(Watch(TimeSpan.FromHours(8)) with { State = known }, Told(Now.AddMinutes(1)) with { State = told }, Now.AddMinutes(1));
        next.State.ShouldBe(state);
        WatchRules.IsRenewed(next).ShouldBe(renewed);
    }

    [Fact]
    public void A_workers_report_does_not_take_back_what_was_renewed_beside_it()
    {
        var known = Watch(TimeSpan.FromHours(8)) with { RenewedAt = Now };
        WatchRules.Merge(known, null, Now).ShouldBe(known, "an older worker does not know it");
        WatchRules.Merge(known, known with { RenewedAt = Now.AddHours(-1), State = GuardWatchState.Disarmed }, Now).ShouldBe(known with { State = GuardWatchState.Disarmed });
        WatchRules.Merge(null, known, Now).ShouldBe(known);
        WatchRules.Merge(known, known with { Id = "next", RenewedAt = Now.AddHours(-1) }, Now)!.RenewedAt.ShouldBe(Now.AddHours(-1));
    }

    [Fact]
    public void What_became_of_it_is_told_once_each_and_a_release_by_it_is_read_back_before_the_guard_counts_as_released()
    {
        var zone = ZoneScript.At("upgrade-platform");
        zone.Row = zone.Row with { Guards = [new GuardState { Name = Guard, Since = zone.Context.Now, Nodes = ["hyper01"], Watch = Watch(TimeSpan.FromHours(8)) with { RenewedAt = zone.Context.Now } }] };

        Take(1, GuardWatchState.Armed);
        Take(2, GuardWatchState.Armed, revived: true);
        Take(3, GuardWatchState.Armed, GuardWatchOutcome.Kept, "busy");
        Take(4, GuardWatchState.Armed, GuardWatchOutcome.Kept, "busy");
        Take(5, GuardWatchState.Released, GuardWatchOutcome.Released);
        Take(5, GuardWatchState.Released, GuardWatchOutcome.Released);
        zone.Audit.Where(a => a.Code.StartsWith("watch-", StringComparison.Ordinal)).Select(a => a.Code).ShouldBe(["watch-stopped", "watch-kept", "watch-released"]);
        zone.Row.GuardsInForce.Single().Watch!.State.ShouldBe(GuardWatchState.Released);

        zone.Row = zone.Row with { Guards = [.. zone.Row.Guards.Select(g => g with { Released = true })] };
        var before = zone.Row;
        Take(6, GuardWatchState.Armed);
        zone.Row.ShouldBeSameAs(before);

        void Take(int minute, GuardWatchState state, GuardWatchOutcome outcome = GuardWatchOutcome.None, string? why = null, bool revived = false)
        {
            zone.Context = zone.Context with { Now = new DateTimeOffset(2026, 11, 1, 2, 0, 0, TimeSpan.Zero).AddMinutes(minute) };
            zone.Apply(ZoneUpgradeRules.TakeRenewal(zone.Row, Told(zone.Context.Now) with { ZoneUpgradeId = zone.Row.Id, State = state, Outcome = outcome, Why = why, Revived = revived }, zone.Context));
        }
    }

    private static GuardWatch Watch(TimeSpan limit) => new() { Id = "w", Limit = limit, State = GuardWatchState.Armed, RenewedAt = Now };

    private static WatchRenewed Told(DateTimeOffset askedAt) => new() { ZoneUpgradeId = default, Guard = Guard, WatchId = "w", WorkerId = "w1", AskedAt = askedAt, State = GuardWatchState.Armed };
}
