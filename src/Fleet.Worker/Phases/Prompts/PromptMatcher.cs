using System.Text.RegularExpressions;
using Fleet.Runbooks.Model;

namespace Fleet.Worker.Phases.Prompts;

/// <summary>Which of a step's rules an unfinished line belongs to.</summary>
internal static partial class PromptMatcher
{
    /// <summary>Null when no rule matches.</summary>
    public static PromptMatch? Match(string line, IReadOnlyList<PromptRule> rules)
    {
        foreach (var rule in rules)
        {
            // The last one: what was answered on the same line before must not be taken for the question.
            var match = Patterns.Compile(rule.Pattern).Matches(line).LastOrDefault();
            if (match is not { Success: true } || match.Length == 0 || !EndsTheQuestion(line.AsSpan(match.Index + match.Length)))
                continue;
            return new PromptMatch(rule, line[match.Index..].Trim(), Component(rule, match));
        }
        return null;
    }

    /// <summary>What stands behind the matched text may only be the rest of the question, not what was printed after its answer.</summary>
    private static bool EndsTheQuestion(ReadOnlySpan<char> rest) => rest.Trim().Length == 0 || (rest.Length <= 60 && Rest().IsMatch(rest));

    private static string? Component(PromptRule rule, Match match)
    {
        var nodes = match.Groups["nodes"];
        var packages = match.Groups["packages"];
        if (!rule.Component && !nodes.Success && !packages.Success)
            return null;
        return (nodes.Success, packages.Success) switch
        {
            (true, true) => $"{nodes.Value.Trim()}/{packages.Value.Trim()}",
            (true, false) => nodes.Value.Trim(),
            (false, true) => packages.Value.Trim(),
            _ => null,
        };
    }

    [GeneratedRegex(@"[?:>\]]\s*$")]
    private static partial Regex Rest();
}

internal sealed record PromptMatch(PromptRule Rule, string Text, string? Component);
