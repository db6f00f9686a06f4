using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Zones;

/// <summary>What is wrong with an inventory as a whole, given what is stored: everything at once.</summary>
internal static partial class ImportCheck
{
    /// <param name="zones">As given.</param>
    /// <param name="stay">Zones that are stored and stay as they are.</param>
    /// <param name="busy">Stored zones that a zone upgrade works on now.</param>
    public static IReadOnlyList<Finding> Problems(IReadOnlyList<InventoryZone> zones, IReadOnlyList<InventoryZone> stay, IReadOnlyDictionary<string, InventoryZone> busy)
    {
        var problems = new List<Finding>();
        foreach (var zone in zones)
        {
            if (!NamePattern().IsMatch(zone.Name))
                problems.Add(Finding.Of("zone-name-invalid", ("zone", zone.Name)));
            if (!NamePattern().IsMatch(zone.Pool))
                problems.Add(Finding.Of("zone-pool-invalid", ("zone", zone.Name), ("pool", zone.Pool)));
            foreach (var hop in zone.Connection.Via.Append(zone.Connection.Firstbox))
                Check(zone.Name, hop, problems);
            if (busy.TryGetValue(zone.Name, out var now) && (AddressOf(now) != AddressOf(zone) || now.Pool != zone.Pool))
                problems.Add(Finding.Of("zone-in-use", ("zone", zone.Name)));
        }

        problems.AddRange(zones.GroupBy(z => z.Name).Where(g => g.Count() > 1).Select(g => Finding.Of("zone-named-twice", ("zone", g.Key))));
        var names = zones.Select(z => z.Name).ToHashSet();
        List<InventoryZone> all = [.. zones, .. stay.Where(s => !names.Contains(s.Name))];
        problems.AddRange(Shared(all, AddressOf, "zones-share-firstbox", "address"));
        problems.AddRange(Shared(all, z => z.Connection.Firstbox.HostKey, "zones-share-host-key", "fingerprint"));
        return problems;
    }

    /// <summary>host:port of the firstbox: what epochs and locks are about.</summary>
    public static string AddressOf(InventoryZone zone) => AddressOf(zone.Connection.Firstbox);

    public static string AddressOf(SshHop hop) => $"{hop.Host.ToLowerInvariant()}:{hop.Port}";

    private static void Check(string zone, SshHop hop, List<Finding> problems)
    {
        if (string.IsNullOrWhiteSpace(hop.Host))
            problems.Add(Finding.Of("zone-host-missing", ("zone", zone)));
        if (hop.Port is < 1 or > 65535)
            problems.Add(Finding.Of("zone-port-invalid", ("zone", zone), ("port", $"{hop.Port}")));
        if (hop.HostKey is { } key && !IsFingerprint(key))
            problems.Add(Finding.Of("host-key-invalid", ("zone", zone), ("value", key)));
        if (hop is { HostKey: not null, KnownHosts: not null })
            problems.Add(Finding.Of("host-key-twice", ("zone", zone), ("host", hop.Host)));
    }

    public static bool IsFingerprint(string text) => FingerprintPattern().IsMatch(text);

    private static IEnumerable<Finding> Shared(IEnumerable<InventoryZone> zones, Func<InventoryZone, string?> by, string code, string name) =>
        zones.Where(z => by(z) is not null).GroupBy(z => by(z)!).Select(g => (g.Key, Names: g.Select(z => z.Name).Distinct().ToList())).Where(g => g.Names.Count > 1)
            .Select(g => Finding.Of(code, ("zone", g.Names[0]), ("zones", string.Join(", ", g.Names)), (name, g.Key)));

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^SHA256:[A-Za-z0-9+/]{43}$")]
    private static partial Regex FingerprintPattern();
}
