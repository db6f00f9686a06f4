using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Zones;

namespace Fleet.Server.Inventory;

/// <summary>An inventory file as read: its zones, or every problem with its place.</summary>
public sealed record InventoryFile
{
    /// <summary>Only without problems is this what the file means.</summary>
    public required IReadOnlyList<InventoryZone> Zones { get; init; }
    public required IReadOnlyList<InventoryProblem> Problems { get; init; }

    /// <summary>Where each zone begins: its line, column and path.</summary>
    public required IReadOnlyDictionary<string, (int Line, int Column, string Path)> Places { get; init; }

    /// <summary>All names that the file gives, also of zones that could not be read.</summary>
    public required IReadOnlyCollection<string> Named { get; init; }

    public static InventoryFile Read(string text)
    {
        var problems = new List<InventoryProblem>();
        var zones = new List<(InventoryZone Zone, MapReader Map)>();
        var named = new HashSet<string>(StringComparer.Ordinal);
        if (YamlTree.Read(text, problems) is { } root)
            ReadRoot(new MapReader(root, "", problems), zones, named, problems);
        else if (problems.Count == 0)
            problems.Add(new(1, 1, "", Finding.Of("inventory-empty")));
        var places = new Dictionary<string, (int, int, string)>(StringComparer.Ordinal);
        foreach (var (zone, map) in zones)
            places.TryAdd(zone.Name, (map.Node.Line, map.Node.Column, map.Path));
        return new InventoryFile
        {
            Zones = [.. zones.Select(z => z.Zone)],
            Problems = [.. problems.OrderBy(p => p.Line).ThenBy(p => p.Column)],
            Places = places,
            Named = named,
        };
    }

    private static void ReadRoot(MapReader root, List<(InventoryZone, MapReader)> zones, HashSet<string> named, List<InventoryProblem> problems)
    {
        root.RequiredText("apiVersion", "write apiVersion: fleet/v1", value => value == "fleet/v1" ? null : Finding.Of("inventory-api-version", ("value", value)));
        var defaults = InventoryDefaults.Read(root.Map("defaults"), problems);
        if (!root.Has("zones"))
            root.Problem("zones", Finding.Of("inventory-missing", ("what", "the list of zones")));
        foreach (var (path, node) in root.List("zones"))
        {
            var map = new MapReader(node, path, problems);
            if (ZoneReader.Read(map, defaults, problems) is { } zone)
                zones.Add((zone, map));
            if (map.Take("name") is YamlScalar name)
                named.Add(name.Value);
        }

        root.End();
        RefuseTwins(zones);
    }

    /// <summary>Two zones that are one machine would be upgraded twice at once.</summary>
    private static void RefuseTwins(List<(InventoryZone Zone, MapReader Map)> zones)
    {
        var names = new Dictionary<string, MapReader>(StringComparer.Ordinal);
        var addresses = new Dictionary<string, (string Name, int Line)>(StringComparer.OrdinalIgnoreCase);
        var keys = new Dictionary<string, (string Name, int Line)>(StringComparer.Ordinal);
        foreach (var (zone, map) in zones)
        {
            if (!names.TryAdd(zone.Name, map))
            {
                // What else is alike follows from being the same zone.
                map.Problem("name", Finding.Of("inventory-duplicate-name", ("value", zone.Name), ("line", Text(names[zone.Name].Node.Line))));
                continue;
            }

            var firstbox = zone.Connection.Firstbox;
            var address = $"{firstbox.Host}:{firstbox.Port}";
            if (!addresses.TryAdd(address, (zone.Name, map.Node.Line)))
                map.Problem("firstbox", Finding.Of("inventory-duplicate-address", ("value", address), ("zone", addresses[address].Name), ("line", Text(addresses[address].Line))));
            if (firstbox.HostKey is { } key && !keys.TryAdd(key, (zone.Name, map.Node.Line)))
                map.Problem("firstbox", Finding.Of("inventory-duplicate-host-key", ("value", key), ("zone", keys[key].Name), ("line", Text(keys[key].Line))));
        }
    }

    private static string Text(int line) => line.ToString(CultureInfo.InvariantCulture);
}
