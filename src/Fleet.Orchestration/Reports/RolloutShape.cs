using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Zones;

namespace Fleet.Orchestration.Reports;

/// <summary>Whether what two rollouts took can be compared. Pure.</summary>
internal static class RolloutShape
{
    /// <summary>The same runbook, the same kinds of zones, and at most twice or half as many of them.</summary>
    public static bool IsAlike(Rollout one, Rollout other, IReadOnlyDictionary<string, InventoryZone> inventory)
    {
        var (here, there) = (one.Included.Count(), other.Included.Count());
        return one.Runbook.Name == other.Runbook.Name && here <= 2 * there && there <= 2 * here && Kinds(one, inventory).SetEquals(Kinds(other, inventory));
    }

    private static HashSet<string> Kinds(Rollout rollout, IReadOnlyDictionary<string, InventoryZone> inventory) =>
        [.. rollout.Included.Where(z => inventory.ContainsKey(z.Zone)).Select(z => Kind(inventory[z.Zone].Traits))];

    private static string Kind(ZoneTraits traits) =>
        string.Join('+', traits.ZoneIds.Select(z => z.SpecialSubZone ? "special-sub" : z.Kind == ZoneKind.Global ? "global" : "sub").Distinct().Order(StringComparer.Ordinal));
}
