using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Loading;

namespace Fleet.Server.Inventory;

/// <summary>Reads one entry of <c>zones</c>.</summary>
internal static class ZoneReader
{
    /// <returns>Null when it has a problem; all of them were added.</returns>
    public static InventoryZone? Read(MapReader map, InventoryDefaults defaults, List<InventoryProblem> problems)
    {
        var before = problems.Count;
        var name = map.RequiredText("name", "the zone's name", InventoryRules.Name);
        var connection = Connection(map, name, defaults, problems);
        var traits = new ZoneTraits
        {
            ZoneIds = ZoneIds(map, problems),
            LegacyQemu = map.Flag("legacyQemu") ?? false,
            Components = map.Map("components")?.Texts((_, value) => InventoryRules.OneOf("yes", "ask", "skip")(value)) ?? new Dictionary<string, string>(),
            DeadMan = map.Text("deadMan", InventoryRules.DeadMan) is { } limit && DurationText.TryParse(limit, out var duration) ? duration : null,
            Labels = map.Map("labels")?.Texts(InventoryRules.Label) ?? new Dictionary<string, string>(),
        };
        var global = map.Text("global", InventoryRules.Name);
        var pool = map.Text("pool", InventoryRules.Name) ?? defaults.Pool;
        if (global is not null && global == name)
            map.Problem("global", Finding.Of("inventory-own-global"));
        map.End();
        return problems.Count > before || name is null || connection is null
            ? null
            : new InventoryZone { Name = name, Connection = connection, Traits = traits, Global = global, Pool = pool };
    }

    private static FirstboxConnection? Connection(MapReader map, string? name, InventoryDefaults defaults, List<InventoryProblem> problems)
    {
        var via = new List<SshHop>();
        foreach (var (path, node) in map.List("via"))
        {
            var hop = new MapReader(node, path, problems);
            if (HopReader.Read(hop, name, defaults) is { } read)
                via.Add(read);
            hop.End();
        }

        var firstbox = map.Map("firstbox");
        if (firstbox is null)
        {
            map.Problem("firstbox", Finding.Of("inventory-missing", ("what", "how to reach the firstbox, like {host: 10.1.0.2}")));
            _ = Become(map, map, defaults, problems);
            return null;
        }

        var server = HopReader.Read(firstbox, name, defaults);
        var (become, password, algorithms) = Become(map, firstbox, defaults, problems);
        firstbox.End();
        return server is null ? null : new FirstboxConnection { Firstbox = server, Via = via, Become = become, BecomePassword = password, LegacyAlgorithms = algorithms };
    }

    /// <summary>These three may stand beside the firstbox's address or beside the zone's name.</summary>
    private static (string? Become, string? Password, IReadOnlyList<string> Algorithms) Become(MapReader zone, MapReader firstbox, InventoryDefaults defaults, List<InventoryProblem> problems)
    {
        var become = firstbox.Text("become", InventoryRules.OneOf("sudo"));
        var password = firstbox.Text("becomePassword", InventoryRules.Password);
        var algorithms = InventoryDefaults.Algorithms(firstbox, problems);
        if (!ReferenceEquals(zone, firstbox))
        {
            become ??= zone.Text("become", InventoryRules.OneOf("sudo"));
            password ??= zone.Text("becomePassword", InventoryRules.Password);
            var more = InventoryDefaults.Algorithms(zone, problems);
            algorithms = algorithms.Count > 0 ? algorithms : more;
            _ = (zone.Take("become"), zone.Take("becomePassword"));
        }

        return (become ?? defaults.Become, password ?? defaults.BecomePassword, algorithms.Count > 0 ? algorithms : defaults.LegacyAlgorithms);
    }

    private static IReadOnlyList<ZoneIdTraits> ZoneIds(MapReader map, List<InventoryProblem> problems)
    {
        var several = map.Has("zoneIds");
        var kind = Kind(map, required: !several);
        var special = map.Flag("specialSubZone") ?? false;
        if (special && kind == ZoneKind.Global)
            map.Problem("specialSubZone", Finding.Of("inventory-special-global"));
        var ids = map.List("zoneIds");
        if (!several)
            return [new ZoneIdTraits(null, kind ?? ZoneKind.Sub, special)];
        foreach (var key in new[] { "kind", "specialSubZone" }.Where(map.Has))
            map.Problem(key, Finding.Of("inventory-kind-and-ids"));
        var traits = new List<ZoneIdTraits>();
        foreach (var (path, node) in ids)
        {
            var entry = new MapReader(node, path, problems);
            var id = entry.RequiredText("id", "the zone id, like pek1a", InventoryRules.ZoneId);
            var itsKind = Kind(entry, required: true);
            var isSpecial = entry.Flag("specialSubZone") ?? false;
            if (isSpecial && itsKind == ZoneKind.Global)
                entry.Problem("specialSubZone", Finding.Of("inventory-special-global"));
            if (id is not null && traits.Exists(t => t.Id == id))
                entry.Problem("id", Finding.Of("inventory-duplicate-zone-id", ("value", id)));
            entry.End();
            if (id is not null && itsKind is { } known)
                traits.Add(new ZoneIdTraits(id, known, isSpecial));
        }

        return traits;
    }

    private static ZoneKind? Kind(MapReader map, bool required)
    {
        var check = InventoryRules.OneOf("global", "sub");
        var text = required ? map.RequiredText("kind", "global or sub", check) : map.Text("kind", check);
        return text switch { "global" => ZoneKind.Global, "sub" => ZoneKind.Sub, _ => null };
    }
}
