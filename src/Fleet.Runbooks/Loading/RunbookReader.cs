using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

/// <summary>Turns a self-contained file's nodes into the model.</summary>
internal static class RunbookReader
{
    public static Runbook? Read(Mapping root, string digest, LoadProblems problems)
    {
        var reader = MapReader.Of(root, Keys.Runbook, problems);
        if (reader is null)
            return null;
        if (reader.Required("apiVersion") is { Length: > 0 } api && api != Keys.ApiVersion)
            problems.At(reader.Node("apiVersion")!, "file-bad-choice", ("value", api), ("allowed", Keys.ApiVersion));
        var name = reader.Name();
        reader.Required("version");
        var settings = SettingsReader.Read(reader, problems);
        var phaseNodes = reader.Items("phases");
        if (phaseNodes.Count == 0)
            problems.At(reader.Node("phases") ?? root, "runbook-no-phases");
        var phases = new List<Phase>();
        foreach (var node in phaseNodes)
        {
            if (ReadPhase(node, settings, problems) is { } phase)
                phases.Add(phase);
        }

        Unique.Names(phaseNodes, "phase", problems);
        return new Runbook { Name = name, Version = reader.Version("version") ?? "", Digest = digest, Settings = settings, Phases = phases };
    }

    private static Phase? ReadPhase(Node node, IReadOnlyDictionary<string, string> settings, LoadProblems problems)
    {
        if (MapReader.Of(node, Keys.Phase, problems) is not { } reader)
            return null;
        PositionOnlyInOverrides(reader, problems);
        var stepNodes = reader.Items("steps");
        if (stepNodes.Count == 0)
            problems.At(reader.Node("steps") ?? node, "runbook-no-steps");
        Unique.Names(stepNodes, "step", problems);
        return new Phase
        {
            Name = reader.Name(),
            Title = reader.Required("title"),
            When = ConditionReader.Read(reader, problems),
            Steps = [.. stepNodes.Select(s => StepReader.Read(s, settings, problems)).OfType<Step>()],
        };
    }

    /// <summary><c>after</c> and <c>before</c> place what a site adds; in a file that stands alone the order says it.</summary>
    public static void PositionOnlyInOverrides(MapReader reader, LoadProblems problems)
    {
        foreach (var key in (ReadOnlySpan<string>)["after", "before"])
        {
            if (reader.Node(key) is { } node)
                problems.At(node, "runbook-position-not-here", ("key", key));
        }
    }
}
