using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

public sealed class PromptTests
{
    private const string Step = "upgrade-packages";
    private static readonly Step Upgrade = Samples.Runbook.FindPhase("upgrade-platform")!.FindStep(Step)!;
    private static readonly string Component = Upgrade.Prompts.First(p => p.Component).Name;
    private static readonly string Sure = Upgrade.Prompts.First(p => p is { Policy: PromptPolicy.Answer, Component: false }).Name;
    private static readonly string FailedNodes = Upgrade.Prompts.First(p => p.FailedNodes).Name;

    private static ZoneScript AtUpgrade(Dictionary<string, string>? components = null)
    {
        var zone = ZoneScript.At("upgrade-platform");
        zone.Context = zone.Context with { Traits = zone.Context.Traits with { Components = components ?? [] } };
        return zone.Taken().Begin(Step);
    }

    private static IReadOnlyList<AnswerPrompt> OwedAnswers(ZoneScript zone) =>
        [.. Owed.Of(zone.Row, new OwedFrom(Samples.Zone("pek1a"), "me", TimeSpan.FromSeconds(30))).Select(o => o.Message).OfType<AnswerPrompt>()];

    [Fact]
    public void The_runbook_answers_at_once_under_its_own_name()
    {
        var zone = AtUpgrade().Prompt(Step, 100, Sure);
        zone.Row.State.ShouldBe(ZoneState.Running);
        OwedAnswers(zone).ShouldHaveSingleItem().Offset.ShouldBe(100);
        zone.Audit.Single(a => a.Code == "answer-given").Actor.ShouldBe($"policy:{Sure}");
    }

    [Theory]
    [InlineData("yes", "yes")]
    [InlineData("skip", "no")]
    [InlineData("ask", null)]
    public void The_zones_own_word_on_a_component_goes_first(string own, string? expected)
    {
        var zone = AtUpgrade(new() { ["hyper/hyper"] = own }).Prompt(Step, 100, Component, "hyper/hyper", safePoint: true);
        OwedAnswers(zone).Select(a => a.Text).SingleOrDefault().ShouldBe(expected);
        zone.Row.State.ShouldBe(expected is null ? ZoneState.Held : ZoneState.Running);
    }

    [Fact]
    public void A_skipped_component_is_remembered_with_who_skipped_it()
    {
        var zone = AtUpgrade(new() { ["bm"] = "skip" }).Prompt(Step, 100, Component, "bm/common", safePoint: true);
        zone.Row.Skipped.ShouldBeEmpty();
        zone.Delivered(zone.Row.Decisions[^1]);
        zone.Row.Skipped.ShouldHaveSingleItem().ShouldBe(new SkippedComponent("bm/common", "policy:component"));
        zone.Row.Debts.ShouldHaveSingleItem().Kind.ShouldBe(DebtKind.SkippedComponent);
    }

    [Fact]
    public void An_ignored_node_becomes_one_debt_however_often_it_is_told()
    {
        var zone = AtUpgrade().Prompt(Step, 100, FailedNodes, "hyper/hyper", true, "hyper07");
        zone.Row.State.ShouldBe(ZoneState.Held);
        zone.Answer(Choices.Yes).Delivered(zone.Row.Decisions[^1]);
        zone.Row.Debts.ShouldHaveSingleItem().ShouldBe(new Debt(DebtKind.IgnoredNode, "hyper07: hyper/hyper", "update-failed", "ops"));
        zone.End(Step, debts: [new Debt(DebtKind.IgnoredNode, "hyper07: hyper/hyper", "update-failed", null), new Debt(DebtKind.IgnoredNode, "hyper08: hyper/hyper", "update-failed", null)]);
        zone.Row.Debts.Select(d => d.What).ShouldBe(["hyper07: hyper/hyper", "hyper08: hyper/hyper"]);
    }

    [Fact]
    public void A_no_to_ignoring_failed_nodes_skips_no_component_even_where_nobody_could_read_which_nodes_failed()
    {
        var zone = AtUpgrade().Prompt(Step, 100, FailedNodes, "proxy/proxy", true);
        zone.Answer(Choices.No).Delivered(zone.Row.Decisions[^1]);
        zone.Row.Skipped.ShouldBeEmpty();
        zone.Row.Debts.ShouldBeEmpty();
    }

    [Fact]
    public void An_answer_is_owed_until_it_arrived_and_never_after()
    {
        var zone = AtUpgrade().Prompt(Step, 100, FailedNodes, "hyper/hyper", true, "hyper07").Answer(Choices.Yes);
        OwedAnswers(zone).Count.ShouldBe(1);
        OwedAnswers(zone.LookAgain()).Count.ShouldBe(1);
        OwedAnswers(zone.Delivered(zone.Row.Decisions[^1])).ShouldBeEmpty();
    }

