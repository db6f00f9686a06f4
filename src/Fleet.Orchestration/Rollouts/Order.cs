using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Rollouts;

internal enum OrderState
{
    Free,

    /// <summary>The zones that it waits for are not through.</summary>
    Waits,

    /// <summary>One that it waits for ended otherwise than well.</summary>
    Never,
}

/// <summary>Whether a zone waits for its global zone, or that for its subs. Pure.</summary>
internal static class Order
{
    public static OrderState Of(Rollout row, RolloutZone zone, IReadOnlyDictionary<Guid, ZoneStanding> zones)
    {
        var state = OrderState.Free;
        foreach (var first in Before(row, zone))
        {
            var standing = zones[first.ZoneUpgradeId];
            if (standing.State is ZoneState.Succeeded or ZoneState.Skipped || (standing.ReachedUntil is not null && standing.ReachedUntil == row.Until))
                continue;
            if (standing.IsEnded)
                return OrderState.Never;
            state = OrderState.Waits;
        }

        // What waits for one that waits for ever does so too.
        return state == OrderState.Waits && Before(row, zone).Any(f => zones[f.ZoneUpgradeId].State == ZoneState.Waiting && Of(row, f, zones) == OrderState.Never) ? OrderState.Never : state;
    }

    private static IEnumerable<RolloutZone> Before(Rollout row, RolloutZone zone) => row.Strategy.GlobalZones switch
    {
        GlobalOrder.First when zone.Global is not null => row.Included.Where(z => z.Zone == zone.Global && z != zone),
        GlobalOrder.Last => row.Included.Where(z => z.Global == zone.Zone && z != zone),
        _ => [],
    };
}
