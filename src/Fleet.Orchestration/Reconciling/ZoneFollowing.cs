using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Reconciling;

/// <summary>How far a zone's row has followed what was decided beside it: its rollout, and whether a person has the zone. What was told and not heard shows here.</summary>
/// <param name="Stands">A person has the zone, or its calendar is closed.</param>
internal sealed record ZoneFollowing(Guid Id, ZoneState State, Work Work, int StartsTaken, Stance Stance, bool Stands)
{
    public bool IsBehind(Rollout rollout) =>
        rollout.Zones.FirstOrDefault(z => z.ZoneUpgradeId == Id) is { } zone && (zone.Starts > StartsTaken || Differs(RolloutRules.StanceOf(rollout, zone)) || StandsStill);

    /// <summary>At work, says the row, while nobody is to do anything: only a pause, a closed calendar and a person who has the zone are a reason for that.</summary>
    private bool StandsStill => State == ZoneState.Running && Work == Work.None && Stance != Stance.Pause && !Stands;

    // A zone's own abort is sterner than its rollout.
    private bool Differs(Stance rollout)
    {
        var wanted = Stands && rollout < Stance.Pause ? Stance.Pause : rollout;
        return Stance != wanted && (Stance < Stance.Abort || wanted > Stance);
    }
}
