using System.Globalization;

namespace Fleet.Runbooks.Facts;

/// <param name="Path">Absolute.</param>
/// <param name="Area">The sub-directory of the repo: <c>14.04.5</c>, <c>indep</c>, <c>web</c> …; empty for a file right in the repo.</param>
public sealed record RepoFile(string Path, long Size, string Area, string Folder)
{
    public string FileName => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>name_version_arch.deb; null for any other name.</summary>
    public (string Name, string Version, string Arch)? Deb =>
        FileName.EndsWith(".deb", StringComparison.Ordinal) && FileName[..^4].Split('_') is [{ Length: > 0 } name, { Length: > 0 } version, { Length: > 0 } arch]
            ? (name, version, arch)
            : null;
}

/// <summary>The files of <c>/pitrix/repo</c>, as <c>find … -printf '%s\t%p\n'</c> lists them.</summary>
public sealed record RepoListing(string Root, IReadOnlyList<RepoFile> Files)
{
    public static RepoListing Read(string root, string text)
    {
        var trimmedRoot = root.TrimEnd('/');
        var files = new List<RepoFile>();
        foreach (var line in text.Split('\n'))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab <= 0 || !long.TryParse(line.AsSpan(0, tab), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                continue;
            var path = line[(tab + 1)..].TrimEnd('\r');
            if (!path.StartsWith(trimmedRoot + "/", StringComparison.Ordinal))
                continue;
            var inside = path[(trimmedRoot.Length + 1)..];
            var slash = inside.IndexOf('/', StringComparison.Ordinal);
            files.Add(new RepoFile(path, size, slash < 0 ? "" : inside[..slash], path[..path.LastIndexOf('/')]));
        }

        return new RepoListing(trimmedRoot, files);
    }
}

public enum RepoTrouble
{
    /// <summary>A newer version of the same package and architecture lies in the same folder.</summary>
    Duplicate,

    /// <summary>Its name says that it is for another OS version than its folder.</summary>
    OtherOs,

    /// <summary>No package, outside the folders that hold other files.</summary>
    NoPackage,

    /// <summary>A package without content, or with a name that tells no version.</summary>
    Damaged,
}

/// <param name="Because">The file or the OS version that shows it.</param>
public sealed record RepoFinding(RepoTrouble Trouble, RepoFile File, string Because);

/// <summary>Mixed-up or superfluous files in the repo (Q14). Nothing is proposed to be moved by itself: a person decides per file.</summary>
public static class RepoFindings
{
    private static readonly string[] FreeAreas = ["web", "installer"];
    private static readonly string[] IndexNames = ["Packages", "Release", "InRelease", "Sources", "Contents"];

    private static readonly (string Tag, string Os)[] OsTags =
    [
        ("12.04", "12.04"), ("precise", "12.04"), ("14.04", "14.04"), ("trusty", "14.04"), ("16.04", "16.04"), ("xenial", "16.04"),
        ("18.04", "18.04"), ("bionic", "18.04"), ("20.04", "20.04"), ("focal", "20.04"), ("22.04", "22.04"), ("jammy", "22.04"), ("24.04", "24.04"), ("noble", "24.04"),
    ];

    /// <param name="emulators">The QEMU versions that server.yaml names: several of these side by side are right.</param>
    public static IReadOnlyList<RepoFinding> Of(RepoListing repo, IReadOnlyCollection<string> emulators)
    {
        var findings = new List<RepoFinding>();
        var strays = Strays(repo);
        foreach (var file in repo.Files)
        {
            if (file.FileName.EndsWith(".deb", StringComparison.Ordinal))
            {
                if (file.Deb is null)
                    findings.Add(new RepoFinding(RepoTrouble.Damaged, file, "name"));
                else if (file.Size == 0)
                    findings.Add(new RepoFinding(RepoTrouble.Damaged, file, "size"));
                else if ((OtherOs(file) ?? strays.GetValueOrDefault(file.Path)) is { } os)
                    findings.Add(new RepoFinding(RepoTrouble.OtherOs, file, os));
            }
            else if (!FreeAreas.Contains(file.Area) && !IsIndex(file.FileName))
            {
                findings.Add(new RepoFinding(RepoTrouble.NoPackage, file, file.Area.Length == 0 ? "repo" : file.Area));
            }
        }

        findings.AddRange(Duplicates(repo, emulators, findings.Where(f => f.Trouble == RepoTrouble.OtherOs).Select(f => f.File.Path).ToHashSet(StringComparer.Ordinal)));
        return [.. findings.DistinctBy(f => f.File.Path).OrderBy(f => f.File.Path, StringComparer.Ordinal)];
    }

