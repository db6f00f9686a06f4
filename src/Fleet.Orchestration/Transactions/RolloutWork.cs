using Fleet.Contracts.Rollouts;
using Fleet.Contracts.ZoneUpgrades;
using Fleet.Orchestration.Rollouts;

namespace Fleet.Orchestration.Transactions;

/// <summary>What follows from a rollout's new row. Pure: the unit only reads and writes.</summary>
internal static class RolloutWork
{
    /// <summary>The zones that this change starts: their firstboxes are taken by the same commit.</summary>
    public static IReadOnlyList<RolloutZone> Started(Rollout before, Rollout after)
    {
        var known = before.Zones.ToDictionary(z => z.ZoneUpgradeId, z => z.Starts);
        return [.. after.Zones.Where(z => z.Starts > known.GetValueOrDefault(z.ZoneUpgradeId))];
    }

    /// <summary>A firstbox is another's: it is no zone of this rollout's to start.</summary>
    public static bool IsBlocked(bool known, bool taken, Guid? holder, Guid zoneUpgrade) => !known || taken || (holder is { } other && other != zoneUpgrade);

    public static Outgoing Tell(Rollout before, Rollout after)
    {
        var outgoing = new Outgoing();
        foreach (var started in Started(before, after))
            outgoing.Publish(new StartZoneUpgrade(started.ZoneUpgradeId, after.Id));
        if (RolloutRules.StanceOf(before) != RolloutRules.StanceOf(after) || before.Until != after.Until)
        {
            foreach (var zone in after.Zones)
                outgoing.Publish(new ZoneUpgradeDue(zone.ZoneUpgradeId));
        }

        if (before.State != after.State && !after.IsEnded)
            outgoing.Publish(new RolloutDue(after.Id));
        return outgoing;
    }
}
