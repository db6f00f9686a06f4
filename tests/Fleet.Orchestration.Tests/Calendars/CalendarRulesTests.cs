using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Tests.Rollouts;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Calendars;

namespace Fleet.Orchestration.Tests.Calendars;

/// <summary>Which zones a calendar lets start, and when a scheduled rollout begins.</summary>
public sealed class CalendarRulesTests
{
    /// <summary>A Monday, 23:00 in Shanghai.</summary>
    private static readonly DateTimeOffset Night = new(2026, 11, 30, 15, 0, 0, TimeSpan.Zero);
    private const string Pek = "windows:\n- {name: pek, zones: region=pek, from: \"22:00\", to: \"02:00\"}\n";

    [Fact]
    public void Windows_are_of_the_zones_that_they_name_and_others_are_open()
    {
        Closed("pek", Night).ShouldBeNull();
        Closed("pek", Night.AddHours(4)).ShouldBe("window-closed");
        Closed("sh", Night.AddHours(4)).ShouldBeNull();
    }

    [Fact]
    public void A_freeze_holds_for_all_and_is_waived_by_nobody()
    {
        const string freeze = Pek + "freezes:\n- {name: ice, from: 2026-11-30, to: 2026-12-02, reason: audit}\n";
        Closed("sh", Night, freeze).ShouldBe("frozen");
        Closed("pek", Night, freeze, waived: true).ShouldBe("frozen");
        Closed("pek", Night.AddHours(4), waived: true).ShouldBeNull();
        var told = CalendarRules.Closed(Of("sh", freeze), "verify", false, Night)!;
        told.Args.ShouldBe(new Dictionary<string, string> { ["freeze"] = "ice", ["until"] = "2026-12-01 16:00 UTC", ["reason"] = "audit" }, ignoreOrder: true);
    }

    [Fact]
    public void A_selector_that_cannot_be_read_is_told_with_its_place() =>
        CalendarRules.Problems(Load("windows:\n- {name: a, zones: 'pek1a,region=pek', from: \"22:00\", to: \"02:00\"}\n")).Single().ShouldSatisfyAllConditions(p => p.Code.ShouldBe("calendar-bad-selector"), p => p.Args["line"].ShouldBe("4"));

    [Theory]
    [InlineData(null, null, "preflight", false)]
    [InlineData("stage-package", null, "stage-package", true)]
    [InlineData("stage-package", "stage-package", "stage-package", false)] // the next one is open
    public void A_waiting_zone_is_asked_about_the_phase_that_is_its_next(string? phase, string? reached, string shut, bool closed)
    {
        var rollout = new RolloutScript(RolloutScript.Many(1)).Row with { Phases = ["preflight", "stage-package", "verify"] };
        var openings = Of("pek", $"windows:\n- {{name: never-now, from: \"03:00\", to: \"04:00\", phases: [{shut}]}}\n");
        var standing = RolloutWork.WithCalendar(new ZoneStanding { State = ZoneState.Waiting, ReachedUntil = reached }, rollout, rollout.Zones[0].ZoneUpgradeId, phase, openings, Night);
        (standing.Closed is not null).ShouldBe(closed || (phase is null && reached is null));
    }

    [Theory]
    [InlineData("", 180)]
    [InlineData(", phases: [preflight]", null)]
    public void A_whole_upgrade_must_fit_into_windows_for_all_phases_only(string phases, int? minutes)
    {
        var rollout = new RolloutScript(RolloutScript.Many(1)).Row with { Phases = ["preflight", "verify"] };
        var openings = Of("pek", $"windows:\n- {{name: night, from: \"22:00\", to: \"02:00\"{phases}}}\n");
        var standing = RolloutWork.WithCalendar(new ZoneStanding { State = ZoneState.Waiting }, rollout, rollout.Zones[0].ZoneUpgradeId, null, openings, Night);
        standing.WindowLeft.ShouldBe(minutes is { } left ? TimeSpan.FromMinutes(left) : null);
    }

    [Fact]
    public void A_closed_zone_does_not_start_and_its_wave_waits_for_it()
    {
        var rollout = new RolloutScript(RolloutScript.Many(3), maxParallel: 3);
        rollout.Set("z2", s => s with { Closed = Finding.Of("window-closed") }).Evaluate().Running.ShouldBe(["z1", "z3"]);
        rollout.Succeed("z1", "z3").Row.State.ShouldBe(RolloutState.Running);
        rollout.Set("z2", s => s with { Closed = null }).Evaluate().Running.ShouldBe(["z2"]);
    }

