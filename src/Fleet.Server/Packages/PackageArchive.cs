using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;

namespace Fleet.Server.Packages;

/// <summary>Looks through a tar.gz from end to end without keeping it in memory: it must unpack inside of its own folder and carry a version.json that says what its name says.</summary>
internal static class PackageArchive
{
    private const int MaxVersionFile = 1024 * 1024;

    public static async Task<PackageContent> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var problems = new List<Finding>();
        PackageVersions? versions = null;
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using var plain = new GZipStream(file, CompressionMode.Decompress);
            await using var tar = new TarReader(plain);
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (problems.Count < 20 && Unsafe(entry) is { } wrong)
                    problems.Add(wrong);
                if (versions is null && IsVersionFile(entry))
                    versions = await ReadVersionsAsync(entry, problems, cancellationToken);
            }

            // Only the compressed end proves that nothing is cut off; the programs ask for the strict check in their project files.
            await plain.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            return new PackageContent(null, [Finding.Of("package-not-targz", ("detail", e.Message))]);
        }

        if (versions is null && problems.Count == 0)
            problems.Add(Finding.Of("package-no-version"));
        return new PackageContent(versions, problems);
    }

    /// <summary>What a package's version.json says of itself.</summary>
    public static PackageVersions? Parse(string json) =>
        VersionJson.Read(json, out _) is { Installer: { } installer, Qingcloud: { } qingcloud } read
            ? new PackageVersions(installer, qingcloud, read.Upgrade ?? read.NewUpgrade ?? qingcloud)
            : null;

    private static bool IsVersionFile(TarEntry entry)
    {
        var parts = entry.Name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").ToList();
        return entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && parts is [_, "version.json"];
    }

    private static async Task<PackageVersions?> ReadVersionsAsync(TarEntry entry, List<Finding> problems, CancellationToken cancellationToken)
    {
        if (entry.Length > MaxVersionFile || entry.DataStream is null)
        {
            problems.Add(Finding.Of("package-bad-version", ("path", entry.Name)));
            return null;
        }

        using var bytes = new MemoryStream();
        await entry.DataStream.CopyToAsync(bytes, cancellationToken);
        var versions = Parse(Encoding.UTF8.GetString(bytes.ToArray()));
        if (versions is null)
            problems.Add(Finding.Of("package-bad-version", ("path", entry.Name)));
        return versions;
    }

    private static Finding? Unsafe(TarEntry entry)
    {
        if (!Inside(entry.Name))
            return Finding.Of("package-escapes", ("path", entry.Name));
        var target = entry.EntryType switch
        {
            TarEntryType.HardLink => entry.LinkName,
            TarEntryType.SymbolicLink => $"{entry.Name[..(entry.Name.TrimEnd('/').LastIndexOf('/') + 1)]}{(entry.LinkName.StartsWith('/') ? "/" : "")}{entry.LinkName}",
            _ => null,
        };
        return target is null || (Inside(target) && !entry.LinkName.StartsWith('/')) ? null : Finding.Of("package-link-escapes", ("path", entry.Name), ("target", entry.LinkName));
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
}

internal sealed record PackageVersions(string Installer, string Qingcloud, string Upgrade);

/// <param name="Versions">Null when there is none to be read.</param>
internal sealed record PackageContent(PackageVersions? Versions, IReadOnlyList<Finding> Problems);
