using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

/// <summary>What an abort is said to do is what it does.</summary>
public sealed class AbortPreviewTests
{
    [Fact]
    public void Of_a_zone_that_has_not_begun_nothing_ever_begins()
    {
        var zone = new ZoneScript();
        zone.Context = zone.Context with { Starts = 0 };
        var preview = Preview(zone);
        (preview.Effect, preview.Becomes, preview.BetweenVersions).ShouldBe((AbortEffect.NeverBegins, ZoneState.Aborted, false));
        Abort(zone).Row.State.ShouldBe(preview.Becomes);
    }

    [Fact]
    public void What_has_ended_stays_as_it_is()
    {
        var zone = ZoneScript.At("preflight").Taken().Fail("versions");
        var preview = Preview(zone);
        (preview.Effect, preview.Becomes).ShouldBe((AbortEffect.HasEnded, ZoneState.Failed));
    }

    [Fact]
    public void Before_packages_a_script_is_cancelled_and_the_guard_is_released_by_itself()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade");
        var preview = Preview(zone);
        (preview.Effect, preview.Becomes, preview.BetweenVersions).ShouldBe((AbortEffect.StopsAtSafePoint, ZoneState.Aborted, false));
        preview.Guards.Single().Effect.ShouldBe(GuardEffect.IsReleased);

        Abort(zone).End("pre-upgrade", StepOutcome.Cancelled).Stopped(StopMode.Abort);
        (zone.Row.Phase, zone.Row.Work).ShouldBe(("restore-rescue", Work.Wanted), "it is being released");
        zone.CarryOut().Row.State.ShouldBe(preview.Becomes);
        zone.Row.GuardsInForce.ShouldBeEmpty();
    }

    [Fact]
    public void While_packages_are_upgraded_the_guard_stays_until_a_person_decides_and_questions_are_withdrawn()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken();
        foreach (var step in zone.Phase.Steps.TakeWhile(s => s.Name != "upgrade-packages").ToList())
            zone.Begin(step.Name).End(step.Name);
        zone.Begin("upgrade-packages").Prompt("upgrade-packages", 100, "ignore-failed-nodes", "hyper/hyper", safePoint: true, "hyper07");
        var preview = Preview(zone);
        (preview.Effect, preview.Becomes, preview.BetweenVersions, preview.Withdrawn).ShouldBe((AbortEffect.StopsAtSafePoint, ZoneState.Aborted, true, 1));
        preview.Guards.Single().Effect.ShouldBe(GuardEffect.IsAsked);

        Abort(zone).End("upgrade-packages", StepOutcome.Cancelled).Stopped(StopMode.Abort);
        zone.OpenDecision.Kind.ShouldBe(DecisionKind.Guard);
        zone.Answer(Choices.Keep).Row.State.ShouldBe(preview.Becomes);
    }

    [Fact]
    public void What_is_killed_in_mid_work_becomes_unknown_and_between_two_steps_there_is_nothing_to_kill()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade");
        var preview = Preview(zone, StopMode.AbortNow);
        (preview.Effect, preview.Becomes).ShouldBe((AbortEffect.IsKilled, ZoneState.Unknown));
        preview.Guards.Single().Effect.ShouldBe(GuardEffect.IsAsked);
        Abort(zone, StopMode.AbortNow).End("pre-upgrade", StepOutcome.Unknown).Stopped(StopMode.AbortNow, unknown: true);
        zone.OpenDecision.Kind.ShouldBe(DecisionKind.Guard);
        zone.Answer(Choices.Keep).Row.State.ShouldBe(preview.Becomes);

        var between = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade").End("pre-upgrade");
        Preview(between, StopMode.AbortNow).Becomes.ShouldBe(ZoneState.Aborted);
    }

    [Fact]
    public void A_zone_that_nobody_works_on_ends_once_its_guards_are_settled()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade").End("pre-upgrade", StepOutcome.Failed).Hold("pre-upgrade", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]);
        var preview = Preview(zone);
        (preview.Effect, preview.Becomes, preview.Withdrawn).ShouldBe((AbortEffect.Ends, ZoneState.Aborted, 1));
        preview.Guards.Single().Effect.ShouldBe(GuardEffect.IsReleased);
        Abort(zone).CarryOut().Row.State.ShouldBe(preview.Becomes);
    }

    [Fact]
    public void A_script_whose_end_nobody_knows_is_looked_after_first()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade");
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, zone.Row.Epoch, zone.Context));
        Preview(zone).Effect.ShouldBe(AbortEffect.IsLookedAfter);
        Abort(zone).Row.Work.ShouldBe(Work.Wanted);
    }

    [Fact]
    public void A_guard_that_somebody_keeps_is_kept()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade");
        zone.Row = zone.Row with { KeptGuards = new Dictionary<string, string> { ["rescue-disabled"] = "ann" } };
        Preview(zone).Guards.Single().Effect.ShouldBe(GuardEffect.IsKept);
    }

    [Fact]
    public void On_the_way_to_an_end_the_guards_question_stays_asked()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken();
        foreach (var step in zone.Phase.Steps.TakeWhile(s => s.Name != "upgrade-packages").ToList())
            zone.Begin(step.Name).End(step.Name);
        zone.Begin("upgrade-packages").End("upgrade-packages", StepOutcome.Failed).Hold("upgrade-packages", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]).Answer(Choices.Fail);
        zone.OpenDecision.Kind.ShouldBe(DecisionKind.Guard);
        Preview(zone).ShouldSatisfyAllConditions(p => p.Withdrawn.ShouldBe(0), p => p.Guards.Single().Effect.ShouldBe(GuardEffect.IsAsked));
        Abort(zone).OpenDecision.Kind.ShouldBe(DecisionKind.Guard);

        // A release that was tried before packages and did not settle it is asked about too.
        var tried = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade");
        tried.Row = tried.Row with { Ending = new Ending(ZoneState.Aborted, null, ReleaseTried: true) };
        Preview(tried).Guards.Single().Effect.ShouldBe(GuardEffect.IsAsked);
    }

    [Fact]
    public void Looking_changes_nothing()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken().Begin("pre-upgrade");
        var row = zone.Row;
        Preview(zone);
        zone.Row.ShouldBeSameAs(row);
        zone.Row.OwnAbort.ShouldBeNull();
    }

    private static ZoneAbortPreview Preview(ZoneScript zone, StopMode mode = StopMode.Abort) => AbortPreviews.Of(zone.Row, mode, zone.Context);

    private static ZoneScript Abort(ZoneScript zone, StopMode mode = StopMode.Abort) => zone.Apply(ZoneUpgradeRules.Abort(zone.Row, mode, null, "ann", zone.Context));
}
