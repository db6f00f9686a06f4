using Fleet.Checking;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;

namespace Fleet.Simulation.Tests;

/// <summary>What no broken part of the simulation shows: small histories that break a promise, told by hand.</summary>
public sealed class CheckerTests
{
    private const string Zone = "z1";
    private static readonly Guid Upgrade = new(1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
    private static readonly Guid Rollout = new(2, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
    private static readonly RunbookShape Runbook = new([("stage", ["bootstrap"]), ("restore", ["release-rescue"])], new HashSet<string> { "release-rescue" });
    private readonly History history = new();
    private int seconds;

    private DateTimeOffset Next => DateTimeOffset.UnixEpoch.AddSeconds(seconds++);

    [Fact]
    public void A_question_that_is_passed_over_is_seen()
    {
        history.Add(new PromptShown(Next, Zone, "e", "prompt 1", 1));
        history.Add(new PromptShown(Next, Zone, "e", "prompt 2", 2));
        Breaks(6, "passed over");
    }

    [Theory]
    [InlineData("crowd", "2 of r=x run where 1 may")]
    [InlineData("slow", "run in a slow start")]
    [InlineData("early", "before a of wave 0 has ended")]
    [InlineData("unjudged", "before wave canary was judged")]
    [InlineData("wave", "2 of wave rest run where 1 may")]
    public void A_start_that_breaks_a_limit_or_the_order_of_waves_is_seen(string what, string told)
    {
        var (ended, running) = (new ZoneStanding { State = ZoneState.Succeeded, StartsTaken = 1 }, new ZoneStanding { State = ZoneState.Running, StartsTaken = 1 });
        List<RolloutZone> zones = [.. new[] { "a", "b", "c" }.Select((z, i) => new RolloutZone { Zone = z, ZoneUpgradeId = new Guid(i, 0, 0, new byte[8]), Wave = i == 0 ? 0 : 1, Starts = 1, Labels = new Dictionary<string, string> { ["r"] = "x" } })];
        var rollout = new Orchestration.Rollouts.Rollout
        {
            Id = Rollout,
            Name = "test",
            Package = new PackageRef { FileName = "", Digest = "", Size = 0, Installer = "", Qingcloud = "", Upgrade = "" },
            Runbook = new RunbookRef("", ""),
            Phases = [],
            Strategy = new Strategy { MaxParallel = new Amount(9, null), MaxFailures = Amount.None, SlowStart = what == "slow", PerLabel = what == "crowd" ? new Dictionary<string, Amount> { ["r"] = new(1, null) } : new Dictionary<string, Amount>() },
            Waves = [new RolloutWave { Index = 0, Name = "canary", Bake = what == "unjudged" ? TimeSpan.FromMinutes(1) : null }, new RolloutWave { Index = 1, Name = "rest", MaxParallel = what == "wave" ? new Amount(1, null) : null }],
            Zones = zones,
            StartedBy = "",
            StartedAt = default,
        };
        history.Add(Rows.Of(rollout, Next, [zones[2]], zones.ToDictionary(z => z.ZoneUpgradeId, z => z.Zone == "a" && what != "early" && what != "slow" ? ended : running)));
        Breaks(5, told);
    }

    [Fact]
    public void What_begins_after_the_end_of_its_zone_upgrade_is_seen()
    {
        history.Add(Row("running"));
        history.Add(Row("failed"));
        history.Add(new ExecutionBegan(Next, Zone, "e", Upgrade, "bootstrap", 1));
        Breaks(3, "had ended");
    }

    [Fact]
    public void A_step_that_is_recorded_as_done_and_never_began_is_seen()
    {
        history.Add(Row("running", new StepRow(1, "started", "e")));
        history.Add(Row("running", new StepRow(1, "succeeded", "e")));
        Breaks(7, "never began");
    }

    [Fact]
    public void A_phase_that_goes_out_again_without_a_reason_is_seen()
    {
        history.Add(Dispatch(1));
        history.Add(Dispatch(2));
        Breaks(8, "nothing says why");
    }

    [Fact]
    public void A_phase_that_goes_out_again_for_a_reason_is_right()
    {
        history.Add(Dispatch(1));
        history.Add(Entry("lease-expired"));
        history.Add(Dispatch(2));
        Promises.Check(history, Runbook).ShouldBeEmpty();
    }

    [Fact]
    public void An_epoch_that_does_not_rise_is_seen()
    {
        history.Add(Dispatch(2));
        history.Add(Entry("lease-expired"));
        history.Add(Dispatch(2));
        Breaks(8, "not above");
    }

    [Fact]
    public void An_epoch_that_is_accepted_twice_is_seen()
    {
        history.Add(Entry("phase-accepted", ("epoch", "3")));
        history.Add(Entry("phase-accepted", ("epoch", "3")));
        Breaks(8, "accepted twice");
    }

    [Fact]
    public void A_flag_that_no_row_knows_of_is_seen()
    {
        history.Add(Row("succeeded"));
        history.Add(new FlagsRead(Next, Zone, ["hyper1", "hyper2"], ["hyper2"]));
        Breaks(4, "disabled on hyper1,");
    }

    [Fact]
    public void A_flag_that_the_site_had_set_stays()
    {
        history.Add(Row("succeeded"));
        history.Add(new FlagsRead(Next, Zone, ["hyper2"], ["hyper2"]));
        Promises.Check(history, Runbook).ShouldBeEmpty();
    }

    private void Breaks(int promise, string says)
    {
        var broken = Promises.Check(history, Runbook);
        broken.ShouldContain(v => v.Promise == promise && v.What.Contains(says, StringComparison.Ordinal), $"{string.Join('\n', broken)}\n{history.Told()}");
    }

    private ZoneRow Row(string state, StepRow? bootstrap = null) => new(
        Next, Zone, Upgrade, Rollout, state, "stage", "accepted", 1, "w", bootstrap is null ? new Dictionary<string, StepRow>() : new Dictionary<string, StepRow> { ["stage/bootstrap"] = bootstrap }, [], [], [], false, false, 0);

    private Audited Dispatch(long epoch) => Entry("phase-dispatched", ("phase", "stage"), ("epoch", $"{epoch}"));

    private Audited Entry(string code, params (string Name, string Value)[] args) => new(Next, Zone, Upgrade, Rollout, "coordinator", code, args.ToDictionary(a => a.Name, a => a.Value));
}
