using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

/// <summary>Holds a step against what its kind declares.</summary>
internal static class KindChecks
{
    /// <summary>The options with settings filled in; unknown, missing and wrong ones are told.</summary>
    public static IReadOnlyDictionary<string, string> Options(MapReader step, IReadOnlyDictionary<string, string> settings, LoadProblems problems)
    {
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var kind = StepKindDeclarations.Find(step.Map.TextOf("kind") ?? "");
        foreach (var (key, node) in step.Pairs("with"))
        {
            var value = SettingsReader.Fill(node, node.Value, settings, factsAllowed: true, problems);
            options[key.Value] = value;
            if (kind is null)
                continue;
            if (kind.FindOption(key.Value) is { } option)
                Checks.Option(node, value, option, problems);
            else
                UnknownOption(key, kind, problems);
        }

        foreach (var missing in kind?.Options.Where(o => o.Required && !options.ContainsKey(o.Name)) ?? [])
            problems.At(step.Node("with") ?? step.Map, "runbook-option-missing", ("option", missing.Name), ("kind", kind!.Name), ("does", missing.Does));
        return options;
    }

    public static void Step(MapReader reader, Step step, LoadProblems problems)
    {
        if (step.Kind.Length == 0)
            return;
        if (StepKindDeclarations.Find(step.Kind) is not { } kind)
        {
            UnknownKind(reader.Node("kind")!, step.Kind, problems);
            return;
        }

        if (kind.Command == CommandUse.Required && step.Command is null && reader.Node("command") is null)
            problems.At(reader.Map, "runbook-command-missing", ("kind", kind.Name));
        if (kind.Command == CommandUse.None && reader.Node("command") is { } command)
            problems.At(command, "runbook-command-not-here", ("kind", kind.Name));
        if (kind.OnNodes && step.Command is not null && NodeCommand.WhyItCannotTravel(step.Command) is { } why)
            problems.At(reader.Node("command")!, "runbook-command-cannot-travel", ("why", why));
        if (step.Changes != kind.Changes)
            problems.At(reader.Node("changes") ?? reader.Map, kind.Changes ? "runbook-changes-missing" : "runbook-changes-not-here", ("kind", kind.Name));
        if (!kind.Interactive && reader.Node("prompts") is { } prompts)
            problems.At(prompts, "runbook-prompts-not-here", ("kind", kind.Name));
        if (kind.Guard != GuardUse.None && reader.Node("guard") is null)
            problems.At(reader.Map, "runbook-guard-missing", ("kind", kind.Name));
        if (kind.Guard == GuardUse.None && reader.Node("guard") is { } guard)
            problems.At(guard, "runbook-guard-not-here", ("kind", kind.Name));
    }

    private static void UnknownKind(Node node, string kind, LoadProblems problems)
    {
        var known = StepKindDeclarations.All.Select(k => k.Name).ToList();
        if (Suggestion.For(kind, known) is { } meant)
            problems.At(node, "runbook-unknown-kind-like", ("value", kind), ("meant", meant), ("allowed", string.Join(", ", known)));
        else
            problems.At(node, "runbook-unknown-kind", ("value", kind), ("allowed", string.Join(", ", known)));
    }

    private static void UnknownOption(Scalar key, StepKindDeclaration kind, LoadProblems problems)
    {
        var known = kind.Options.Select(o => o.Name).ToList();
        if (known.Count == 0)
            problems.At(key, "runbook-no-options", ("option", key.Value), ("kind", kind.Name));
        else if (Suggestion.For(key.Value, known) is { } meant)
            problems.At(key, "runbook-unknown-option-like", ("option", key.Value), ("kind", kind.Name), ("meant", meant), ("allowed", string.Join(", ", known)));
        else
            problems.At(key, "runbook-unknown-option", ("option", key.Value), ("kind", kind.Name), ("allowed", string.Join(", ", known)));
    }
}
