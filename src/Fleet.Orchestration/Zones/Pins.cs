using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Zones;

/// <summary>Host keys that people pinned.</summary>
internal static class Pins
{
    /// <summary>The zone with this hop pinned; null: it has no such hop.</summary>
    /// <param name="hop">host:port; null: the firstbox.</param>
    public static InventoryZone? Pin(InventoryZone zone, string? hop, string fingerprint)
    {
        var connection = zone.Connection;
        if (hop is null || ImportCheck.AddressOf(connection.Firstbox) == hop.ToLowerInvariant())
            return zone with { Connection = connection with { Firstbox = connection.Firstbox with { HostKey = fingerprint, KnownHosts = null } } };
        return connection.Via.Any(v => ImportCheck.AddressOf(v) == hop.ToLowerInvariant())
            ? zone with { Connection = connection with { Via = [.. connection.Via.Select(v => ImportCheck.AddressOf(v) == hop.ToLowerInvariant() ? v with { HostKey = fingerprint, KnownHosts = null } : v)] } }
            : null;
    }

    /// <summary>Keeps the pins of hops that the file leaves unpinned.</summary>
    public static InventoryZone Carry(InventoryZone stored, InventoryZone given)
    {
        var known = stored.Connection.Via.Append(stored.Connection.Firstbox).Where(h => h.HostKey is not null)
            .GroupBy(ImportCheck.AddressOf).ToDictionary(g => g.Key, g => g.First().HostKey);
        return given with
        {
            Connection = given.Connection with { Firstbox = Carry(given.Connection.Firstbox, known), Via = [.. given.Connection.Via.Select(v => Carry(v, known))] },
        };
    }

    private static SshHop Carry(SshHop hop, Dictionary<string, string?> known) =>
        hop is { HostKey: null, KnownHosts: null } && known.TryGetValue(ImportCheck.AddressOf(hop), out var key) ? hop with { HostKey = key } : hop;
}
