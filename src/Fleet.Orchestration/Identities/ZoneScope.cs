using Fleet.Orchestration.Zones;

namespace Fleet.Orchestration.Identities;

/// <summary>Zones that somebody may do something with, at one moment.</summary>
public sealed record ZoneScope
{
    private readonly IReadOnlySet<string> _zones;

    private ZoneScope(bool all, IReadOnlySet<string> zones)
    {
        All = all;
        _zones = zones;
    }

    public static ZoneScope Everything { get; } = new(true, new HashSet<string>());

    /// <summary>Also zones that are no longer in the inventory.</summary>
    public bool All { get; }

    /// <param name="selectors">Any of them suffices. One that cannot be read means nothing.</param>
    public static ZoneScope Of(IEnumerable<string> selectors, IReadOnlyList<InventoryZone> zones)
    {
        var parsed = selectors.Select(ZoneSelector.Parse).Where(s => s.Ok).Select(s => s.Value!).ToList();
        var found = zones.Where(z => parsed.Any(s => s.Matches(z))).Select(z => z.Name);
        // A zone that was removed has no labels any more; whoever was given it by its name keeps it.
        return new ZoneScope(false, found.Concat(parsed.SelectMany(s => s.Names)).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Of zones that are in scope one by one; none where all are.</summary>
    public IReadOnlyCollection<string> Names => [.. _zones];

    public bool Has(string zone) => All || _zones.Contains(zone);

    public bool HasAll(IEnumerable<string> zones) => All || zones.All(_zones.Contains);

    public bool HasAny(IEnumerable<string> zones) => All || zones.Any(_zones.Contains);
}
