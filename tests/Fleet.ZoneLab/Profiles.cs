namespace Fleet.ZoneLab;

/// <summary>The simulated sites, by name. Each is one change to a shape, so that they can be joined: <c>sub+manual-operations</c>.</summary>
public static partial class Profiles
{
    private static readonly SortedDictionary<string, Profile> All = new(StringComparer.Ordinal);

    static Profiles()
    {
        Sites();
        Logins();
        Nodes();
        Scripts();
        MidUpgrade();
        Output();
    }

    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>One line about what is special there.</summary>
    public static string About(string name) => All[name].About;

    internal static void Check(string names)
    {
        foreach (var name in names.Split('+'))
        {
            if (!All.ContainsKey(name))
                throw new InvalidOperationException($"The zone lab has no profile «{name}»; it has {string.Join(", ", All.Keys)}.");
        }
    }

    internal static ZoneShape Apply(ZoneSpec spec, LabPackage package)
    {
        var shape = new ZoneShape
        {
            Name = spec.Name,
            Package = package,
            Ids = [new ZoneIdShape(spec.Name, "global")],
            Nodes = DefaultNodes(spec.Name),
        };
        foreach (var name in spec.Profile.Split('+'))
            shape = All[name].Change(shape);
        return spec.Customize?.Invoke(shape) ?? shape;
    }

    private static IReadOnlyList<NodeShape> DefaultNodes(string zone) =>
    [
        new($"{zone}-hyper1", "hyper"),
        new($"{zone}-hyper2", "hyper"),
        new($"{zone}-web1", "webservice"),
        new($"{zone}-proxy1", "proxy"),
        new($"{zone}-dns1", "dns"),
        new($"{zone}-boss1", "boss seed pgserver"),
        new($"{zone}-vg1", "vg vbr vgateway"),
        new($"{zone}-snapshot1", "snapshot"),
    ];

    private static void Add(string name, string about, Func<ZoneShape, ZoneShape> change) => All.Add(name, new Profile(about, change));

    private static ZoneShape WithNode(this ZoneShape shape, string suffix, Func<NodeShape, NodeShape> change) =>
        shape with { Nodes = [.. shape.Nodes.Select(node => node.Name.EndsWith(suffix, StringComparison.Ordinal) ? change(node) : node)] };

    private static ZoneShape WithFault(this ZoneShape shape, FaultShape fault) => shape with { Faults = [.. shape.Faults, fault] };

    private sealed record Profile(string About, Func<ZoneShape, ZoneShape> Change);
}
