using Fleet.Orchestration.Reports;
using Fleet.Server.Api.Reports;

namespace Fleet.Server.Tests.Api.Reports;

public sealed class ReportMakerTests
{
    private static readonly ReportDocument Report = ReportMaker.Make(ReportSamples.Material(6), "UTC", zone: null);

    [Fact]
    public void Where_the_time_of_a_zone_went_adds_up_and_questions_at_the_same_time_count_once()
    {
        var zone = Report.Zones[3];
        zone.WaitingSeconds.ShouldBe(600, "one question from minute 5 to 13, another from 9 to 15, and one that the runbook answered");
        zone.Waiting.Count.ShouldBe(1);
        (zone.WorkingSeconds + zone.WaitingSeconds + zone.StandingSeconds).ShouldBe(zone.Seconds, 0.01);
        zone.Decisions.Count.ShouldBe(2);
        zone.AnsweredByPolicy.ShouldBe(new Dictionary<string, int> { ["policy:component"] = 1 });
    }

    [Fact]
    public void A_rollout_waits_while_any_of_its_zones_does_and_not_longer()
    {
        Report.ZoneWaitingSeconds.ShouldBe(5 * 600);
        Report.WaitingSeconds.ShouldBeLessThan(Report.ZoneWaitingSeconds);
        Report.WaitingSeconds.ShouldBeInRange(600, Report.Seconds);
    }

    [Fact]
    public void Every_try_shows_and_a_step_that_was_tried_again_stands_twice()
    {
        Report.Zones[0].Steps.Where(s => s.Step == "bootstrap").Select(s => $"{s.Attempt} {s.Outcome} {s.ExitCode}").ShouldBe(["1 Failed 3", "2 Succeeded "]);
        Report.Zones[0].StandingSeconds.ShouldBe(300, 0.01, "nobody was asked between the two");
        Report.Zones[3].Steps.Single(s => s.SettledAs is not null).ShouldSatisfyAllConditions(s => s.SettledAs.ShouldBe("mark-done"), s => s.SettledBy.ShouldBe(ReportSamples.Person));
        Report.Zones[1].Steps.Single(s => s.Cut > 0).Step.ShouldBe("upgrade-packages");
        Report.Zones[0].Incidents.Single().Code.ShouldBe("lease-expired");
    }

    [Fact]
    public void What_is_not_known_is_not_made_up()
    {
        var never = Report.Zones[2];
        (never.Seconds, never.Phases.Count, never.Steps.Count).ShouldBe((0, 0, 0));
        never.HealthAfter.ShouldBeNull();
        never.AtTarget.ShouldBeFalse();
        never.Backups.ShouldAllBe(b => b.State == BackupState.Unknown && b.At == null);
        Report.Zones[1].HealthAfter.ShouldBeNull("it never came to it");
        Report.Zones[3].HealthAfter!.Well.ShouldBeNull("a look that failed without a finding has told nothing");
        Report.Zones[0].HealthAfter!.Well.ShouldBe(true);
        Report.Zones[0].AtTarget.ShouldBeTrue();
        Report.Zones[1].AtTarget.ShouldBeFalse();
    }

    [Fact]
    public void Phases_are_measured_over_the_zones_that_are_through_and_beside_the_rollout_before()
    {
        var before = new EarlierRollout(Guid.NewGuid(), "oct-window", ReportSamples.Begin.AddDays(-28), 5, new Dictionary<string, PhaseTimes> { ["upgrade-platform"] = new(TimeSpan.FromMinutes(72), TimeSpan.FromMinutes(115), 5) });
        var phases = ReportMaker.Make(ReportSamples.Material(6, earlier: before), "UTC", zone: null).Phases;
        phases.Single(p => p.Name == "preflight").Zones.ShouldBe(5);
        var platform = phases.Single(p => p.Name == "upgrade-platform");
        (platform.Zones, platform.EarlierP50Seconds, platform.EarlierP90Seconds).ShouldBe((4, 72 * 60, 115 * 60));
        platform.P50Seconds!.Value.ShouldBeInRange(60 * 60, 110 * 60);
        platform.P50Seconds.Value.ShouldBeLessThanOrEqualTo(platform.P90Seconds!.Value);
        phases.Single(p => p.Name == "global-website").P50Seconds.ShouldBeNull();
    }

    [Fact]
    public void A_report_of_one_zone_has_that_zone_and_the_acts_about_it_or_about_the_whole()
    {
        var one = ReportMaker.Make(ReportSamples.Material(6), "UTC", ReportSamples.Zone(3));
        one.Zones.Select(z => z.Name).ShouldBe([ReportSamples.Zone(3)]);
        one.Acts.Select(a => a.Code).ShouldBe(["rollout-paused"]);
        one.Incidents.ShouldBeEmpty();
    }

    [Fact]
    public void One_that_runs_is_told_as_of_now_with_what_is_open()
    {
        var running = ReportMaker.Make(ReportSamples.Material(6, running: true), "UTC", zone: null);
        running.Running.ShouldBeTrue();
        var asks = running.Zones[^1];
        asks.EndedAt.ShouldBeNull();
        asks.Decisions.ShouldAllBe(d => d.ClosedAt == null && d.AnsweredBy == null && d.WaitingSeconds > 0);
        asks.Waiting.Single().To.ShouldBe(running.AsOf);
        asks.Phases[^1].EndedAt.ShouldBeNull();
    }
}
