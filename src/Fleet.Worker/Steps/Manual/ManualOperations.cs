using System.Globalization;
using System.Text.RegularExpressions;

namespace Fleet.Worker.Steps.Manual;

/// <summary>The vendor's manual operations as a checklist: numbered or bulleted entries with their following lines, else each line; every readme that was named is one entry too.</summary>
internal static partial class ManualOperations
{
    private const int Longest = 1000;

    /// <param name="Id">1, 2, 3 …</param>
    internal sealed record Operation(string Id, string Text);

    public static IReadOnlyList<Operation> Of(string? file, IReadOnlyList<(string Path, string Text)> readmes)
    {
        var texts = Entries(file ?? "").Concat(readmes.Select(r => $"{r.Path}: {Joined(r.Text.Split('\n'))}".TrimEnd(':', ' '))).ToList();
        return [.. texts.Select((text, i) => new Operation((i + 1).ToString(CultureInfo.InvariantCulture), text.Length <= Longest ? text : text[..Longest]))];
    }

    private static IEnumerable<string> Entries(string file)
    {
        var lines = file.Split('\n').Select(l => l.TrimEnd('\r', ' ', '\t')).Where(l => l.Length > 0 && !Comment().IsMatch(l)).ToList();
        if (!lines.Exists(l => Begin().IsMatch(l)))
            return lines.Select(l => l.Trim());
        var entries = new List<List<string>>();
        foreach (var line in lines)
        {
            if (Begin().IsMatch(line) || entries.Count == 0)
                entries.Add([Begin().Replace(line, "")]);
            else
                entries[^1].Add(line);
        }
        return entries.Select(Joined);
    }

    private static string Joined(IEnumerable<string> lines) => string.Join(' ', lines.Select(l => l.Trim()).Where(l => l.Length > 0));

    [GeneratedRegex(@"^\s{0,3}(?:\d{1,3}[.)、]|[-*•])\s*")]
    private static partial Regex Begin();

    [GeneratedRegex(@"^\s*(?:#|={3,}|-{3,}\s*$)")]
    private static partial Regex Comment();
}
