using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests;

public sealed class RolloutTests
{
    [Fact]
    public async Task A_zone_goes_through_every_phase_in_order_and_ends_well()
    {
        var worker = new FakeWorker("w1");
        await using var fleet = await Coordinator.StartAsync([worker]);
        await fleet.SeedAsync(Samples.Zone("pek1a"));

        var rollout = await fleet.StartRolloutAsync(["pek1a"]);
        var ended = await fleet.WaitForEndAsync(rollout.Id);

        ended.State.ShouldBe(RolloutState.Succeeded);
        ended.Zones[0].State.ShouldBe(ZoneState.Succeeded);
        worker.DispatchesOf("pek1a").Select(d => d.Phase).ShouldBe(
            ["preflight", "stage-package", "initialize-installer", "prepare-platform", "upgrade-platform", "verify", "restore-rescue"]);
        worker.DispatchesOf("pek1a").Select(d => d.Epoch).ShouldBe([1, 2, 3, 4, 5, 6, 7]);
        ended.Zones[0].Guards.ShouldBeEmpty();
    }
}
