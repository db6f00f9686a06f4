using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

internal static class PromptReader
{
    public static IReadOnlyList<PromptRule> Read(MapReader step, IReadOnlyDictionary<string, string> settings, LoadProblems problems)
    {
        var nodes = step.Items("prompts");
        Unique.Names(nodes, "prompt", problems);
        return [.. nodes.Select(n => One(n, settings, problems)).OfType<PromptRule>()];
    }

    private static PromptRule? One(Node node, IReadOnlyDictionary<string, string> settings, LoadProblems problems)
    {
        if (MapReader.Of(node, Keys.Prompt, problems) is not { } reader)
            return null;
        var choices = reader.Texts("choices");
        var rule = new PromptRule
        {
            Name = reader.Name(),
            Pattern = reader.Required("pattern"),
            Policy = reader.Required("policy") is { Length: > 0 } policy && Checks.Choice(reader.Node("policy")!, policy, Keys.Policies, problems) == "answer" ? PromptPolicy.Answer : PromptPolicy.Ask,
            Answer = reader.Optional("answer"),
            Choices = choices.Count > 0 ? choices : ["yes", "no"],
            SafePoint = reader.Flag("safePoint"),
            Component = reader.Flag("component"),
            FailedNodes = reader.Flag("failedNodes"),
        };
        return Checked(rule, reader, settings, problems);
    }

    private static PromptRule Checked(PromptRule rule, MapReader reader, IReadOnlyDictionary<string, string> settings, LoadProblems problems)
    {
        if (rule.Policy == PromptPolicy.Answer && rule.Answer is null)
            problems.At(reader.Map, "runbook-prompt-without-answer", ("name", rule.Name), ("allowed", string.Join(", ", rule.Choices)));
        if (rule.Policy == PromptPolicy.Ask && rule.Answer is not null)
            problems.At(reader.Node("answer")!, "runbook-answer-not-here", ("name", rule.Name));
        if (rule.Answer is not null && !rule.Choices.Contains(rule.Answer))
            problems.At(reader.Node("answer")!, "file-bad-choice", ("value", rule.Answer), ("allowed", string.Join(", ", rule.Choices)));
        if (rule.Choices.FirstOrDefault(c => c.Any(char.IsControl) || c.Length > 200) is { } unprintable)
            problems.At(reader.Node("choices")!, "runbook-unprintable", ("value", unprintable));
        if (rule.Pattern.Length == 0)
            return rule;

        var node = reader.Node("pattern")!;
        rule = rule with { Pattern = SettingsReader.Fill(node, rule.Pattern, settings, factsAllowed: false, problems) };
        if (Checks.Pattern(node, rule.Pattern, problems) is not { } groups)
            return rule;
        if (rule.Component && !(groups.Contains("nodes") && groups.Contains("packages")))
            problems.At(node, "runbook-component-groups");
        if (Patterns.Compile(rule.Pattern).IsMatch(""))
            problems.At(node, "runbook-pattern-matches-nothing");
        return rule;
    }
}
