using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases;
using Fleet.Worker.Phases.Leases;
using Fleet.Worker.Phases.Prompts;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Phases;

public sealed class RulesTests
{
    [Theory]
    [InlineData("Absent", null, false, "Start")]
    [InlineData("Staged", null, false, "Start")]
    [InlineData("Absent", null, true, "Unknown")]
    [InlineData("Staged", null, true, "Unknown")]
    [InlineData("Running", null, true, "Follow")]
    [InlineData("Running", null, false, "Follow")]
    [InlineData("Exited", 0, true, "TakeResult")]
    [InlineData("Exited", 3, false, "TakeResult")]
    [InlineData("Exited", null, true, "Unknown")]
    [InlineData("Orphan", null, true, "Unknown")]
    [InlineData("Lost", null, false, "Unknown")]
    public void Only_what_neither_zone_nor_record_saw_started_may_start(string state, int? exit, bool recorded, string action) =>
        ExecutionRules.Decide(Enum.Parse<ExecutionState>(state), exit, recorded).ToString().ShouldBe(action);

    [Theory]
    [InlineData(2, 7, null, null, 5, false, "DeclineContract")]
    [InlineData(1, 7, null, null, 5, false, "Take")]
    [InlineData(1, 7, null, null, 0, false, "DeclineFull")]
    [InlineData(1, 7, null, null, 5, true, "DeclineDraining")]
    [InlineData(1, 7, 7L, null, 0, false, "Same")]
    [InlineData(1, 7, 6L, null, 0, false, "Adopt")]
    [InlineData(1, 7, 8L, null, 5, false, "Stale")]
    [InlineData(1, 7, null, 7L, 5, false, "Stale")]
    [InlineData(1, 7, null, 6L, 5, false, "Take")]
    public void A_command_is_taken_adopted_or_declined_by_its_epoch(int contract, long epoch, long? held, long? seen, int free, bool draining, string action) =>
        DispatchRules.Decide(contract, 1, epoch, held, seen, free, draining).ToString().ShouldBe(action);

    [Theory]
    [InlineData(null, 1, "Consider")]
    [InlineData("Open", 1, "Consider")]
    [InlineData("Open", 2, "Run")]
    [InlineData("Started", 1, "Run")]
    [InlineData("Succeeded", 1, "Pass")]
    [InlineData("Ignored", 1, "Pass")]
    [InlineData("MarkedDone", 2, "Pass")]
    [InlineData("Skipped", 1, "Pass")]
    [InlineData("Unknown", 1, "Run")]
    public void The_ledger_says_what_is_left_of_a_step(string? state, int attempt, string action) =>
        StepRules.Decide(state is null ? null : Small.Entry("a", Enum.Parse<LedgerState>(state), attempt)).ToString().ShouldBe(action);

    [Theory]
    [InlineData("Open", "Consider")]
    [InlineData("Started", "Run")]
    [InlineData("Skipped", "Pass")]
    public void What_an_errand_goes_through_anew_is_considered_anew(string state, string action) =>
        StepRules.Decide(Small.Entry("a", Enum.Parse<LedgerState>(state), 2) with { Parameters = new Dictionary<string, string> { [LedgerEntry.Anew] = "true", ["by"] = "ann" } }).ToString().ShouldBe(action);

    [Theory]
    [InlineData("Unknown", false, "check-again,mark-done,retry,fail")]
    [InlineData("TimedOut", false, "retry,ignore,mark-done,fail,check-again")]
    [InlineData("TimedOut", true, "retry,mark-done,fail,check-again")]
    [InlineData("Failed", false, "retry,ignore,mark-done,fail")]
    [InlineData("Failed", true, "retry,mark-done,fail")]
    public void Each_outcome_offers_its_choices(string outcome, bool required, string choices) =>
        string.Join(',', StepChoices.For(Enum.Parse<StepOutcome>(outcome), required)).ShouldBe(choices);

