using System.Formats.Tar;
using Fleet.Contracts.Decisions;

namespace Fleet.Server.Packages;

/// <summary>What may be in a package: files, folders and links that stay inside of the folder that they begin in.</summary>
internal sealed class PackageEntryRules
{
    /// <summary>More links than any package has are no package; names of them are kept.</summary>
    private const int MaxLinks = 100_000;

    private readonly HashSet<string> links = new(StringComparer.Ordinal);

    /// <returns>Null: nothing is wrong with it, seen beside the entries before.</returns>
    public Finding? Problem(TarEntry entry)
    {
        if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
            return null;
        if (entry.Name.Any(char.IsControl) || entry.LinkName.Any(char.IsControl))
            return Finding.Of("package-odd-name", ("path", entry.Name));
        if (!Inside(entry.Name))
            return Finding.Of("package-escapes", ("path", entry.Name));
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.Directory or TarEntryType.HardLink or TarEntryType.SymbolicLink))
            return Finding.Of("package-special", ("path", entry.Name), ("type", $"{entry.EntryType}"));
        var normal = Normal(entry.Name);
        // Below a link a path means another place than it says: nothing that is judged by its name would hold.
        if (Parents(normal).Any(links.Contains))
            return Finding.Of("package-below-link", ("path", entry.Name));
        var target = entry.EntryType switch
        {
            TarEntryType.HardLink => entry.LinkName,
            TarEntryType.SymbolicLink => $"{entry.Name[..(entry.Name.TrimEnd('/').LastIndexOf('/') + 1)]}{entry.LinkName}",
            _ => null,
        };
        if (target is not null && (entry.LinkName.StartsWith('/') || !Inside(target) || links.Count >= MaxLinks))
            return Finding.Of("package-link-escapes", ("path", entry.Name), ("target", entry.LinkName));
        if (entry.EntryType == TarEntryType.SymbolicLink)
            links.Add(normal);
        return null;
    }

    /// <summary>Does a path stay inside of the folder that it begins in?</summary>
    private static bool Inside(string path)
    {
        if (path.StartsWith('/'))
            return false;
        var depth = 0;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            depth += part switch { "." => 0, ".." => -1, _ => 1 };
            if (depth < 0)
                return false;
        }

        return true;
    }

    private static string Normal(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
                parts.RemoveAt(parts.Count - 1);
            else if (part != ".")
                parts.Add(part);
        }

        return string.Join('/', parts);
    }

    private static IEnumerable<string> Parents(string name)
    {
        for (var slash = name.LastIndexOf('/'); slash > 0; slash = name.LastIndexOf('/', slash - 1))
            yield return name[..slash];
    }
}
