using System.Text.RegularExpressions;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Facts;

public enum CheckState
{
    Fine,
    Bad,
    Ignored,
}

/// <param name="Key">What was checked, without its changing detail: the same item of another run has the same key.</param>
public sealed record CheckItem(string Key, CheckState State, string Line);

/// <summary>What <c>check.py -n all -v</c> reports (Q23), item by item. Its exit code says nothing.</summary>
public sealed partial record CheckPyReport(IReadOnlyList<CheckItem> Items)
{
    public IReadOnlyList<CheckItem> Bad => [.. Items.Where(i => i.State == CheckState.Bad)];

    /// <summary>Lines with a state word are items; a heading (no state word, ends in a colon or stands in brackets) names the node of the items below it. Where an item is told twice the worse counts.</summary>
    public static CheckPyReport Read(string text)
    {
        var items = new Dictionary<string, CheckItem>(StringComparer.Ordinal);
        var heading = "";
        foreach (var line in Lines.Of(text))
        {
            var words = StateWord().Matches(line);
            if (words.Count == 0)
            {
                if (Heading.Match(line) is { Success: true } match)
                    heading = match.Groups["name"].Value;
                continue;
            }

            if (Summary.IsMatch(line))
                continue;
            var word = Chosen(line, words);
            var name = Clean(line[..word.Index]);
            if (name.Length == 0)
                name = Clean(line[(word.Index + word.Length)..]);
            if (name.Length == 0)
                continue;
            var key = heading.Length == 0 ? name : $"{heading}: {name}";
            var item = new CheckItem(key, StateOf(word.Value), line.Trim());
            if (!items.TryGetValue(key, out var known) || Worse(item.State, known.State))
                items[key] = item;
        }

        return new CheckPyReport([.. items.Values]);
    }

    /// <summary>Splits what is bad now by what the baseline knew. Without a baseline, or for an item not in it, every bad item is new.</summary>
    /// <param name="badBefore">The keys that were bad then; null: there is no baseline.</param>
    public (IReadOnlyList<CheckItem> New, IReadOnlyList<CheckItem> Known) Against(IReadOnlySet<string>? badBefore)
    {
        var known = badBefore is null ? [] : Bad.Where(i => badBefore.Contains(i.Key)).ToList();
        return ([.. Bad.Except(known)], known);
    }

    private static bool Worse(CheckState state, CheckState than) => state == CheckState.Bad || (state == CheckState.Fine && than == CheckState.Ignored);

    /// <summary>The last word of the line if it is a state; else the first state word, since what follows it is detail.</summary>
    private static Match Chosen(string line, MatchCollection words) =>
        line.AsSpan(words[^1].Index + words[^1].Length).TrimEnd(" .|]\"',!\t").Length == 0 ? words[^1] : words[0];

    private static string Clean(string text) => Blanks().Replace(text, " ").Trim(' ', ':', '|', '.', '-', '[', ']', '=', '>', '"', '\'', ',', '\t', '*', '+');

    private static CheckState StateOf(string word) => word.ToLowerInvariant() switch
    {
        "normal" or "ok" or "正常" => CheckState.Fine,
        "ignored" => CheckState.Ignored,
        _ => CheckState.Bad,
    };

    [GeneratedRegex(@"(?<![\w/.-])(?:Normal|ok|Abnormal|Unknown|error|Ignored|错误|异常|正常)(?![\w/-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex StateWord();

    // Neither may backtrack: a line of thousands of dashes would take minutes.
    private static readonly Regex Heading = Patterns.Compile(@"(?i)^\W*(?:node|checking|check)?\W*(?<name>[\w.-]+)\W*(?:\]|:|=+|-+)\W*$");

    private static readonly Regex Summary = Patterns.Compile(@"(?i)^\W*(?:total|summary|result|status|state)?\W*(?:(?:Normal|ok|Abnormal|Unknown|error|Ignored)\W*[:=]\W*\d+\W*)+$");

    [GeneratedRegex(@"[\s|\[\]]+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
