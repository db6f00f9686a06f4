using Fleet.Cli.CommandLine;
using Fleet.Cli.Rollouts.Timelines;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Packages;
using Fleet.Server.Api.Reports;
using Fleet.Server.Api.Rollouts;
using NodaTime;

namespace Fleet.Cli.Tests.Rollouts;

public sealed class PlotMakerTests
{
    private static readonly DateTimeOffset Start = PlotSamples.Start;

    [Fact]
    public void A_rollout_has_a_row_for_each_zone_with_the_reports_own_times()
    {
        var plot = PlotMaker.Make(Report(running: false), null, DateTimeZone.Utc);
        (plot.From, plot.To, plot.Now).ShouldBe((Start, Start.AddMinutes(60), null));
        plot.Rows.Select(r => r.Name).ShouldBe(["pek1a"]);
        plot.Rows[0].Bars.ShouldBe([new PlotBar(0, PlotSamples.Between(0, 10)), new PlotBar(1, PlotSamples.Between(10, 20)), new PlotBar(1, PlotSamples.Between(40, 60))]);
        plot.Rows[0].Waiting.ShouldBe([PlotSamples.Between(20, 40)]);
        plot.Rows[0].Waited.ShouldBe(1200);
    }

    [Fact]
    public void While_it_runs_there_is_room_behind_now()
    {
        var plot = PlotMaker.Make(Report(running: true), null, DateTimeZone.Utc);
        plot.Now.ShouldBe(Start.AddMinutes(60));
        plot.To.ShouldBeGreaterThan(Start.AddMinutes(61));
    }

    [Fact]
    public void One_zone_has_a_row_for_each_of_its_phases_and_a_wait_is_in_the_phase_that_waited()
    {
        var plot = PlotMaker.Make(Report(running: false), "pek1a", DateTimeZone.Utc);
        plot.Rows.Select(r => r.Name).ShouldBe(["preflight", "upgrade-platform"]);
        plot.Rows[0].Waiting.ShouldBeEmpty();
        plot.Rows[1].Waiting.ShouldBe([PlotSamples.Between(20, 40)]);
        plot.Rows[1].Took.ShouldBe(3000);
    }

    [Fact]
    public void A_zone_that_is_not_in_it_is_told_with_those_that_are() =>
        Should.Throw<CliFailure>(() => PlotMaker.Make(Report(running: false), "cd1a", DateTimeZone.Utc)).Message.ShouldBe("nov-window has no zone cd1a. Its zones: pek1a.");

    private static ReportDocument Report(bool running) => new()
    {
        AsOf = Start.AddMinutes(60),
        Running = running,
        TimeZone = "UTC",
        Id = Guid.Empty,
        Name = "nov-window",
        State = running ? RolloutState.Running : RolloutState.Succeeded,
        Package = new PackageDocument { Id = "i", FileName = "f", Digest = new string('a', 64), Size = 1, Installer = "1", Qingcloud = "1", Upgrade = "1" },
        Runbook = new RunbookRef("qingcloud-upgrade", new string('b', 64)),
        Interactive = false,
        MaxParallel = 1,
        Budget = new BudgetDocument(1, 0),
        StartedBy = "operator",
        StartedAt = Start,
        EndedAt = running ? null : Start.AddMinutes(60),
        Counts = new ZoneCounts(),
        Seconds = 3600,
        WaitingSeconds = 1200,
        ZoneWorkingSeconds = 2400,
        ZoneWaitingSeconds = 1200,
        Phases = [new ReportPhase("preflight", "Preflight", 1, null, null, null, null), new ReportPhase("upgrade-platform", "Upgrade", 1, null, null, null, null)],
        Waves = [],
        Zones = [Zone(running)],
        Decisions = [],
        Acts = [],
        Incidents = [],
    };

    private static ReportZone Zone(bool running) => new()
    {
        Name = "pek1a",
        State = running ? ZoneState.Running : ZoneState.Succeeded,
        Wave = "all",
        StartedAt = Start,
        EndedAt = running ? null : Start.AddMinutes(60),
        Seconds = 3600,
        WorkingSeconds = 2400,
        WaitingSeconds = 1200,
        StandingSeconds = 0,
        Waiting = [PlotSamples.Between(20, 40)],
        VersionsBefore = null,
        VersionsAfter = null,
        AtTarget = true,
        Phases =
        [
            new ReportZonePhase("preflight", "Preflight", true, Start, Start.AddMinutes(10), 600, 0, [PlotSamples.Between(0, 10)]),
            new ReportZonePhase("upgrade-platform", "Upgrade", true, Start.AddMinutes(10), Start.AddMinutes(60), 1800, 1200, [PlotSamples.Between(10, 20), PlotSamples.Between(40, 60)]),
        ],
        Steps = [],
        Decisions = [],
        AnsweredByPolicy = new Dictionary<string, int>(),
        Backups = [],
        Guards = [],
        Skipped = [],
        Debts = [],
        Windows = [],
        Incidents = [],
    };
}
