using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Reconciling;

/// <summary>How far a zone's row has followed its rollout's.</summary>
internal sealed record ZoneFollowing(Guid Id, int StartsTaken, Stance Stance, string? ReachedUntil)
{
    public bool IsBehind(Rollout rollout) =>
        rollout.Zones.FirstOrDefault(z => z.ZoneUpgradeId == Id) is { } zone && (zone.Starts > StartsTaken || RolloutRules.StanceOf(rollout) != Stance);
}
