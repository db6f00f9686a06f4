using Fleet.Orchestration.Reconciling;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Reconciling;

public sealed class ZoneFollowingTests
{
    [Theory]
    [InlineData(RolloutState.Running, Stance.Go, false, ZoneState.Running, Work.Accepted, false, "as it should be")]
    [InlineData(RolloutState.Running, Stance.Go, true, ZoneState.Running, Work.Accepted, true, "it was taken and has not heard of it")]
    [InlineData(RolloutState.Running, Stance.Pause, true, ZoneState.Running, Work.None, false, "a person has it")]
    [InlineData(RolloutState.Running, Stance.Pause, false, ZoneState.Running, Work.None, true, "it was returned and has not heard of it")]
    [InlineData(RolloutState.Running, Stance.Abort, false, ZoneState.Running, Work.Accepted, false, "its own abort is sterner")]
    [InlineData(RolloutState.Paused, Stance.Go, false, ZoneState.Running, Work.Accepted, true, "it has not heard of the pause")]
    [InlineData(RolloutState.Paused, Stance.Pause, false, ZoneState.Running, Work.None, false, "it is paused")]
    [InlineData(RolloutState.Aborting, Stance.Abort, true, ZoneState.Running, Work.None, false, "its guard waits until it is returned")]
    [InlineData(RolloutState.Aborting, Stance.Abort, false, ZoneState.Running, Work.None, true, "it was returned and its guard waits")]
    [InlineData(RolloutState.Aborting, Stance.Abort, false, ZoneState.Held, Work.None, false, "a person is asked")]
    internal void A_zone_that_has_not_heard_what_was_decided_beside_it_looks_again(RolloutState rollout, Stance stance, bool taken, ZoneState state, Work work, bool behind, string because)
    {
        var row = new RolloutScript(RolloutScript.Many(1)).Row with { State = rollout };
        new ZoneFollowing(row.Zones[0].ZoneUpgradeId, state, work, row.Zones[0].Starts, stance, taken).IsBehind(row).ShouldBe(behind, because);
    }
}
