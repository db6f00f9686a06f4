using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

public sealed class PhaseOrderTests
{
    [Fact]
    public void A_zone_waits_until_its_rollout_has_started_it()
    {
        var zone = new ZoneScript();
        zone.Context = zone.Context with { Starts = 0 };
        zone.LookAgain().Row.State.ShouldBe(ZoneState.Waiting);
        zone.Row.Work.ShouldBe(Work.None);
        zone.Context = zone.Context with { Starts = 1 };
        zone.LookAgain().Row.State.ShouldBe(ZoneState.Running);
        zone.Row.Work.ShouldBe(Work.Wanted);
        zone.Row.Phase.ShouldBe("preflight");
    }

    [Fact]
    public void A_phase_follows_only_its_predecessors_recorded_end()
    {
        var zone = new ZoneScript().LookAgain().Taken();
        zone.Begin("zone-activity").End("zone-activity");
        zone.LookAgain().Row.Phase.ShouldBe("preflight");
        zone.Succeed().Row.Phase.ShouldBe("stage-package");
        zone.Row.PhasesDone.ShouldBe(["preflight"]);
    }

    [Theory]
    [InlineData(false, 7)]
    [InlineData(true, 8)]
    public void The_website_belongs_to_special_sub_zones_only(bool special, int phases)
    {
        var zone = new ZoneScript();
        zone.Context = zone.Context with { Traits = new ZoneTraits { ZoneIds = [new ZoneIdTraits("pek1a", ZoneKind.Global, false), new ZoneIdTraits("pek1b", ZoneKind.Sub, special)] } };
        zone.LookAgain();
        while (!zone.Row.IsEnded)
            zone.CarryOut();
        zone.Row.State.ShouldBe(ZoneState.Succeeded);
        zone.Row.PhasesDone.Count.ShouldBe(phases);
    }

    [Fact]
    public void A_zone_that_is_there_already_ends_well_with_nothing_done()
    {
        var zone = new ZoneScript().LookAgain().Taken().Succeed(alreadyThere: true);
        zone.Row.State.ShouldBe(ZoneState.Succeeded);
        zone.Row.PhasesDone.ShouldBe(["preflight"]);
    }

    [Fact]
    public void A_zone_that_must_not_be_upgraded_ends_failed_with_the_reason()
    {
        var zone = new ZoneScript().LookAgain().Taken().Fail("versions");
        zone.Row.State.ShouldBe(ZoneState.Failed);
        zone.Row.Error!.Code.ShouldBe("versions-not-4");
        zone.Row.CountsAsFailure.ShouldBeTrue();
    }

    [Fact]
    public void Until_a_phase_the_zone_waits_behind_it_and_goes_on_when_started_again()
    {
        var zone = new ZoneScript();
        zone.Context = zone.Context with { Until = "stage-package" };
        zone.LookAgain().CarryOut().CarryOut();
        zone.Row.State.ShouldBe(ZoneState.Waiting);
        zone.Row.ReachedUntil.ShouldBe("stage-package");
        zone.LookAgain().Row.Work.ShouldBe(Work.None);

        zone.Context = zone.Context with { Until = null };
        zone.LookAgain().Row.State.ShouldBe(ZoneState.Waiting);
        zone.Context = zone.Context with { Starts = 2 };
        zone.LookAgain().Row.Phase.ShouldBe("initialize-installer");
        zone.Row.Work.ShouldBe(Work.Wanted);
    }

    [Fact]
    public void After_mid_upgrade_the_zone_goes_on_at_the_chosen_phase_and_leaves_out_those_before()
    {
        var zone = new ZoneScript().LookAgain().Taken();
        zone.Hold("versions", DecisionKind.MidUpgrade, [Choices.Continue, Choices.Fail], new DecisionItem("initialize-installer", "bootstrap is done", true), new DecisionItem("upgrade-platform", "…"));
        zone.Answer(Choices.Continue, from: "upgrade-platform");
        zone.Row.Entry("preflight", "versions")!.Parameters["from"].ShouldBe("upgrade-platform");
        zone.CarryOut();
        zone.Row.Phase.ShouldBe("upgrade-platform");
        zone.Row.PhasesDone.ShouldBe(["preflight", "stage-package", "initialize-installer", "prepare-platform"]);
    }

    [Fact]
    public void After_mid_upgrade_without_a_phase_the_proposed_one_is_taken()
    {
        var zone = new ZoneScript().LookAgain().Taken();
        zone.Hold("versions", DecisionKind.MidUpgrade, [Choices.Continue, Choices.Fail], new DecisionItem("prepare-platform", "…"), new DecisionItem("upgrade-platform", "…", true));
        zone.Answer(Choices.Continue).CarryOut().Row.Phase.ShouldBe("upgrade-platform");
    }

    [Fact]
    public void Every_dispatch_has_a_higher_epoch()
    {
        var zone = ZoneScript.At("verify");
        zone.Taken().Row.Epoch.ShouldBe(6);
        zone.Apply(ZoneUpgradeRules.ExpireLease(zone.Row, 6, zone.Context)).Row.Work.ShouldBe(Work.Wanted);
        zone.Taken("w2").Row.Epoch.ShouldBe(7);
    }

    [Fact]
    public void What_a_worker_needs_travels_with_the_command()
    {
        var zone = ZoneScript.At("upgrade-platform").Dispatch();
        var owed = Owed.Of(zone.Row, new OwedFrom(Samples.Zone("pek1a"), "me", TimeSpan.FromSeconds(30))).ShouldHaveSingleItem();
        owed.Queue.ShouldBe("fleet-pool-default");
        var command = owed.Message.ShouldBeOfType<ExecutePhase>();
        command.Phase.ShouldBe("upgrade-platform");
        command.Epoch.ShouldBe(5);
        command.Ledger.Count.ShouldBe(zone.Row.Ledger.Count);
        command.Guards.ShouldHaveSingleItem().Name.ShouldBe("rescue-disabled");
    }
}
