using System.Globalization;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Bootstrap;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.Shell;

namespace Fleet.Worker.Steps.CheckVersions;

/// <summary>Reads what tells where a zone stands: version.json, markers, the bootstrap's log and packages.</summary>
internal static class ZoneVersions
{
    public static string Script(IStepContext context)
    {
        var version = Sh.Quote(context.PathOf("version-file"));
        return Batch.Script(
            ("version", $"cat {version}"),
            ("version-there", $"test -e {version}"),
            ("version-at", $"stat -c %.9Y {version}"),
            ("plain", $"head -c 4096 {Sh.Quote(context.PathOf("old-version-file"))}"),
            ("marker/pre_upgrade", $"stat -c %.9Y {Sh.Quote(context.PathOf("pre-upgrade-marker"))}"),
            ("marker/upgrade_pkgs", $"stat -c %.9Y {Sh.Quote(context.PathOf("upgrade-packages-marker"))}"),
            ("logs", LogSizes.Script(context)),
            ("log.gz", BootstrapLog.Of(context).Script),
            ("packages", "dpkg-query -W -f '${Package}\\t${Version}\\t${Status}\\n' 'pitrix-installer-*'"));
    }

    public static ZoneReading Read(IStepContext context, Batch batch)
    {
        string? problem = null;
        VersionJson? version = null;
        if (batch["version-there"].Ok)
            version = VersionJson.Read(batch["version"].Text, out problem);
        else if (batch["version-there"].Exit is null)
            problem = "it could not be read";
        return new ZoneReading
        {
            Version = version,
            VersionProblem = problem,
            PlainVersion = batch["plain"].TextIfOk is { } plain ? Lines.Of(plain).FirstOrDefault()?.Trim() ?? "" : null,
            // Where a time cannot be read no marker counts as newer, and none is overlooked.
            VersionWrittenAt = Nanoseconds(batch["version-at"]) ?? long.MaxValue,
            Markers = [.. batch.Under("marker/").Where(m => m.Value.Ok).Select(m => new Marker(m.Key["marker/".Length..], Nanoseconds(m.Value) ?? 0))],
            BootstrapSaysDone = BootstrapLog.Of(context).Read(batch["log.gz"].Text).SaysDone,
            InstallerPackagesAtTarget = InstalledPackages.Read(batch["packages"].Text).AllAt(context.Target().Installer),
        };
    }

    private static long? Nanoseconds(BatchPart part) =>
        part.Ok && decimal.TryParse(part.Text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var at) && at < 9_000_000_000 ? (long)(at * 1_000_000_000) : null;
}

/// <summary>The installer's own packages as dpkg knows them.</summary>
internal sealed record InstalledPackages(IReadOnlyList<(string Name, string Version, string Status)> Packages)
{
    public static InstalledPackages Read(string text) =>
        new([.. Lines.Of(text).Select(l => l.Split('\t')).Where(w => w.Length == 3 && !w[2].StartsWith("unknown", StringComparison.Ordinal) && !w[2].EndsWith("not-installed", StringComparison.Ordinal) && !w[2].EndsWith("config-files", StringComparison.Ordinal)).Select(w => (w[0], w[1], w[2]))]);

    /// <summary>At least one, and each installed whole at this version; a packager's revision behind it is no difference.</summary>
    public bool AllAt(string installer) => Packages.Count > 0 && Packages.All(p => IsAt(p, installer));

    public IReadOnlyList<string> NotAt(string installer) => [.. Packages.Where(p => !IsAt(p, installer)).Select(p => $"{p.Name} {p.Version} ({p.Status})")];

    private static bool IsAt((string Name, string Version, string Status) package, string installer) =>
        package.Status.EndsWith(" installed", StringComparison.Ordinal) && VersionNumber.Compare(DebianVersion.Upstream(package.Version), installer) == 0;
}
