using System.Text.RegularExpressions;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

internal static partial class StepReader
{
    public static Step? Read(Node node, IReadOnlyDictionary<string, string> settings, LoadProblems problems)
    {
        if (MapReader.Of(node, Keys.Step, problems) is not { } reader)
            return null;
        RunbookReader.PositionOnlyInOverrides(reader, problems);
        var step = new Step
        {
            Name = reader.Name(),
            Title = reader.Required("title"),
            Implements = Implements(reader, problems),
            Kind = reader.Required("kind"),
            Command = reader.Optional("command"),
            TimeLimit = reader.Required("timeLimit") is { Length: > 0 } limit ? Checks.Duration(reader.Node("timeLimit")!, limit, problems) : Checks.ShortestLimit,
            Changes = reader.Flag("changes"),
            Repeatable = reader.Flag("repeatable"),
            Required = reader.Flag("required"),
            UpgradesPackages = reader.Flag("upgradesPackages"),
            When = ConditionReader.Read(reader, problems),
            Guard = reader.Optional("guard"),
            NeedsGuards = reader.Texts("needsGuards"),
            Prompts = PromptReader.Read(reader, settings, problems),
            Done = DoneReader.Read(reader, settings, problems),
            Rollback = RollbackReader.Read(reader, settings, problems),
            With = KindChecks.Options(reader, settings, problems),
        };
        if (step.Command is not null)
            SettingsReader.Check(reader.Node("command")!, step.Command, settings, factsAllowed: true, problems, packageAllowed: true);
        KindChecks.Step(reader, step, problems);
        return step;
    }

    /// <summary>Q1 … Q26, or a site's own references; at most 20 characters each.</summary>
    private static IReadOnlyList<string> Implements(MapReader reader, LoadProblems problems)
    {
        var lines = reader.TextsAt("implements");
        foreach (var (node, line) in lines.Where(l => !LineForm().IsMatch(l.Text)))
            problems.At(node, "runbook-bad-line", ("value", line));
        return [.. lines.Select(l => l.Text)];
    }

    [GeneratedRegex("^[A-Z][A-Za-z0-9.-]{0,19}$")]
    private static partial Regex LineForm();
}
