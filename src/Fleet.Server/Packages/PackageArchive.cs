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

    /// <summary>Of problems told; the first ones say what kind of file it is.</summary>
    private const int MaxProblems = 20;

    public static async Task<PackageContent> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return await ReadAsync(file, cancellationToken);
    }

    /// <param name="packed">Its length bounds what it may unpack to.</param>
    public static async Task<PackageContent> ReadAsync(Stream packed, CancellationToken cancellationToken)
    {
        var problems = new List<Finding>();
        PackageVersions? versions = null;
        try
        {
            await using var plain = new BoundedArchiveStream(new GZipStream(packed, CompressionMode.Decompress), BoundedArchiveStream.MostOf(packed.Length));
            await using var tar = new TarReader(plain);
            var rules = new PackageEntryRules();
            var read = false;
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (rules.Problem(entry) is { } wrong && problems.Count < MaxProblems)
                    problems.Add(wrong);
                if (!IsVersionFile(entry))
                    continue;
                // The last of two would be the one that is unpacked.
                if (read)
                    problems.Add(Finding.Of("package-version-twice", ("path", entry.Name)));
                else
                    versions = await ReadVersionsAsync(entry, problems, cancellationToken);
                read = true;
            }

            // Only the compressed end proves that nothing is cut off; the programs ask for the strict check in their project files.
            await plain.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (ArchiveTooLargeException e)
        {
            return new PackageContent(null, [Finding.Of("package-too-large", ("limit", $"{e.Limit}"))]);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or InvalidOperationException or NotSupportedException or ArgumentException or OverflowException)
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
        return entry.EntryType is not TarEntryType.Directory && parts is [_, "version.json"];
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
}

internal sealed record PackageVersions(string Installer, string Qingcloud, string Upgrade);

/// <param name="Versions">Null when there is none to be read.</param>
internal sealed record PackageContent(PackageVersions? Versions, IReadOnlyList<Finding> Problems);
