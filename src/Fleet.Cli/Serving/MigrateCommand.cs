using System.CommandLine;
using System.Text.Json;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Store;

namespace Fleet.Cli.Serving;

/// <summary>The store's tables brought up to date by themselves, before the program of a new version serves.</summary>
internal static class MigrateCommand
{
    public static Command Make()
    {
        var data = new Option<string?>("--data") { Description = Say.Of("The data folder, as fleet serve has it; default ./fleet-data (Fleet__Data)"), HelpName = "DIR" };
        return CommandFactory.Make("migrate", Say.Of("Brings the store's tables up to date for this version, and ends. Not needed where fleet serve may do it (Fleet__Store__Migrate)."), async (context, cancellationToken) =>
        {
            var settings = ServeSettings.ReadStore(context.Get(data), out var configuration);
            // A file is one process's; a database is everybody's.
            using var folder = configuration["Fleet:Store:Provider"] is { Length: > 0 } provider && !provider.Equals("sqlite", StringComparison.OrdinalIgnoreCase) ? null : OpenFolder(settings);
            try
            {
                Tell(context, await StoreMigrations.ApplyAsync(configuration, cancellationToken));
                return ExitCodes.Ok;
            }
            catch (StoreMigrationException e)
            {
                throw new CliFailure(ExitCodes.No, e.Message);
            }
        }, data).WithExamples("fleet migrate", "fleet migrate --data /var/lib/fleet");
    }

    private static DataFolder OpenFolder(ServeSettings settings) =>
        DataFolder.Open(settings, out var refusal) ?? throw new CliFailure(ExitCodes.Usage, refusal!);

    private static void Tell(CommandContext context, IReadOnlyList<string> applied)
    {
        if (context.Json)
            context.Terminal.WriteJson(JsonSerializer.SerializeToElement(new { applied }));
        else if (applied.Count == 0)
            context.Terminal.Line(Say.Of("The store is up to date."));
        else
            context.Terminal.Line(Say.Of($"The store is up to date; applied: {string.Join(", ", applied)}"));
    }
}
