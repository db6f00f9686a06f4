using Fleet.Cli.Output;

namespace Fleet.Cli.Rollouts;

/// <summary>The page for paper and tickets. What zones and people said is text there, whatever signs it has.</summary>
internal static class RollbackMarkdown
{
    private const string Signs = "\\`*_{}[]<>#|~";

    public static void Print(Terminal terminal, IEnumerable<PagePart> page)
    {
        foreach (var line in Lines(page))
            terminal.Line(line);
    }

    internal static IEnumerable<string> Lines(IEnumerable<PagePart> page)
    {
        foreach (var (kind, text) in page.Select(p => (p.Kind, p.Text)))
        {
            var plain = Escaped(Harmless.Line(text));
            foreach (var line in kind switch
            {
                PartKind.Title => [$"# {plain}", ""],
                PartKind.Section => ["", $"## {plain}", ""],
                PartKind.Step => ["", $"### {plain}", ""],
                PartKind.Alarm => [$"**{plain}**", ""],
                PartKind.Item => [$"- {plain}", ""],
                PartKind.Detail => [$"  - {plain}", ""],
                PartKind.Command => [Fence(text), .. text.Split('\n'), Fence(text), ""],
                _ => (IReadOnlyList<string>)[plain, ""],
            })
            {
                yield return line;
            }
        }
    }

    /// <summary>Longer than any row of backquotes in the command.</summary>
    private static string Fence(string text)
    {
        var fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        return fence;
    }

    private static string Escaped(string text) => string.Concat(text.Select(c => Signs.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : $"{c}"));
}
