using Fleet.Contracts.Phases;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Tests.Parts;

internal static class Samples
{
    public static Runbook Runbook { get; } = RunbookLoader.Load(BuiltinRunbooks.FindText("qingcloud-upgrade")!).Runbook!;

    public static PackageRef Package { get; } = new()
    {
        FileName = "qingcloud-installer_5.0.2-20261101_amd64.tar.gz",
        Digest = new string('a', 64),
        Size = 1000,
        Installer = "5.0.2",
        Qingcloud = "20261101",
        Upgrade = "20261101",
    };

    public static ZoneTraits Traits { get; } = new() { ZoneIds = [new ZoneIdTraits(null, ZoneKind.Sub, false)] };

    public static InventoryZone Zone(string name, int port = 22, string? region = null, string? tier = null) => new()
    {
        Name = name,
        Connection = new FirstboxConnection { Firstbox = new SshHop { Host = $"{name}.example", Port = port, User = "root" } },
        Traits = Traits with { Labels = Labels(region, tier) },
    };

    private static Dictionary<string, string> Labels(string? region, string? tier)
    {
        var labels = new Dictionary<string, string>();
        if (region is not null)
            labels["region"] = region;
        if (tier is not null)
            labels["tier"] = tier;
        return labels;
    }
}
