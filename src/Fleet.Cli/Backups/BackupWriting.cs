using System.Text.Json;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration;
using Fleet.Orchestration.Store.Backup;
using Fleet.Server.Access;
using Fleet.Server.Api;
using Fleet.Server.Packages;
using Microsoft.Extensions.Configuration;

namespace Fleet.Cli.Backups;

/// <summary>One backup: the store's copy first, then everything into the archive, which gets its name when it is whole.</summary>
internal static class BackupWriting
{
    public static async Task<WrittenBackup> RunAsync(IConfiguration configuration, string data, string path, bool withoutPackages, CancellationToken cancellationToken)
    {
        if (Path.Exists(path))
            throw new CliFailure(ExitCodes.Usage, Say.Of($"{path} is there already. Give the backup a name of its own."));
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new CliFailure(ExitCodes.Usage, Say.Of($"The folder {Path.GetDirectoryName(path)} is not there. Make it first, or write the backup elsewhere."));
        var part = $"{path}.{Environment.ProcessId}.part";
        Directory.CreateDirectory(part, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            var taken = TimeProvider.System.GetUtcNow();
            var store = await StoreBackups.TakeAsync(configuration, part, cancellationToken);
            // After the store: what it names is there, or was removed meanwhile.
            var sources = Sources(store, part, data, withoutPackages);
            var entries = new List<BackupEntry>();
            foreach (var (name, file) in sources)
                entries.Add(await BackupArchive.DescribeAsync(name, file, cancellationToken));
            var manifest = new BackupManifest { Format = BackupManifest.Current, Fleet = Version, Taken = taken, Store = store, WithoutPackages = withoutPackages, Entries = entries };
            var archive = Path.Combine(part, "archive");
            await BackupArchive.WriteAsync(archive, manifest, sources, cancellationToken);
            File.Move(archive, path, overwrite: false);
            return new WrittenBackup(path, new FileInfo(path).Length, manifest);
        }
        finally
        {
            Directory.Delete(part, recursive: true);
        }
    }

    private static string Version => typeof(BackupWriting).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    private static Dictionary<string, string> Sources(StoreCopy store, string part, string data, bool withoutPackages)
    {
        var sources = store.Files.ToDictionary(f => $"{BackupPlaces.Store}/{f.Name}", f => Path.Combine(part, f.Name));
        foreach (var token in new[] { TokenFile.Operator, TokenFile.Worker }.Where(t => File.Exists(Path.Combine(data, t))))
            sources[$"{BackupPlaces.Tokens}/{token}"] = Path.Combine(data, token);
        // Without it the restored store's checkpoints would be another key's.
        if (File.Exists(Path.Combine(data, AuditOptions.OwnKey)))
            sources[$"{BackupPlaces.Keys}/{AuditOptions.OwnKey}"] = Path.Combine(data, AuditOptions.OwnKey);
        foreach (var package in withoutPackages ? [] : PackageFolder.Files(data))
            sources[$"{BackupPlaces.Packages}/{Path.GetFileName(package)}"] = package;
        return sources;
    }
}

internal sealed record WrittenBackup(string File, long Size, BackupManifest Manifest)
{
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(new { File, Size, Manifest.Taken, Manifest.Store.Provider, Packages = Count(BackupPlaces.Packages), Manifest.WithoutPackages }, ApiJson.Options);

    public void Tell(Terminal terminal)
    {
        var packages = Manifest.WithoutPackages ? Say.Of("without packages") : Say.Of($"packages: {Count(BackupPlaces.Packages)}");
        terminal.Line(Say.Of($"Backed up to {File} ({Size:N0} bytes): the {Manifest.Store.Provider} store as of {Manifest.Taken:u}, {packages}."));
        if (Count(BackupPlaces.Tokens) > 0)
            terminal.Line(Say.Of("It holds the access tokens: keep it as you keep keys."));
    }

    private int Count(string place) => Manifest.Entries.Count(e => e.Name.StartsWith(place + "/", StringComparison.Ordinal));
}
