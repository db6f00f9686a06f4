using System.Text.RegularExpressions;

namespace Fleet.Worker.Phases.Prompts;

/// <summary>The nodes that failed in the component before a question, out of the script's lines <c>Updating [node] with [packages] ... Error!</c>.</summary>
internal static partial class NodeFailures
{
    public static IReadOnlyList<string> Before(string output, int questionAt)
    {
        var end = Math.Clamp(questionAt, 0, output.Length);
        var start = output.LastIndexOf("Are you sure to", end > 0 ? end - 1 : 0, StringComparison.Ordinal);
        return [.. NodeLine().Matches(output[Math.Max(start, 0)..end]).Select(m => m.Groups["node"].Value.Trim()).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>On how many nodes the component before a question was tried; 0: its beginning is not to be seen.</summary>
    public static int Tried(string output, int questionAt)
    {
        var end = Math.Clamp(questionAt, 0, output.Length);
        var start = output.LastIndexOf("Are you sure to", end > 0 ? end - 1 : 0, StringComparison.Ordinal);
        return start < 0 ? 0 : AnyNodeLine().Matches(output[start..end]).Select(m => m.Groups["node"].Value.Trim()).Distinct(StringComparer.Ordinal).Count();
    }

    /// <summary>The component that was asked about last before a question, like <c>hyper/hyper</c>.</summary>
    public static string? ComponentBefore(string output, int questionAt)
    {
        var asked = Asked().Matches(output[..Math.Clamp(questionAt, 0, output.Length)]).LastOrDefault();
        return asked is null ? null : $"{asked.Groups["group"].Value.Trim()}/{asked.Groups["set"].Value.Trim()}";
    }

    [GeneratedRegex(@"Are you sure to update \[(?<group>[^\]]+)\] nodes with \[(?<set>[^\]]+)\]")]
    private static partial Regex Asked();

    [GeneratedRegex(@"\b\w+ing \[(?<node>[^\]\s]+)\][^\r\n\[]*(?:\[[^\]]*\])?[^\r\n]*\.\.\.[ \t]*(?:OK|Error|错误)")]
    private static partial Regex AnyNodeLine();

    [GeneratedRegex(@"\b\w+ing \[(?<node>[^\]\s]+)\][^\r\n\[]*(?:\[[^\]]*\])?[^\r\n]*\.\.\.[ \t]*(?:Error|错误)")]
    private static partial Regex NodeLine();
}
