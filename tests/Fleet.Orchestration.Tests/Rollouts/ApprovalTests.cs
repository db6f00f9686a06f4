using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Tests.Rollouts;

/// <summary>Started by ops; two have to approve, within a day.</summary>
public sealed class ApprovalTests
{
    [Fact]
    public void Nothing_begins_before_enough_people_have_approved()
    {
        var rollout = Waiting().Evaluate();
        rollout.Running.ShouldBeEmpty();
        rollout.Row.State.ShouldBe(RolloutState.WaitingApproval);
        Give(rollout, "ann").Evaluate();
        (rollout.Row.State, rollout.Row.Approval!.State).ShouldBe((RolloutState.WaitingApproval, DecisionState.Open));
        rollout.Row.Approval.Question.Args["given"].ShouldBe("1 (ann)");
        Give(rollout, "bob");
        (rollout.Row.State, rollout.Row.Approval!.State).ShouldBe((RolloutState.Scheduled, DecisionState.Answered));
        rollout.Evaluate().Running.ShouldHaveSingleItem();
        rollout.Row.StartedAt.ShouldBe(rollout.Now);
        rollout.Audit.Where(a => a.Code == "approval-given").Select(a => $"{a.Actor} {a.Args["left"]}").ShouldBe(["ann 1", "bob 0"]);
    }

    [Fact]
    public void One_persons_approval_counts_once()
    {
        var rollout = Give(Waiting(), "ann");
        var row = rollout.Row;
        Give(rollout, "ann").Row.ShouldBeSameAs(row);
        Give(rollout, "bob").Evaluate();
        Give(rollout, "ann").Row.State.ShouldBe(RolloutState.Running, "it was approved, by her too");
        Answer(rollout, "eve", Choices.Approve).Row.ShouldBeSameAs(rollout.Row, "what is approved is");
        Answer(rollout, "eve", Choices.Reject, "no").Refusal!.Code.ShouldBe("decision-answered");
    }

    [Theory]
    [InlineData("{required: 1}", "ops", "approval-of-own")]
    [InlineData("{required: 1, self: true}", "ops", null)]
    [InlineData("{required: 1, from: [ann, ops]}", "ops", "approval-of-own")]
    [InlineData("{required: 1, from: [ann]}", "bob", "approval-not-yours")]
    [InlineData("{required: 1, from: [ann]}", "ann", null)]
    public void Who_may_not_approve_is_told_why(string approvals, string actor, string? refused)
    {
        var rollout = Waiting(approvals);
        Answer(rollout, actor, Choices.Approve).Refusal?.Code.ShouldBe(refused);
        (Answer(rollout, actor, Choices.Approve).Refusal is null).ShouldBe(refused is null);
        (Answer(rollout, actor, Choices.Reject, "no").Refusal is null).ShouldBe(refused is null);
    }

    [Theory]
    [InlineData("ann", 1)]
    [InlineData("ann bob", 1)]
    [InlineData("eve", 1)]
    [InlineData("ann eve", 0)]
    [InlineData("", 2)]
    public void One_of_some_must_be_among_them(string given, int left) => RolloutRules.Missing(
        new ApprovalRule { Required = 2, OneOf = ["eve", "joe"] },
        [.. given.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(g => new GivenApproval(g, default, null))]).ShouldBe(left);

    [Theory]
    [InlineData("ops", "ops")]
    [InlineData("operator/ann", "operator/bob")]
    [InlineData("operator/ann", "operator")]
    [InlineData("operator/ann", "ann")]
    [InlineData("ann", "operator/ann")]
    [InlineData("ann", "Ann")]
    public void Nobody_approves_their_own_by_another_name(string startedBy, string actor)
    {
        var rollout = Waiting();
        RolloutRules.Barred(rollout.Row with { StartedBy = startedBy }, actor, [])!.Code.ShouldBe("approval-of-own");
        RolloutRules.Barred(rollout.Row with { StartedBy = startedBy }, "cleo", []).ShouldBeNull();
    }

    [Fact]
    public void A_group_is_named_and_whoever_is_in_it_may()
    {
        var rollout = Waiting("{required: 1, from: ['group:sre', eve]}");
        RolloutRules.Barred(rollout.Row, "ann", ["ops"])!.Code.ShouldBe("approval-not-yours");
        RolloutRules.Barred(rollout.Row, "ann", ["sre"]).ShouldBeNull();
        RolloutRules.Barred(rollout.Row, "eve", []).ShouldBeNull();
        RolloutRules.Missing(new ApprovalRule { Required = 1, OneOf = ["group:sre"] }, [new GivenApproval("ann", default, null, ["sre"])]).ShouldBe(0);
        RolloutRules.Missing(new ApprovalRule { Required = 1, OneOf = ["group:sre"] }, [new GivenApproval("ann", default, null, [])]).ShouldBe(1);
    }

