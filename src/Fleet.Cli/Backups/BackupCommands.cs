using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Cli.Serving;
using Fleet.Orchestration.Store.Backup;
using Microsoft.Extensions.Configuration;

namespace Fleet.Cli.Backups;

/// <summary>Fleet's own state into one file, and back into an empty place. Both work on the store and the data folder, not through the API.</summary>
internal static class BackupCommands
{
    public static Command Backup()
    {
        var file = new Argument<string>("file") { Description = Say.Of("The backup to write, which must not exist, or a folder, where it is named after its time") };
        var data = DataOption();
        var without = new Option<bool>("--without-packages") { Description = Say.Of("Leave the packages out; add them again after a restore") };
        var keep = new Option<int?>("--keep") { Description = Say.Of("Where a folder is given: only the newest N of its backups stay"), HelpName = "N" };
        return CommandFactory.Make("backup", Say.Of("Writes Fleet's state (store, tokens, packages) into one file, while Fleet runs or not."), async (context, cancellationToken) =>
        {
            var path = Path.GetFullPath(context.Get(file));
            var folder = Directory.Exists(path) ? path : null;
            if (context.Get(keep) is { } count && (folder is null || count < 1))
                throw new CliFailure(ExitCodes.Usage, Say.Of("--keep takes a number from 1, with a folder in place of a file."));
            path = folder is null ? path : BackupFolder.NewFile(folder, context.Terminal.Now);
            var settings = Settings(context.Get(data), out var configuration);
            var written = await Told(() => BackupWriting.RunAsync(configuration, settings.Server.Data, path, context.Get(without), cancellationToken));
            if (context.Json)
                context.Terminal.WriteJson(written.ToJson());
            else
                written.Tell(context.Terminal);
            var removed = folder is not null && context.Get(keep) is { } most ? BackupFolder.Keep(folder, most) : [];
            if (removed.Count > 0 && !context.Json)
                context.Terminal.Line(Say.Of($"Removed older ones: {string.Join(", ", removed.Select(Path.GetFileName))}"));
            return ExitCodes.Ok;
        }, file, data, without, keep).WithExamples(
            "fleet backup fleet-monday.tar",
            "fleet backup /backups/fleet.tar --data /var/lib/fleet --without-packages",
            "fleet backup /backups --keep 14");
    }

    public static Command Restore()
    {
        var file = new Argument<string>("file") { Description = Say.Of("A file that fleet backup wrote, or a folder: the newest in it") };
        var data = DataOption();
        return CommandFactory.Make("restore", Say.Of("Restores a backup into an empty data folder and an empty store. End the Fleet that it replaces first."), async (context, cancellationToken) =>
        {
            var path = Path.GetFullPath(context.Get(file));
            if (Directory.Exists(path))
                path = BackupFolder.Files(path).FirstOrDefault() ?? throw new CliFailure(ExitCodes.Usage, Say.Of($"The folder {path} holds no backup that fleet backup named."));
            var settings = Settings(context.Get(data), out var configuration);
            using var folder = DataFolder.Open(settings, out var refusal);
            if (refusal is not null)
                throw new CliFailure(ExitCodes.Usage, refusal);
            var restored = await Told(() => BackupRestoring.RunAsync(configuration, settings.Server.Data, path, cancellationToken));
            if (context.Json)
                context.Terminal.WriteJson(restored.ToJson());
            else
                restored.Tell(context.Terminal);
            return ExitCodes.Ok;
        }, file, data).WithExamples(
            "fleet restore fleet-monday.tar --data /var/lib/fleet");
    }

    private static Option<string?> DataOption() => new("--data") { Description = Say.Of("The data folder, as fleet serve has it; default ./fleet-data (Fleet__Data)"), HelpName = "DIR" };

    /// <summary>As <c>fleet serve</c> would read them: the store's settings come from the environment.</summary>
    private static ServeSettings Settings(string? data, out IConfiguration configuration)
    {
        var builder = ServeHost.NewBuilder();
        if (data is not null)
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Fleet:Data"] = data });
        var settings = ServeSettings.Read(builder.Configuration);
        configuration = builder.Configuration;
        return settings.Problems.Count == 0 ? settings : throw new CliFailure(ExitCodes.Usage, string.Join(Environment.NewLine, settings.Problems));
    }

    private static async Task<T> Told<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (StoreBackupException e)
        {
            throw new CliFailure(ExitCodes.No, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailure(ExitCodes.No, e.Message);
        }
    }
}
