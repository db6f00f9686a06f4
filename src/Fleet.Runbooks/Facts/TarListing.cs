using System.Globalization;
using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Facts;

public enum TarTrouble
{
    AbsolutePath,
    ParentPath,
    EscapingLink,
    Device,

    /// <summary>A line that is not understood, or a name that can be read in two ways: never taken for safe.</summary>
    Unclear,

    /// <summary>Outside the one folder that the package unpacks into.</summary>
    OutsideFolder,
}

/// <summary>The entries of a tarball, as <c>tar -tvz --numeric-owner --quoting-style=escape</c> lists them, judged before anything is unpacked (Q3).</summary>
/// <param name="UnpackedBytes">What unpacking takes.</param>
public sealed partial record TarListing(long Entries, long UnpackedBytes, IReadOnlyList<(TarTrouble Trouble, string Line)> Troubles)
{
    /// <param name="folder">The folder that everything must lie in, like <c>qingcloud-installer</c>.</param>
    public static TarListing Read(string text, string folder)
    {
        long entries = 0;
        long bytes = 0;
        var troubles = new List<(TarTrouble, string)>();
        var links = new HashSet<string>(StringComparer.Ordinal);
        var names = new List<(string Name, string Line)>();
        foreach (var line in text.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0))
        {
            entries++;
            var match = Entry().Match(line);
            if (!match.Success)
            {
                troubles.Add((TarTrouble.Unclear, line));
                continue;
            }

            bytes += long.TryParse(match.Groups["size"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0;
            var type = match.Groups["type"].Value[0];
            var (name, target) = Split(type, match.Groups["name"].Value);
            if (Judge(type, name, target, folder) is { } trouble)
            {
                troubles.Add((trouble, line));
                continue;
            }

            var normal = string.Join('/', Parts(name!));
            names.Add((normal, line));
            if (type == 'l')
                links.Add(normal);
        }

        // Below a link a path means another place than it says, so that nothing above would hold.
        troubles.AddRange(names.Where(n => links.Count > 0 && Parents(n.Name).Any(links.Contains)).Select(n => (TarTrouble.EscapingLink, n.Line)));

        return new TarListing(entries, bytes, troubles);
    }

    /// <summary>A null name: it can be read in two ways.</summary>
    private static (string? Name, string? Target) Split(char type, string rest)
    {
        var separator = type switch { 'l' => " -> ", 'h' => " link to ", _ => null };
        if (separator is null)
            return (rest, null);
        var at = rest.IndexOf(separator, StringComparison.Ordinal);
        return at <= 0 || rest.IndexOf(separator, at + 1, StringComparison.Ordinal) >= 0 ? (null, null) : (rest[..at], rest[(at + separator.Length)..]);
    }

    private static TarTrouble? Judge(char type, string? name, string? target, string folder)
    {
        if (type is 'b' or 'c' or 'p' or 's')
            return TarTrouble.Device;
        if (type is not ('-' or 'd' or 'l' or 'h') || name is null)
            return TarTrouble.Unclear;
        if (name.StartsWith('/'))
            return TarTrouble.AbsolutePath;
        var parts = Parts(name);
        if (parts.Contains(".."))
            return TarTrouble.ParentPath;
        if (parts.Count > 0 && parts[0] != folder)
            return TarTrouble.OutsideFolder;
        return target is not null && Escapes(type == 'h' ? 0 : parts.Count - 1, target, type == 'h' ? folder : null) ? TarTrouble.EscapingLink : null;
    }

    /// <summary>Up is allowed only at the target's beginning, and never out of the package's folder: behind a folder that is a link, up leads elsewhere.</summary>
    /// <param name="depth">Folders that the link lies in.</param>
    private static bool Escapes(int depth, string target, string? mustBeginWith)
    {
        if (target.StartsWith('/'))
            return true;
        var parts = Parts(target);
        var up = parts.TakeWhile(p => p == "..").Count();
        if (parts.Skip(up).Contains(".."))
            return true;
        return mustBeginWith is not null ? up > 0 || parts.Count == 0 || parts[0] != mustBeginWith : up > 0 && up >= depth;
    }

    private static IEnumerable<string> Parents(string name)
    {
        for (var slash = name.LastIndexOf('/'); slash > 0; slash = name.LastIndexOf('/', slash - 1))
            yield return name[..slash];
    }

    private static List<string> Parts(string path) => [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".")];

    [GeneratedRegex(@"^(?<type>\S)[rwxsStT-]{9}[.+@]?\s+\S+\s+(?<size>\d+(?:,\s*\d+)?)\s+\d{4}-\d{2}-\d{2}\s+\d{2}:\d{2}(?::\d{2})?\s(?<name>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Entry();
}