    [Fact]
    public void A_rejection_wants_a_reason_and_ends_it_before_it_began()
    {
        var rollout = Give(Waiting(), "ann");
        Answer(rollout, "bob", Choices.Reject, " ").Refusal!.Code.ShouldBe("answer-comment-missing");
        Answer(rollout, "bob", "yes").Refusal!.Code.ShouldBe("answer-choice-unknown");
        rollout.Do(Answer(rollout, "bob", Choices.Reject, "not this week"));
        rollout.Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Aborted), r => r.Reason!.Args["comment"].ShouldBe("not this week"), r => r.EndedAt.ShouldNotBeNull());
        Answer(rollout, "eve", Choices.Approve).Refusal!.Code.ShouldBe("decision-answered");
        rollout.Evaluate().Running.ShouldBeEmpty();
    }

    [Fact]
    public void What_nobody_approves_in_time_ends_without_having_begun()
    {
        var rollout = Give(Waiting("{required: 2, within: 2h}"), "ann").After(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        rollout.Row.State.ShouldBe(RolloutState.WaitingApproval);
        rollout.After(TimeSpan.FromSeconds(1));
        rollout.Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Aborted), r => r.Reason!.Code.ShouldBe("approval-expired"), r => r.Approval!.State.ShouldBe(DecisionState.Expired));
        Answer(rollout, "bob", Choices.Approve).Refusal!.Code.ShouldBe("decision-not-open");
    }

    [Fact]
    public void A_scheduled_rollout_waits_for_its_hour_once_it_is_approved_and_for_approval_no_longer_than_that()
    {
        var rollout = Waiting("{required: 1}", startsIn: TimeSpan.FromHours(3));
        Give(rollout, "ann").Evaluate().Row.State.ShouldBe(RolloutState.Scheduled);
        rollout.After(TimeSpan.FromHours(3)).Running.ShouldHaveSingleItem();

        var late = Waiting("{required: 1}", startsIn: TimeSpan.FromHours(3)).After(TimeSpan.FromHours(4));
        late.Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Aborted), r => r.Reason!.Code.ShouldBe("approval-expired"));
    }

    [Fact]
    public void An_abort_withdraws_the_question()
    {
        var rollout = Waiting();
        rollout.Do(RolloutRules.Abort(rollout.Row, now: false, null, "ops"));
        (rollout.Row.State, rollout.Row.Approval!.State).ShouldBe((RolloutState.Aborting, DecisionState.Withdrawn));
    }

    [Fact]
    public void What_was_approved_is_not_widened()
    {
        var rollout = Give(Give(Waiting(), "ann"), "bob").Evaluate();
        var more = rollout.Row.Zones[0] with { Zone = "new", ZoneUpgradeId = Guid.NewGuid() };
        RolloutRules.Add(rollout.Row, more, null, rollout.Zones, null, "ops").Refusal!.Code.ShouldBe("approved-not-widened");
        RolloutRules.Limit(rollout.Row, 2, null, null, "ops").Refusal!.Code.ShouldBe("approved-not-widened");
        RolloutRules.Limit(rollout.Row, null, Amount.Parse("3"), null, "ops").Refusal!.Code.ShouldBe("approved-not-widened");
        RolloutRules.Limit(rollout.Row, null, Amount.Parse("0"), null, "ops").Refusal.ShouldBeNull();
        RolloutRules.Claim(rollout.Row, rollout.Row.Approval!.Id, takeOver: false, "ann", rollout.Now).Refusal!.Code.ShouldBe("approval-not-claimed");
    }

    [Fact]
    public void What_is_not_as_planned_any_more_ends_and_says_what()
    {
        var rollout = Give(Give(Waiting(), "ann"), "bob");
        rollout.Do(RolloutRules.Outdated(rollout.Row, [Finding.Of("plan-zone-changed", ("zone", "pek1a")), Finding.Of("plan-strategy-changed")], rollout.Now));
        rollout.Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RolloutState.Aborted), r => r.Reason!.Args["changes"].ShouldBe("pek1a plan-zone-changed, plan-strategy-changed"));
        rollout.Audit.Select(a => a.Code).ShouldContain("plan-zone-changed");
    }

    private static RolloutScript Waiting(string approvals = "{required: 2}", TimeSpan? startsIn = null)
    {
        var rollout = new RolloutScript([Samples.Zone("pek1a"), Samples.Zone("sh1a")], failures: null, strategy: $"apiVersion: fleet/v1\nname: s\nmaxParallel: 1\nmaxFailures: 1\napprovals: {approvals}\nwaves: [{{name: all}}]\n");
        rollout.Row = rollout.Row with { Plan = new string('a', 64) };
        if (startsIn is { } time)
            rollout.Row = rollout.Row with { State = RolloutState.Scheduled, StartsAt = rollout.Now + time, ExpiresAt = rollout.Now + time + StartCheck.Lateness };
        rollout.Row = RolloutRules.AskForApproval(rollout.Row, rollout.Now);
        return rollout;
    }

    private static RolloutScript Give(RolloutScript rollout, string actor) => rollout.Do(Answer(rollout, actor, Choices.Approve));

    private static Change<Rollout> Answer(RolloutScript rollout, string actor, string choice, string? comment = null) =>
        RolloutRules.Answer(rollout.Row, rollout.Row.Approval!.Id, new AnswerDecision { Choice = choice, Comment = comment }, actor, rollout.Now);
}
