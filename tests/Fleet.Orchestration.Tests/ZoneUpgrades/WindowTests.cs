using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

/// <summary>What becomes of a zone whose window closes and opens again.</summary>
public sealed class WindowTests
{
    private static readonly Finding Shut = Finding.Of("window-closed", ("phase", "any"));

    [Fact]
    public void What_runs_when_a_window_closes_goes_on_to_its_next_safe_point_and_goes_on_when_it_opens()
    {
        var zone = Close(ZoneScript.At("initialize-installer").Taken().Begin("bootstrap")).LookAgain();
        zone.Row.Stop.ShouldBe(new OwedStop(StopMode.Pause, "window-closed"));
        zone.End("bootstrap").Stopped(StopMode.Pause);
        zone.Row.ShouldSatisfyAllConditions(r => r.Work.ShouldBe(Work.None), r => r.State.ShouldBe(ZoneState.Running), r => r.Closed!.Code.ShouldBe("window-closed"));
        zone.LookAgain().LookAgain().Audit.Count(a => a.Code == "zone-window-closed").ShouldBe(1, "it is told once");

        Open(zone).LookAgain();
        zone.Row.ShouldSatisfyAllConditions(r => r.Work.ShouldBe(Work.Wanted), r => r.Phase.ShouldBe("initialize-installer"), r => r.Closed.ShouldBeNull());
        zone.Audit.Count(a => a.Code == "zone-window-open").ShouldBe(1);
    }

    [Fact]
    public void A_phase_whose_window_is_closed_is_not_begun_after_one_whose_window_is_open()
    {
        var zone = ZoneScript.At("stage-package").Taken();
        zone.Context = zone.Context with { ClosedFor = (p, _) => p == "initialize-installer" ? Shut : null };
        zone.Succeed();
        zone.Row.ShouldSatisfyAllConditions(r => r.Closed!.Code.ShouldBe("window-closed"), r => r.Work.ShouldBe(Work.None), r => r.State.ShouldBe(ZoneState.Running), r => r.Stance.ShouldBe(Stance.Pause));
        var standing = zone.Row;
        zone.LookAgain().Row.ShouldBe(standing, "it stands, however often it is looked at");
        Open(zone).LookAgain().Row.ShouldSatisfyAllConditions(r => r.Work.ShouldBe(Work.Wanted), r => r.Phase.ShouldBe("initialize-installer"));
    }

    [Fact]
    public void A_phase_that_does_not_fit_into_its_window_is_not_begun_and_one_that_was_goes_on()
    {
        var tooShort = Finding.Of("window-too-short", ("phase", "initialize-installer"), ("expected", "2h"), ("closes", "06:00"));
        var zone = ZoneScript.At("stage-package").Taken();
        zone.Context = zone.Context with { ClosedFor = (p, begun) => p == "initialize-installer" && !begun ? tooShort : null };
        zone.Succeed();
        zone.LookAgain().Row.ShouldSatisfyAllConditions(r => r.Closed!.Code.ShouldBe("window-too-short"), r => r.Work.ShouldBe(Work.None), r => r.State.ShouldBe(ZoneState.Running));
        zone.Audit.Single(a => a.Code.StartsWith("zone-window", StringComparison.Ordinal)).ShouldSatisfyAllConditions(a => a.Code.ShouldBe("zone-window-too-short"), a => a.Args["expected"].ShouldBe("2h"));

        var begun = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap").End("bootstrap");
        begun.Context = zone.Context;
        begun.LookAgain().Row.ShouldSatisfyAllConditions(r => r.Closed.ShouldBeNull(), r => r.Work.ShouldBe(Work.Accepted));
        begun.Apply(ZoneUpgradeRules.ExpireLease(begun.Row, begun.Row.Epoch, begun.Context)).Row.Work.ShouldBe(Work.Wanted, "nobody knows how long the rest takes");
    }

    [Fact]
    public void A_zone_that_comes_to_where_all_wait_waits_there_whatever_the_window_of_the_next_phase()
    {
        var zone = ZoneScript.At("stage-package").Taken();
        zone.Context = zone.Context with { Until = "stage-package", ClosedFor = (p, _) => p == "initialize-installer" ? Shut : null };
        zone.Succeed();
        zone.Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(ZoneState.Waiting), r => r.ReachedUntil.ShouldBe("stage-package"), r => r.Closed.ShouldBeNull());
    }

    [Fact]
    public void A_zone_whose_window_closed_between_its_start_and_its_first_phase_stands()
    {
        var zone = Close(new ZoneScript()).LookAgain();
        zone.Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(ZoneState.Running), r => r.Work.ShouldBe(Work.None), r => r.Closed.ShouldNotBeNull());
        Open(zone).LookAgain().Row.ShouldSatisfyAllConditions(r => r.Work.ShouldBe(Work.Wanted), r => r.Phase.ShouldBe("preflight"));
    }

    [Fact]
    public void A_script_whose_worker_was_lost_is_followed_to_its_end_outside_of_the_window()
    {
        var zone = ZoneScript.At("initialize-installer").Taken().Begin("bootstrap");
        Close(zone).Apply(ZoneUpgradeRules.ExpireLease(zone.Row, zone.Row.Epoch, zone.Context));
        zone.Row.Work.ShouldBe(Work.Wanted);
    }

    [Fact]
    public void A_zone_that_fails_outside_of_its_window_releases_its_guard_all_the_same()
    {
        var zone = Close(ZoneScript.At("initialize-installer").Taken().Begin("bootstrap")).LookAgain();
        zone.Apply(ZoneUpgradeRules.Abort(zone.Row, StopMode.Abort, null, "ops", zone.Context)).End("bootstrap").Stopped(StopMode.Abort);
        zone.Row.State.ShouldBe(ZoneState.Aborted, "an abort waits for no window");
    }

    [Fact]
    public void A_pause_outlasts_the_window()
    {
        var zone = Close(ZoneScript.At("initialize-installer").Taken().Begin("bootstrap")).With(Stance.Pause);
        zone.End("bootstrap").Stopped(StopMode.Pause);
        Open(zone).LookAgain().Row.Work.ShouldBe(Work.None);
        zone.With(Stance.Go).Row.Work.ShouldBe(Work.Wanted);
    }

    private static ZoneScript Close(ZoneScript zone)
    {
        zone.Context = zone.Context with { ClosedFor = (_, _) => Shut };
        return zone;
    }

    private static ZoneScript Open(ZoneScript zone)
    {
        zone.Context = zone.Context with { ClosedFor = (_, _) => null };
        return zone;
    }
}
