using System.Text.RegularExpressions;

namespace Fleet.Worker.Steps.VendorScript;

/// <summary>The readme files that post_upgrade names when there is work to do by hand (Q21).</summary>
internal static partial class ManualReadmes
{
    public const string Fact = "manual.readmes";

    public static IReadOnlyList<string> In(string output)
    {
        var lines = output.Split('\n').Select(l => l.TrimEnd('\r', ' ')).ToList();
        var start = lines.FindLastIndex(l => Announcement().IsMatch(l));
        return start < 0
            ? []
            : [.. lines.Skip(start + 1).TakeWhile(l => l.Length == 0 || Path().IsMatch(l)).Select(l => Path().Match(l).Groups["path"].Value).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    [GeneratedRegex("There are some manual steps to handle")]
    private static partial Regex Announcement();

    [GeneratedRegex(@"^\s*(?:[-*]\s*|\d+[.)]\s*|\[)?(?<path>/[^\s\]]+)\]?\s*$")]
    private static partial Regex Path();
}
