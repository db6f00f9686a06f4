using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

internal static class RollbackReader
{
    public static Rollback? Read(MapReader step, IReadOnlyDictionary<string, string> settings, LoadProblems problems)
    {
        if (step.Node("rollback") is not { } node || MapReader.Of(node, Keys.Rollback, problems) is not { } reader)
            return null;
        return new Rollback
        {
            Commands = [.. reader.Items("commands").Select(n => Command(n, settings, problems)).OfType<RollbackCommand>()],
            CannotUndo = Told(reader, "cannotUndo", settings, problems),
            PointOfNoReturn = reader.Flag("pointOfNoReturn"),
            Notes = Told(reader, "notes", settings, problems),
        };
    }

    private static RollbackCommand? Command(Node node, IReadOnlyDictionary<string, string> settings, LoadProblems problems)
    {
        if (MapReader.Of(node, Keys.RollbackCommand, problems) is not { } reader)
            return null;
        var command = new RollbackCommand
        {
            Title = reader.Required("title"),
            Run = reader.Required("run").TrimEnd(),
            On = reader.Choice("on", Keys.RollbackPlaces) switch { "first-snapshot-node" => RollbackPlace.FirstSnapshotNode, "nodes" => RollbackPlace.Nodes, _ => RollbackPlace.Firstbox },
            Backup = reader.Optional("backup") is { } backup ? SettingsReader.Fill(reader.Node("backup")!, backup, settings, factsAllowed: true, problems) : null,
        };
        if (reader.Node("run") is not { } run)
            return command;
        SettingsReader.Check(run, command.Run, settings, factsAllowed: true, problems, packageAllowed: true, Placeholders.MovedOut);
        if (command.On != RollbackPlace.Firstbox && NodeCommand.WhyItCannotTravel(command.Run) is { } why)
            problems.At(run, "runbook-command-cannot-travel", ("why", why));
        return command;
    }

    /// <summary>Sentences, with settings filled in; facts are filled in where somebody reads them.</summary>
    private static IReadOnlyList<string> Told(MapReader reader, string key, IReadOnlyDictionary<string, string> settings, LoadProblems problems)
    {
        var told = reader.TextsAt(key);
        foreach (var (node, text) in told)
            SettingsReader.Check(node, text, settings, factsAllowed: true, problems, packageAllowed: true, Placeholders.MovedOut);
        return [.. told.Select(t => t.Text)];
    }
}