    [Fact]
    public void An_execution_that_nobody_knows_of_blocks_the_zone_until_a_person_has_decided()
    {
        var id = Guid.NewGuid();
        var execution = ExecutionIds.For(id, "bootstrap", 1, "main");
        var none = new Dictionary<string, string>();
        var retry = new Dictionary<string, string> { ["choice"] = Choices.Retry };
        ResolveRules.Verdict(execution, id, "bootstrap", 1, none, []).ShouldBeNull();
        ResolveRules.Verdict(execution, id, "bootstrap", 2, retry, []).ShouldBe(Choices.Retry);
        ResolveRules.Verdict(execution, id, "bootstrap", 2, new Dictionary<string, string> { ["choice"] = Choices.CheckAgain }, []).ShouldBeNull();
        ResolveRules.Verdict(execution, id, "qemu", 1, none, [Small.Entry("bootstrap", LedgerState.MarkedDone)]).ShouldBe(Choices.MarkDone);
        ResolveRules.Verdict(execution, id, "qemu", 1, none, [Small.Entry("bootstrap", LedgerState.Unknown)]).ShouldBeNull();
        ResolveRules.Verdict(execution, Guid.NewGuid(), "qemu", 1, none, []).ShouldBeNull();
    }

    [Fact]
    public void An_execution_id_says_what_it_is_for()
    {
        var id = Guid.NewGuid();
        ExecutionIds.Parse(ExecutionIds.For(id, "upgrade-packages", 3, "main")).ShouldBe(new ExecutionName(id, "upgrade-packages", 3, "main"));
        ExecutionIds.Parse("something else").ShouldBeNull();
    }

    [Theory]
    [InlineData("4.3.0", null, "4.10.0", true)]
    [InlineData("4.3.0", null, "4.2.9", false)]
    [InlineData("4.3.0", null, null, false)]
    [InlineData(null, "4.3.0", "4.2.1", true)]
    [InlineData(null, "4.3.0", "4.3.0", false)]
    [InlineData(null, "4.10.0", "4.9.3", true)]
    public void A_step_applies_by_the_installers_version_compared_per_component(string? from, string? before, string? installer, bool applies)
    {
        var facts = installer is null ? [] : new Dictionary<string, string> { ["versions.installer"] = installer };
        var why = ConditionRules.WhyNot(new Condition { InstallerFrom = from, InstallerBefore = before }, Small.Command().Traits, facts);
        (why is null).ShouldBe(applies, why);
    }

    [Theory]
    [InlineData("global", "global", true)]
    [InlineData("sub", "global", false)]
    [InlineData("sub", "sub", true)]
    public void What_the_zone_said_of_its_kind_goes_before_the_inventory(string wanted, string read, bool applies) =>
        (ConditionRules.WhyNot(new Condition { ZoneKind = wanted }, Small.Command().Traits, new Dictionary<string, string> { ["zone.kind.pek1a"] = read }) is null).ShouldBe(applies);

    [Fact]
    public void A_fact_must_have_its_value()
    {
        var condition = new Condition { Facts = new Dictionary<string, string> { ["repo.changed"] = "true" } };
        ConditionRules.WhyNot(condition, Small.Command().Traits, new Dictionary<string, string>()).ShouldBe("repo.changed is not set, not true");
        ConditionRules.WhyNot(condition, Small.Command().Traits, new Dictionary<string, string> { ["repo.changed"] = "true" }).ShouldBeNull();
    }

    [Theory]
    [InlineData(30, 10, 10)]
    [InlineData(3, 10, 1)]
    [InlineData(0.1, 10, 0.2)]
    public void A_beat_comes_every_third_of_the_shortest_lease(double lease, double idle, double beat) =>
        LeaseRules.Beat([TimeSpan.FromSeconds(lease), TimeSpan.FromMinutes(1)], TimeSpan.FromSeconds(idle)).TotalSeconds.ShouldBe(beat, 0.001);

    [Theory]
    [InlineData(AnswerResult.Applied, "Applied", "None")]
    [InlineData(AnswerResult.Withdrawn, "Stale", "None")]
    [InlineData(AnswerResult.Conflict, "Conflict", "None")]
    [InlineData(AnswerResult.Unknown, "Unknown", "None")]
    [InlineData(AnswerResult.Withdrawn, "Refused", "NotRunning")]
    [InlineData(AnswerResult.Conflict, "Refused", "BadInput")]
    [InlineData(null, "Refused", "LockTimeout")]
    public void What_became_of_an_answer_is_told(AnswerResult? result, string state, string refusal) =>
        AnswerRules.Result(new AnswerReply(Enum.Parse<AnswerState>(state), false, Enum.Parse<Refusal>(refusal), "")).ShouldBe(result);
}
