using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

/// <summary>Nodes are brought back on a zone that was upgraded, and however that ends it is upgraded.</summary>
public sealed class ErrandTests
{
    [Fact]
    public void Nodes_are_brought_back_by_the_errand_of_the_runbook_and_the_zone_ends_as_it_had_ended()
    {
        var zone = Upgraded();
        var before = zone.Row;
        Readmit(zone, "hyper02", "hyper01");
        zone.Row.ShouldSatisfyAllConditions(
            r => (r.State, r.Work, r.Phase).ShouldBe((ZoneState.Running, Work.Wanted, Errand.ReadmitNodes)), r => r.EndedAt.ShouldBeNull(),
            r => r.Facts["readmit.nodes"].ShouldBe("hyper01,hyper02"));
        zone.Audit.Last(a => a.Code == "nodes-readmit").ShouldSatisfyAllConditions(a => a.Actor.ShouldBe("ann"), a => a.Args["comment"].ShouldBe("new disks"));
        Readmit(zone, "hyper01", "hyper02").LastRefusal.ShouldBeNull("twice is once");
        Readmit(zone, "hyper01").LastRefusal!.Code.ShouldBe("readmit-under-way");

        zone.Context = zone.Context with { Now = zone.Context.Now.AddDays(2) };
        zone.CarryOut();
        zone.Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(ZoneState.Succeeded), r => r.EndedAt.ShouldBe(before.EndedAt), r => r.Errand.ShouldBeNull(), r => r.Facts.Keys.ShouldNotContain(k => k.StartsWith("readmit.", StringComparison.Ordinal)), r => r.PhasesDone.ShouldBe(before.PhasesDone), r => r.Phase.ShouldBe(before.Phase));
        zone.Audit.Count(a => a.Code == "nodes-readmitted").ShouldBe(1);
        zone.Row.Decisions.ShouldNotContain(d => d.Kind == DecisionKind.Guard, "its own step looks at the nodes before it releases");

        Readmit(zone, "hyper01").Row.Ledger.Where(e => e.Phase == Errand.ReadmitNodes).ShouldAllBe(e => e.State == LedgerState.Open && e.Attempt == 2, "another time it is done anew");
    }

    [Fact]
    public void What_goes_wrong_is_asked_about_and_fail_leaves_an_upgraded_zone_with_its_guard_asked_about()
    {
        var zone = Upgraded();
        zone.Context = zone.Context with { Unanswered = TimeSpan.FromHours(1) };
        Readmit(zone, "hyper01");
        zone.Taken().Begin("put-nodes-back").End("put-nodes-back").Begin("disable-rescue-again").End("disable-rescue-again").Begin("update-hypers").End("update-hypers", StepOutcome.Failed).Hold("update-hypers", DecisionKind.FailedStep, [Choices.Retry, Choices.Fail]);
        zone.OpenDecision.ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(DecisionKind.FailedStep), d => d.ExpiresAt.ShouldBeNull("nothing waits behind it"));
        zone.Answer(Choices.Fail, "it is broken again");
        zone.OpenDecision.ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(DecisionKind.Guard), d => d.Guard.ShouldBe("rescue-disabled"));
        zone.Answer(Choices.Keep, "later");
        zone.Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(ZoneState.Succeeded), r => r.Error.ShouldBeNull(), r => r.CountsAsFailure.ShouldBeFalse(), r => r.GuardsInForce.Single().Name.ShouldBe("rescue-disabled"), r => r.KeptGuards.Keys.ShouldBe(["rescue-disabled"]));
        zone.Audit.Count(a => a.Code == "nodes-not-readmitted").ShouldBe(1);
        zone.Apply(ZoneUpgradeRules.ReleaseGuard(zone.Row, "rescue-disabled", null, "ann", zone.Context)).Row.Phase.ShouldBe("restore-rescue", "as the upgrade's own");
    }

    [Fact]
    public void Only_a_zone_that_was_upgraded_and_is_nobodys_takes_nodes_back()
    {
        Readmit(ZoneScript.At("verify"), "hyper01").LastRefusal!.Code.ShouldBe("readmit-zone-not-upgraded");
        var taken = Upgraded();
        taken.Context = taken.Context with { Taken = true };
        Readmit(taken, "hyper01").LastRefusal!.Code.ShouldBe("readmit-zone-taken");
        var without = Upgraded();
        without.Context = without.Context with { Runbook = without.Context.Runbook with { Errands = [] } };
        Readmit(without, "hyper01").LastRefusal!.Code.ShouldBe("readmit-runbook-without");
    }

    [Fact]
    public void It_waits_for_a_window_it_minds_no_rollout_that_was_aborted_and_a_lost_worker_is_followed()
    {
        var zone = Upgraded();
        zone.Context = zone.Context with { Rollout = Stance.Abort, ClosedFor = (_, _) => Finding.Of("window-closed", ("phase", "any")) };
        Readmit(zone, "hyper01").Row.ShouldSatisfyAllConditions(r => r.State.ShouldBe(ZoneState.Running), r => r.Work.ShouldBe(Work.None), r => r.Closed.ShouldNotBeNull());
        zone.Context = zone.Context with { ClosedFor = (_, _) => null };
        zone.LookAgain().Row.Work.ShouldBe(Work.Wanted);
        zone.Taken().Begin("put-nodes-back");
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, zone.Row.Epoch, zone.Context)).Row.Work.ShouldBe(Work.Wanted);
        zone.CarryOut().Row.State.ShouldBe(ZoneState.Succeeded);
    }

    [Fact]
    public void The_components_are_those_of_the_upgrade_without_those_that_somebody_said_no_to()
    {
        var zone = ZoneScript.At("upgrade-platform").Taken();
        foreach (var step in zone.Phase.Steps.TakeWhile(s => s.Name != "upgrade-packages"))
            zone.Begin(step.Name).End(step.Name);
        zone.Context = zone.Context with { Traits = zone.Context.Traits with { Components = new Dictionary<string, string> { ["proxy"] = "skip" } } };
        zone.Begin("upgrade-packages");
        foreach (var (component, offset) in new[] { ("all/common", 10), ("proxy/proxy", 20), ("hyper/hyper", 30) })
        {
            zone.Prompt("upgrade-packages", offset, "component", component, safePoint: true);
            zone.Delivered(zone.Row.Decisions[^1]);
        }

        zone.End("upgrade-packages");
        foreach (var step in zone.Phase.Steps.SkipWhile(s => s.Name != "upgrade-packages").Skip(1))
            zone.Begin(step.Name).End(step.Name);
        zone.Succeed();
        while (!zone.Row.IsEnded)
            zone.CarryOut();
        Readmit(zone, "hyper01").Row.Facts["readmit.components"].ShouldBe("all/common,hyper/hyper");
    }

    private static ZoneScript Upgraded()
    {
        var zone = ZoneScript.At("preflight");
        while (!zone.Row.IsEnded)
            zone.CarryOut();
        zone.Row.State.ShouldBe(ZoneState.Succeeded);
        return zone;
    }

    private static ZoneScript Readmit(ZoneScript zone, params IReadOnlyList<string> nodes) => zone.Apply(ZoneUpgradeRules.Readmit(zone.Row, nodes, "new disks", "ann", zone.Context));
}
