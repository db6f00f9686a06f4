using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Worker.Phases;

/// <summary>A quick look whether the zone is where the record says: someone always continues in a terminal.</summary>
internal sealed record ZoneLook(IReadOnlyList<RunningProcess> Foreign, VersionJson? Version)
{
    private const string Cut = "--fleet--";

    /// <param name="versionFile">Null: versions are not looked at.</param>
    public static string Script(string? versionFile) => $"""
        export LC_ALL=C
        ps -eww -o pid= -o ppid= -o user= -o tty= -o args=
        echo '{Cut}'
        grep -slz '^FLEET_EXECUTION=' /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3
        echo '{Cut}'
        {(versionFile is null ? "true" : $"cat {Placeholders.Quote(versionFile)} 2>/dev/null || true")}
        """;

    /// <summary>A vendor script, apt or dpkg counts as foreign unless it is an execution of Fleet's or below one.</summary>
    public static ZoneLook Parse(string text)
    {
        var parts = text.Split(Cut + "\n");
        var ours = (parts.Length > 1 ? parts[1] : "").Split('\n').Select(l => int.TryParse(l.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0).ToHashSet();
        return new ZoneLook(ActivityReport.Read(parts[0], p => ours.Contains(p.Pid)).Foreign, parts.Length > 2 && !string.IsNullOrWhiteSpace(parts[2]) ? VersionJson.Read(parts[2], out _) : null);
    }

    public IReadOnlyList<Finding> ForeignWork() =>
    [
        .. Foreign.Select(p => Finding.Of(
            "foreign-work", ("user", p.User), ("tty", p.Tty), ("pid", p.Pid.ToString(CultureInfo.InvariantCulture)), ("command", p.Command.Length <= 200 ? p.Command : p.Command[..200]))),
    ];

    /// <summary>Versions that are neither those of the record nor the target's: somebody else has upgraded here.</summary>
    public Finding? ChangedVersions(IReadOnlyDictionary<string, string> facts, PackageRef target)
    {
        if (Version is not { } now || !facts.TryGetValue("versions.installer", out var installer) || !facts.TryGetValue("versions.qingcloud", out var qingcloud))
            return null;
        var asRecorded = now.Installer == installer && now.Qingcloud == qingcloud;
        var asTarget = now.Installer == target.Installer && now.Qingcloud == target.Qingcloud;
        // Between bootstrap and post_upgrade it names the upgrade that is under way.
        var another = now.NewUpgrade is { } under && target.Upgrade.Length > 0 && VersionNumber.Compare(under, target.Upgrade) != 0 ? $", on the way to {under}" : "";
        return (asRecorded || asTarget) && another.Length == 0
            ? null
            : Finding.Of("zone-changed", ("recorded", $"{installer}-{qingcloud}"), ("now", $"{now.Installer}-{now.Qingcloud}{another}"));
    }
}
