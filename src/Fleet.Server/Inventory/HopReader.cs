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
        if (map.Has("hostKey") && map.Has("knownHosts"))
            map.Problem("knownHosts", Finding.Of("inventory-two-pins"));
        return host is null || user is null
            ? null
            : new SshHop
            {
                Host = host,
                Port = port,
                User = user,
                Identity = login.Identity,
                Passphrase = login.Passphrase,
                Password = login.Password,
                HostKey = hostKey?.TrimEnd('='),
                KnownHosts = map.Has("hostKey") ? null : knownHosts ?? defaults.KnownHosts,
            };
    }
}
