using Fleet.Checking;

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
