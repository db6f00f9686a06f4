using System.Text.Json;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Store.Backup;
using Fleet.Server.Api;
using Microsoft.Extensions.Configuration;

namespace Fleet.Cli.Backups;

/// <summary>One restore: everything is read and checked first, then put in place, the store last. What fails leaves the place empty.</summary>
internal static class BackupRestoring
{
    public static async Task<RestoredBackup> RunAsync(IConfiguration configuration, string data, string path, CancellationToken cancellationToken)
    {
        if (DataParts.AlreadyThere(data) is { } there)
            throw new CliFailure(ExitCodes.No, Say.Of($"{there} is there already. A backup is restored into an empty place only: give another folder with --data, or move that one away."));
        var part = Path.Combine(data, "restoring");
        if (Directory.Exists(part))
            Directory.Delete(part, recursive: true);
        Directory.CreateDirectory(part, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var placed = new List<string>();
        try
        {
            var (manifest, files) = await BackupArchive.ExtractAsync(path, part, cancellationToken);
            var store = Path.Combine(part, BackupPlaces.Store);
            Directory.CreateDirectory(store);
            var places = files.ToDictionary(f => f.Value, f => PlaceOf(path, manifest, f.Key, data, store));
            if (await StoreBackups.WhyNotAsync(configuration, manifest.Store, cancellationToken) is { } why)
                throw new CliFailure(ExitCodes.No, why);
            foreach (var (from, to) in places)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Move(from, to, overwrite: false);
                placed.Add(to);
            }

            var restored = await StoreBackups.RestoreAsync(configuration, manifest.Store, store, manifest.Taken, Environment.UserName, cancellationToken);
            placed.Clear();
            return new RestoredBackup(path, data, manifest, restored);
        }
        finally
        {
            foreach (var file in placed)
                File.Delete(file);
            Directory.Delete(part, recursive: true);
        }
    }

    private static string PlaceOf(string path, BackupManifest manifest, string entry, string data, string store) =>
        manifest.Store.Files.FirstOrDefault(f => entry == $"{BackupPlaces.Store}/{f.Name}") is { } file && file.Name == Path.GetFileName(file.Name)
            ? Path.Combine(store, file.Name)
            : DataParts.PlaceOf(entry, data) ?? throw new CliFailure(ExitCodes.No, Say.Of($"{path} is damaged: it holds {entry}, which has no place in Fleet. Nothing was restored; use another backup."));
}

internal sealed record RestoredBackup(string File, string Data, BackupManifest Manifest, RestoredStore Store)
{
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(new { File, Data, Manifest.Taken, Manifest.Store.Provider, Store.FirstEpoch, Store.Zones, Store.Paused, Manifest.WithoutPackages }, ApiJson.Options);

    public void Tell(Terminal terminal)
    {
        terminal.Line(Say.Of($"Restored the backup of {Manifest.Taken:u} from {File} into {Data}."));
        terminal.Line(Store.Zones.Count == 0
            ? Say.Of("No zone was under way then.")
            : Say.Of($"Under way then: {string.Join(", ", Store.Zones)}. Each is looked at before anything changes there; one that went on since asks first."));
        if (Store.Paused.Count > 0)
            terminal.Line(Say.Of($"Paused, for what was ordered since is not on record: {string.Join(", ", Store.Paused)}. Answer what is asked about their zones, then: fleet rollout resume NAME"));
        terminal.Line(Say.Of("Rollouts that were started after the backup are not on record: a zone of theirs asks when it is to be upgraded again."));
        if (Manifest.WithoutPackages)
            terminal.Line(Say.Of("The backup holds no packages: add them again with fleet packages add."));
        terminal.Line(Say.Of("Start Fleet with fleet serve, and never the one that this replaces beside it."));
    }
}