    /// <summary>
    /// The distribution's packages that belong to another OS version's folder: the very file lies there, and this folder has a version of its own beside it that the other one lacks. Path → that OS.
    /// The platform's own packages are built the same for all of them: there the older one is simply superfluous.
    /// </summary>
    private static Dictionary<string, string> Strays(RepoListing repo)
    {
        var strays = new Dictionary<string, string>(StringComparer.Ordinal);
        var packages = repo.Files.Where(f => f.Deb is not null && OsOf(f) is not null).GroupBy(f => (f.Deb!.Value.Name, f.Deb!.Value.Arch));
        foreach (var package in packages)
        {
            var areas = package.GroupBy(f => f.Area).ToDictionary(g => g.Key, g => g.Select(f => f.Deb!.Value.Version).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
            foreach (var file in package.Where(f => areas[f.Area].Count > 1 && f.Deb!.Value.Version.Contains("ubuntu", StringComparison.OrdinalIgnoreCase)))
            {
                var home = areas.FirstOrDefault(a => a.Key != file.Area && a.Value.Contains(file.Deb!.Value.Version) && !areas[file.Area].IsSubsetOf(a.Value)).Key;
                if (home is not null)
                    strays[file.Path] = home;
            }
        }

        return strays;
    }

    private static string? OsOf(RepoFile file) => OsTags.FirstOrDefault(t => file.Area.StartsWith(t.Os, StringComparison.Ordinal)).Os;

    private static IEnumerable<RepoFinding> Duplicates(RepoListing repo, IReadOnlyCollection<string> emulators, HashSet<string> elsewhere)
    {
        var groups = repo.Files.Where(f => f.Deb is not null && !elsewhere.Contains(f.Path)).GroupBy(f => (f.Folder, f.Deb!.Value.Name, f.Deb!.Value.Arch));
        foreach (var group in groups.Where(g => g.Count() > 1))
        {
            var files = group.OrderBy(f => f.Deb!.Value.Version, Comparer<string>.Create(DebianVersion.Compare)).ToList();
            var newest = files[^1];
            var isQemu = group.Key.Name.Contains("qemu", StringComparison.OrdinalIgnoreCase);
            foreach (var file in files.Where(f => !isQemu || !IsNamed(f, emulators)))
            {
                if (file != newest)
                    yield return new RepoFinding(RepoTrouble.Duplicate, file, newest.FileName);
            }
        }
    }

    private static bool IsNamed(RepoFile file, IReadOnlyCollection<string> emulators) =>
        DebianVersion.Upstream(file.Deb!.Value.Version) is { } upstream && emulators.Any(e => VersionNumber.Compare(e, upstream) == 0);

    private static string? OtherOs(RepoFile file)
    {
        if (OsOf(file) is not { } area)
            return null;
        // Only tags behind a mark that packagers put before an OS version count: 16.04 alone may be the package's own version.
        var version = file.Deb!.Value.Version;
        var tagged = OsTags.FirstOrDefault(t => char.IsAsciiLetter(t.Tag[0])
            ? version.Contains(t.Tag, StringComparison.OrdinalIgnoreCase)
            : new[] { "~", "+", "-", "ubuntu", "u" }.Any(mark => version.Contains(mark + t.Tag, StringComparison.OrdinalIgnoreCase)));
        return tagged.Os is { } os && os != area ? os : null;
    }

    private static bool IsIndex(string name) => IndexNames.Any(i => name == i || name.StartsWith(i + ".", StringComparison.Ordinal) || name.StartsWith(i + "-", StringComparison.Ordinal));
}