    [Fact]
    public void A_takeover_keeps_question_and_answer_and_owes_it_under_the_new_epoch()
    {
        var zone = AtUpgrade().Prompt(Step, 100, FailedNodes, "hyper/hyper", true, "hyper07").Answer(Choices.Yes);
        var asked = zone.Row.Decisions[^1];
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, zone.Row.Epoch, zone.Context)).Taken("w2").Begin(Step).Prompt(Step, 100, FailedNodes, "hyper/hyper", true, "hyper07");
        zone.Row.Decisions[^1].Id.ShouldBe(asked.Id);
        zone.Row.State.ShouldBe(ZoneState.Running);
        OwedAnswers(zone).ShouldHaveSingleItem().Epoch.ShouldBe(zone.Row.Epoch);
    }

    [Fact]
    public void An_open_question_survives_a_takeover_unanswered()
    {
        var zone = AtUpgrade().Prompt(Step, 100, FailedNodes, "hyper/hyper", true, "hyper07");
        var asked = zone.OpenDecision.Id;
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, zone.Row.Epoch, zone.Context));
        zone.Row.Work.ShouldBe(Work.Wanted);
        zone.Taken("w2").Begin(Step).Prompt(Step, 100, FailedNodes, "hyper/hyper", true, "hyper07");
        zone.OpenDecision.Id.ShouldBe(asked);
        zone.Row.State.ShouldBe(ZoneState.Held);
    }

    [Fact]
    public void A_prompt_that_is_gone_is_no_longer_asked()
    {
        var zone = AtUpgrade().Prompt(Step, 100, FailedNodes, "hyper/hyper", true, "hyper07");
        var first = zone.OpenDecision.Id;
        zone.Prompt(Step, 200, FailedNodes, "vg/vg", true, "vg01");
        zone.Row.Decisions.Single(d => d.Id == first).State.ShouldBe(DecisionState.Withdrawn);
        zone.Answer(first, Choices.Yes).LastRefusal!.Code.ShouldBe("decision-not-open");
        zone.End(Step);
        zone.Row.Decisions.ShouldAllBe(d => !d.IsOpen);
    }

    [Fact]
    public void While_paused_no_policy_answers_at_a_safe_point_and_it_does_when_resumed()
    {
        var zone = AtUpgrade().With(Stance.Pause).Prompt(Step, 100, Component, "hyper/hyper", safePoint: true);
        OwedAnswers(zone).ShouldBeEmpty();
        zone.Row.Decisions[^1].AwaitsPolicy.ShouldBeTrue();
        zone.With(Stance.Go);
        OwedAnswers(zone).ShouldHaveSingleItem();
    }

    [Fact]
    public void While_paused_a_persons_answer_at_a_safe_point_waits()
    {
        var zone = AtUpgrade().Prompt(Step, 100, FailedNodes, "hyper/hyper", true, "hyper07").With(Stance.Pause).Answer(Choices.Yes);
        OwedAnswers(zone).ShouldBeEmpty();
        OwedAnswers(zone.With(Stance.Go)).ShouldHaveSingleItem();
    }

    [Fact]
    public void While_paused_a_prompt_in_mid_work_is_answered_so_that_the_script_comes_to_a_safe_point()
    {
        OwedAnswers(AtUpgrade().With(Stance.Pause).Prompt(Step, 100, Sure)).ShouldHaveSingleItem();
    }

    [Fact]
    public void While_aborted_a_prompt_in_mid_work_is_answered_so_that_the_script_comes_to_where_it_can_be_cancelled()
    {
        OwedAnswers(AtUpgrade().With(Stance.Abort).Prompt(Step, 100, Sure)).ShouldHaveSingleItem();
        OwedAnswers(AtUpgrade().With(Stance.AbortNow).Prompt(Step, 100, Sure)).ShouldBeEmpty();
    }

    [Fact]
    public void Abort_at_a_prompt_cancels_and_gives_no_answer()
    {
        var zone = AtUpgrade().Prompt(Step, 100, FailedNodes, "hyper/hyper", true, "hyper07").Answer(Choices.Abort);
        OwedAnswers(zone).ShouldBeEmpty();
        zone.Row.Stop!.Mode.ShouldBe(StopMode.Abort);
        zone.End(Step, StepOutcome.Cancelled).Stopped(StopMode.Abort);
        zone.Row.Ending!.State.ShouldBe(ZoneState.Aborted);
    }

    [Fact]
    public void An_unknown_prompt_is_answered_in_free_text_by_a_person()
    {
        var zone = AtUpgrade().Prompt(Step, 100, null);
        zone.Row.State.ShouldBe(ZoneState.Held);
        zone.Answer(null).LastRefusal!.Code.ShouldBe("answer-text-missing");
        zone.Answer(null, text: "a\nb").LastRefusal!.Code.ShouldBe("answer-text-unprintable");
        zone.Answer(null, text: "continue");
        OwedAnswers(zone).ShouldHaveSingleItem().Text.ShouldBe("continue");
    }
}
