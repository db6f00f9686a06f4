using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api;

namespace Fleet.Cli.Backups;

/// <summary>A backup as a file: a tar with its manifest first. Read with distrust: names, sizes and digests are as the manifest has them, or nothing is restored.</summary>
internal static class BackupArchive
{
    private const string Manifest = "manifest.json";
    private const int MaxManifest = 16 * 1024 * 1024;

    /// <param name="sources">Entry name → the file that holds it.</param>
    public static async Task WriteAsync(string path, BackupManifest manifest, IReadOnlyDictionary<string, string> sources, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        await using (var tar = new TarWriter(file, TarEntryFormat.Pax, leaveOpen: true))
        {
            using var head = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, ApiJson.Indented));
            await tar.WriteEntryAsync(Entry(Manifest, head, manifest.Taken), cancellationToken);
            foreach (var entry in manifest.Entries)
            {
                await using var source = new FileStream(sources[entry.Name], FileMode.Open, FileAccess.Read);
                await tar.WriteEntryAsync(Entry(entry.Name, source, manifest.Taken), cancellationToken);
            }
        }

        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Reads the manifest, and every other entry into a file of its own in <paramref name="folder"/>.</summary>
    /// <returns>The manifest, and entry name → file.</returns>
    /// <exception cref="CliFailure">It is no backup, is damaged, or a newer Fleet took it.</exception>
    public static async Task<(BackupManifest Manifest, IReadOnlyDictionary<string, string> Files)> ExtractAsync(string path, string folder, CancellationToken cancellationToken)
    {
        await using var file = Open(path);
        await using var tar = new TarReader(file);
        try
        {
            var manifest = await ReadManifestAsync(path, tar, cancellationToken);
            var wanted = manifest.Entries.ToDictionary(e => e.Name);
            var files = new Dictionary<string, string>();
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (!wanted.Remove(entry.Name, out var known) || entry.DataStream is null && known.Size > 0)
                    throw Damaged(path, Say.Of($"it holds {entry.Name}, of which its manifest knows nothing"));
                files[known.Name] = Path.Combine(folder, $"{files.Count}");
                await TakeAsync(path, entry.DataStream ?? Stream.Null, known, files[known.Name], cancellationToken);
            }

            return wanted.Count == 0 ? (manifest, files) : throw Damaged(path, Say.Of($"{wanted.Keys.First()} is missing"));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or JsonException or ArgumentException)
        {
            throw Damaged(path, e.Message);
        }
    }

    public static async Task<BackupEntry> DescribeAsync(string name, string file, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read);
        return new BackupEntry(name, stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)));
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Directory.Exists(path) ? new CliFailure(ExitCodes.Usage, Say.Of($"{path} is a folder; a backup file is needed.")) : InputFile.Unreadable(path, e);
        }
    }

    private static async Task<BackupManifest> ReadManifestAsync(string path, TarReader tar, CancellationToken cancellationToken)
    {
        if (await FirstAsync(tar, cancellationToken) is not { Name: Manifest, DataStream: { Length: <= MaxManifest } data })
            throw new CliFailure(ExitCodes.Usage, Say.Of($"{path} is no backup of Fleet: it does not begin with {Manifest}. Give a file that fleet backup wrote."));
        var manifest = await JsonSerializer.DeserializeAsync<BackupManifest>(data, ApiJson.Options, cancellationToken) ?? throw Damaged(path, Say.Of("its manifest is empty"));
        if (manifest.Format > BackupManifest.Current)
            throw new CliFailure(ExitCodes.Usage, Say.Of($"{path} was taken by Fleet {manifest.Fleet}, which is newer than this one (format {manifest.Format}). Restore it with that Fleet."));
        return manifest;
    }

    private static async Task<TarEntry?> FirstAsync(TarReader tar, CancellationToken cancellationToken)
    {
        try
        {
            return await tar.GetNextEntryAsync(copyData: false, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static async Task TakeAsync(string path, Stream data, BackupEntry known, string target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = 0L;
        await using (var file = new FileStream(target, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            var buffer = new byte[1 << 20];
            int read;
            while ((read = await data.ReadAsync(buffer, cancellationToken)) > 0 && (size += read) <= known.Size)
            {
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            file.Flush(flushToDisk: true);
        }

        if (size != known.Size || Convert.ToHexStringLower(hash.GetHashAndReset()) != known.Sha256)
            throw Damaged(path, Say.Of($"{known.Name} is not what was backed up (its sha-256 differs)"));
    }

    private static PaxTarEntry Entry(string name, Stream data, DateTimeOffset taken) => new(TarEntryType.RegularFile, name)
    {
        DataStream = data,
        ModificationTime = taken,
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };

    private static CliFailure Damaged(string path, string why) => new(ExitCodes.No, Say.Of($"{path} is damaged: {why}. Nothing was restored; use another backup."));
}
