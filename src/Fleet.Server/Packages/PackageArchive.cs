using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Fleet.Contracts.Decisions;

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
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            return new PackageContent(null, [Finding.Of("package-not-targz", ("detail", e.Message))]);
        }

        if (versions is null && problems.Count == 0)
            problems.Add(Finding.Of("package-no-version"));
        return new PackageContent(versions, problems);
    }

    /// <summary>What a package's version.json says; the newer form has everything under <c>current</c>.</summary>
    public static PackageVersions? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("current", out var current))
                root = current;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "installer") is not { } installer || Text(root, "qingcloud") is not { } qingcloud)
                return null;
            return new PackageVersions(installer, qingcloud, Text(root, "upgrade") ?? Text(root, "new_upgrade") ?? qingcloud);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null } : null;

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
        var versions = Parse(bytes.ToArray());
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
