using Fleet.Contracts.Decisions;

namespace Fleet.Server.Inventory;

/// <summary>What holds for each zone that does not say otherwise.</summary>
internal sealed record InventoryDefaults
{
    public string? User { get; init; }
    public int Port { get; init; } = 22;
    public Login Login { get; init; } = new(null, null, null, null);
    public string? KnownHosts { get; init; }
    public string? HostCa { get; init; }
    public string? Become { get; init; }
    public string? BecomePassword { get; init; }
    public IReadOnlyList<string> LegacyAlgorithms { get; init; } = [];
    public string Pool { get; init; } = "default";

    public static InventoryDefaults Read(MapReader? map, List<InventoryProblem> problems)
    {
        if (map is null)
            return new InventoryDefaults();
        var defaults = new InventoryDefaults
        {
            User = map.Text("user", InventoryRules.User),
            Port = map.Number("port", 1, 65535) ?? 22,
            Login = Login.Read(map),
            KnownHosts = map.Text("knownHosts", InventoryRules.File),
            HostCa = map.Text("hostCa", InventoryRules.Authority),
            Become = map.Text("become", InventoryRules.OneOf("sudo")),
            BecomePassword = map.Text("becomePassword", InventoryRules.Password),
            LegacyAlgorithms = Algorithms(map, problems),
            Pool = map.Text("pool", InventoryRules.Name) ?? "default",
        };
        map.End();
        return defaults;
    }

    public static IReadOnlyList<string> Algorithms(MapReader map, List<InventoryProblem> problems)
    {
        var names = new List<string>();
        foreach (var (path, node) in map.List("legacyAlgorithms"))
        {
            var name = (node as YamlScalar)?.Value;
            if (name is not null && InventoryRules.LegacyAlgorithms.Contains(name))
                names.Add(name);
            else
                problems.Add(new(node.Line, node.Column, path, Finding.Of("inventory-bad-choice", ("value", name ?? node.Shape), ("allowed", string.Join(", ", InventoryRules.LegacyAlgorithms)))));
        }

        return names;
    }
}

/// <summary>Ways to log in, as references.</summary>
internal sealed record Login(string? Identity, string? Passphrase, string? Password, string? Certificate)
{
    public bool None => Identity is null && Password is null;

    public static Login Read(MapReader map)
    {
        var login = new Login(map.Text("identity", InventoryRules.Identity), map.Text("passphrase", InventoryRules.Secret), map.Text("password", InventoryRules.Password), map.Text("certificate", InventoryRules.Secret));
        if (map.Has("passphrase") && !map.Has("identity"))
            map.Problem("passphrase", Finding.Of("inventory-passphrase-without-identity"));
        if (map.Has("certificate") && (!map.Has("identity") || login.Identity?.StartsWith("agent:", StringComparison.Ordinal) == true))
            map.Problem("certificate", Finding.Of("inventory-certificate-without-identity"));
        return login;
    }

    /// <summary>Something that was given here, even wrongly, stands for itself: defaults are not mixed in.</summary>
    public Login Or(Login defaults, MapReader map) => map.Has("identity") || map.Has("password") ? this : defaults;
}