    [Fact]
    public void A_zone_that_does_not_fit_into_what_is_left_does_not_start_unless_a_person_says_so()
    {
        var rollout = new RolloutScript(RolloutScript.Many(2), maxParallel: 2);
        rollout.Row = rollout.Row with { Zones = [.. rollout.Row.Zones.Select(z => z with { Expected = TimeSpan.FromHours(2) })] };
        rollout.Set("z1", s => s with { WindowLeft = TimeSpan.FromHours(1) }).Set("z2", s => s with { WindowLeft = TimeSpan.FromHours(2) });
        rollout.Evaluate().Running.ShouldBe(["z2"]);

        var waived = RolloutRules.Waive(rollout.Row, "z1", "its owner agreed", "ann");
        waived.Audit.Single().ShouldSatisfyAllConditions(a => a.Code.ShouldBe("window-waived"), a => a.Zone.ShouldBe("z1"), a => a.Args["comment"].ShouldBe("its owner agreed"), a => a.Actor.ShouldBe("ann"));
        rollout.Do(waived).Evaluate().Running.ShouldBe(["z1", "z2"]);
        RolloutRules.Waive(rollout.Row, "z1", "again", "bob").Audit.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_not_known_what_was_begun_and_what_stops_at_a_phase_is_not_held_against_the_time_that_is_left()
    {
        var rollout = new RolloutScript(RolloutScript.Many(1));
        var standing = new ZoneStanding { State = ZoneState.Waiting, WindowLeft = TimeSpan.FromMinutes(1) };
        var known = rollout.Row.Zones[0] with { Expected = TimeSpan.FromHours(2) };
        RolloutRules.Fits(rollout.Row, known, standing).ShouldBeFalse();
        RolloutRules.Fits(rollout.Row, rollout.Row.Zones[0], standing).ShouldBeTrue();
        RolloutRules.Fits(rollout.Row, known, standing with { StartsTaken = 1 }).ShouldBeTrue();
        RolloutRules.Fits(rollout.Row with { Until = "stage-package" }, known, standing).ShouldBeTrue();
        RolloutRules.Fits(rollout.Row, known, standing with { WindowLeft = null }).ShouldBeTrue();
    }

    [Fact]
    public void A_scheduled_rollout_begins_in_its_time_or_not_at_all()
    {
        var rollout = Scheduled();
        rollout.Evaluate().Running.ShouldBeEmpty();
        rollout.Now = Night;
        rollout.Evaluate().Running.ShouldBe(["z1"]);
        rollout.Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Running), r => r.StartedAt.ShouldBe(Night));

        var late = Scheduled();
        late.Now = Night.AddMinutes(30);
        late.Evaluate().Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Aborted), r => r.Reason!.Code.ShouldBe("schedule-expired"));
        late.Running.ShouldBeEmpty();
        late.After(TimeSpan.FromDays(1)).Row.State.ShouldBe(RolloutState.Aborted);
    }

    [Fact]
    public void One_that_was_taken_back_does_not_begin()
    {
        var rollout = Scheduled();
        rollout.Do(RolloutRules.Abort(rollout.Row, now: false, null, "ops"));
        rollout.Now = Night;
        rollout.End("z1", ZoneState.Aborted).End("z2", ZoneState.Aborted).Evaluate().Row.State.ShouldBe(RolloutState.Aborted);
        rollout.Audit.ShouldNotContain(a => a.Code == "rollout-begun");
    }

    private static RolloutScript Scheduled()
    {
        var rollout = new RolloutScript(RolloutScript.Many(2), maxParallel: 1);
        rollout.Row = rollout.Row with { State = RolloutState.Scheduled, StartsAt = Night, ExpiresAt = Night.AddMinutes(30) };
        return rollout;
    }

    private static string? Closed(string region, DateTimeOffset at, string text = Pek, bool waived = false) => CalendarRules.Closed(Of(region, text), "verify", waived, at)?.Code;

    private static Openings Of(string region, string text) => CalendarRules.Of(Load(text), Samples.Zone("a", region: region));

    private static CalendarFile Load(string text) => CalendarLoader.Load($"apiVersion: fleet/v1\ntimeZone: Asia/Shanghai\n{text}").Calendar!;
}
