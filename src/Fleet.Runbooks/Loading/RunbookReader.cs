using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

/// <summary>Turns a self-contained file's nodes into the model.</summary>
internal static class RunbookReader
{
    public static Runbook? Read(Mapping root, string digest, bool stored, LoadProblems problems)
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
        var errandNodes = reader.Items("errands");
        Unique.Names([.. phaseNodes, .. errandNodes], "phase", problems);
        if (!stored)
        {
            ChangingSteps([.. phaseNodes, .. errandNodes], problems);
            CommandChecks.Placeholders([.. phaseNodes, .. errandNodes], problems);
        }

        return new Runbook
        {
            Name = name,
            Version = reader.Version("version") ?? "",
            Digest = digest,
            Settings = settings,
            Phases = [.. phaseNodes.Select(p => ReadPhase(p, settings, problems)).OfType<Phase>()],
            Errands = [.. errandNodes.Select(p => ReadPhase(p, settings, problems)).OfType<Phase>()],
        };
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

    /// <summary>An execution is known by its step's name, whatever the phase: two steps of one name would be taken for each other.</summary>
    private static void ChangingSteps(IReadOnlyList<Node> phases, LoadProblems problems)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var phase in phases.OfType<Mapping>())
        {
            foreach (var step in ((phase["steps"] as Sequence)?.Items ?? []).OfType<Mapping>().Where(s => StepKindDeclarations.Find(s.TextOf("kind") ?? "")?.Changes == true))
            {
                if (step["name"] is not Scalar { Value: { Length: > 0 } name } at || known.TryAdd(name, phase.TextOf("name") ?? ""))
                    continue;
                // Twice in one phase is told as such.
                if (known[name] != phase.TextOf("name"))
                    problems.At(at, "runbook-step-name-taken", ("name", name), ("phase", known[name]));
            }
        }
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
