using System.Text.RegularExpressions;
using Fleet.Runbooks.Model;

namespace Fleet.Worker.Steps.VendorScript;

/// <summary>The readme files that post_upgrade names when there is work to do by hand (Q21).</summary>
internal static partial class ManualReadmes
{
    public const string Fact = "manual.readmes";

    public const string Announcement = "There are some manual steps to handle";

    /// <param name="announcement">A regular expression for the line before the paths.</param>
    public static IReadOnlyList<string> In(string output, string announcement = Announcement)
    {
        var pattern = Patterns.Compile(announcement);
        var lines = output.Split('\n').Select(l => l.TrimEnd('\r', ' ')).ToList();
        var start = lines.FindLastIndex(l => pattern.IsMatch(l));
        return start < 0
            ? []
            : [.. lines.Skip(start + 1).TakeWhile(l => l.Length == 0 || Path().IsMatch(l)).Select(l => Path().Match(l).Groups["path"].Value).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"^\s*(?:[-*]\s*|\d+[.)]\s*|\[)?(?<path>/[^\s\]]+)\]?\s*$")]
    private static partial Regex Path();
}
