using Fleet.Orchestration.Zones;

namespace Fleet.Orchestration.Reports;

/// <summary>What a zone's customer is not told: how others are called, and how Fleet reaches any of them. Pure.</summary>
/// <param name="rollout">Zones that may be gone from the inventory.</param>
internal sealed class Undisclosed(IReadOnlyDictionary<string, InventoryZone> inventory, IEnumerable<string> rollout)
{
    private readonly HashSet<string> _all = inventory.Values.SelectMany(z => Ways(z).Concat(Names(z))).Concat(rollout).Where(n => n.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase);

    public IReadOnlySet<string> For(string zone)
    {
        var foreign = new HashSet<string>(_all, StringComparer.OrdinalIgnoreCase);
        foreach (var own in inventory.TryGetValue(zone, out var known) ? Names(known) : [zone])
            foreign.Remove(own);
        return foreign;
    }

    private static IEnumerable<string> Names(InventoryZone zone) => zone.Traits.ZoneIds.Select(i => i.Id).OfType<string>().Append(zone.Name);

    private static IEnumerable<string> Ways(InventoryZone zone) => zone.Connection.Via.Append(zone.Connection.Firstbox).SelectMany(h => new[] { h.Host, h.User });
}
