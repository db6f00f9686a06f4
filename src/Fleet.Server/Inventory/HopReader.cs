using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Server.Inventory;

/// <summary>Reads one SSH server: a firstbox or a jump host.</summary>
internal static class HopReader
{
    public static SshHop? Read(MapReader map, string? zone, InventoryDefaults defaults)
    {
        var host = map.RequiredText("host", "the address or name of the SSH server", InventoryRules.Host);
        var port = map.Number("port", 1, 65535) ?? defaults.Port;
        var user = map.Text("user", InventoryRules.User) ?? defaults.User;
        if (user is null && !map.Has("user"))
            map.Problem("user", Finding.Of("inventory-missing", ("what", "whom to log in as, here or in defaults")));
        var given = Login.Read(map);
        var login = given.Or(defaults.Login, map);
        if (login.None && !map.Has("identity") && !map.Has("password"))
            map.Problem("identity", Finding.Of("inventory-no-login"));
        var hostKey = map.Text("hostKey", InventoryRules.Fingerprint(zone));
        var knownHosts = map.Text("knownHosts", InventoryRules.File);
        var hostCa = map.Text("hostCa", InventoryRules.Authority);
        if (map.Has("hostKey") && map.Has("knownHosts"))
            map.Problem("knownHosts", Finding.Of("inventory-two-pins"));
        if (map.Has("hostCa") && (map.Has("hostKey") || map.Has("knownHosts")))
            map.Problem("hostCa", Finding.Of("inventory-two-pins"));
        // A server that is pinned in its own way is not certified by the defaults' authority as well.
        var own = map.Has("hostKey") || map.Has("knownHosts") || map.Has("hostCa");
        return host is null || user is null
            ? null
            : new SshHop
            {
                Host = host,
                Port = port,
                User = user,
                Identity = login.Identity,
                Certificate = login.Certificate,
                Passphrase = login.Passphrase,
                Password = login.Password,
                HostKey = hostKey?.TrimEnd('='),
                KnownHosts = own ? knownHosts : defaults.KnownHosts,
                HostCa = own ? hostCa : defaults.HostCa,
            };
    }
}
