using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Phases;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Phases;

/// <summary>The record is older than the zone: what ran there is found, and nothing of it runs again.</summary>
public sealed class LostPastTests
{
    private static readonly Guid Id = Guid.NewGuid();
    private static readonly Runbook Four = Small.Runbook(Small.Shell("a", "tool-a"), Small.Shell("check", "look", changes: false), Small.Shell("b", "tool-b"), Small.Shell("c", "tool-c"));

    [Fact]
    public async Task What_ran_is_taken_up_what_came_before_it_is_settled_and_the_rest_is_run()
    {
        var zone = Zone();
        await RunAsync(zone, Small.Runbook(Small.Shell("a", "tool-a"), Small.Shell("b", "tool-b")), 1);
        zone.Journal.ShouldBe(["run tool-a", "run tool-b"]);

        await RunAsync(zone, Four, 2, lost: true);

        zone.Journal.ShouldBe(["run tool-a", "run tool-b", "run tool-c"]);
    }

    [Fact]
    public async Task A_record_that_has_lost_nothing_runs_every_step()
    {
        var zone = Zone();
        await RunAsync(zone, Small.Runbook(Small.Shell("a", "tool-a"), Small.Shell("b", "tool-b")), 1);

        await RunAsync(zone, Four, 2);

        zone.Journal.ShouldBe(["run tool-a", "run tool-b", "run look", "run tool-c"]);
    }

    [Fact]
    public async Task An_execution_whose_output_is_gone_was_recorded_as_done()
    {
        var zone = Zone();
        await RunAsync(zone, Small.Runbook(Small.Shell("a", "tool-a")), 1);
        zone.Execution(ExecutionIds.For(Id, "a", 1, "main"))!.Cleaned = true;

        await using var worker = await WorkerUnderTest.StartAsync(Four, zone);
        await worker.SendAsync(Small.Command(Id, 2) with { RecordLost = true });
        var done = await worker.ReportAsync<StepFinished>();

        (done.Step, done.Outcome, done.AlreadyDone).ShouldBe(("a", StepOutcome.Succeeded, true));
        done.Findings[0].Code.ShouldBe("step-done-out-of-record");
        await worker.ReportAsync<PhaseSucceeded>();
    }

    [Fact]
    public void Of_several_executions_of_one_attempt_the_record_knows_which_to_look_after()
    {
        var known = ExecutionIds.For(Id, "b", 2, "extra");
        var past = LostPast.Of(Four, Id, [Small.Entry("b", LedgerState.Started, 2, known)], ["b.2.main", "b.2.extra"]);
        past.Ledger.Single().ExecutionId.ShouldBe(known);
        past.Furthest.ShouldBe("b");
    }

    [Fact]
    public void A_later_attempt_that_ran_is_the_one_that_counts()
    {
        var past = LostPast.Of(Four, Id, [Small.Entry("b", LedgerState.Open, 2, choice: "retry")], ["b.1.main", "b.3.main", "b.3.extra"]);
        var entry = past.Ledger.Single();
        (entry.State, entry.Attempt, entry.ExecutionId).ShouldBe((LedgerState.Started, 3, ExecutionIds.For(Id, "b", 3, "main")));
        Settled(past).ShouldBe(["a", "check"]);
    }

    [Fact]
    public void An_earlier_attempt_and_what_the_record_knows_the_end_of_say_nothing()
    {
        var ledger = new[] { Small.Entry("a", LedgerState.Succeeded), Small.Entry("b", LedgerState.Failed), Small.Entry("c", LedgerState.Open, 2, choice: "retry") };
        var past = LostPast.Of(Four, Id, ledger, ["a.1.main", "b.1.main", "c.1.main"]);
        past.Ledger.ShouldBe(ledger);
        past.Furthest.ShouldBeNull();
        Settled(past).ShouldBeEmpty();
    }

    [Fact]
    public void A_guards_release_says_nothing_of_the_steps_before_it()
    {
        var runbook = Small.Runbook(Small.Shell("a", "tool-a"), Small.Shell("release", "x") with { Kind = "release-guard" });
        var past = LostPast.Of(runbook, Id, [], ["release.1.main"]);
        Settled(past).ShouldBeEmpty();
        past.Ledger.Single().State.ShouldBe(LedgerState.Started);
    }

    [Fact]
    public void A_name_that_two_steps_have_says_nothing()
    {
        var two = Four with { Phases = [Four.Phases[0], new Phase { Name = "next", Title = "Next", Steps = [Small.Shell("b", "tool-b"), Small.Shell("d", "tool-d")] }] };
        var past = LostPast.Of(two, Id, [], ["b.1.main"]);
        past.Ledger.ShouldBeEmpty();
        Settled(past).ShouldBeEmpty();
        Settled(LostPast.Of(two, Id, [], ["d.1.main"])).ShouldBe(["a", "check", "b", "c"]);
    }

    private static List<string> Settled(LostPast past) => [.. Four.Phases[0].Steps.Where(s => past.IsSettled(Four.Phases[0], s)).Select(s => s.Name)];

    private static ScriptedZone Zone()
    {
        var zone = new ScriptedZone();
        foreach (var tool in new[] { "tool-a", "tool-b", "tool-c", "look" })
            zone.On(tool, "x\n");
        return zone;
    }

    private static async Task RunAsync(ScriptedZone zone, Runbook runbook, long epoch, bool lost = false)
    {
        await using var worker = await WorkerUnderTest.StartAsync(runbook, zone);
        await worker.SendAsync(Small.Command(Id, epoch) with { RecordLost = lost });
        await worker.ReportAsync<PhaseSucceeded>();
    }
}
