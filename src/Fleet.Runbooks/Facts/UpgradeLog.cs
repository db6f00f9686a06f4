using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Facts;

/// <summary>The last run's section of <c>/root/upgrade.log</c> (Q6): the file is appended, runs of years ago stand above.</summary>
public sealed partial record UpgradeLog(IReadOnlyList<string> Section, bool SaysDone, IReadOnlyList<string> Errors)
{
    public const string SuccessLine = "The installer is upgraded successfully. Check it please!";

    public static UpgradeLog Read(string text, string successLine = SuccessLine)
    {
        var lines = Lines.Of(text).ToList();
        var begin = lines.FindLastIndex(l => Begin().IsMatch(l));
        List<string> section = begin < 0 ? [] : lines[begin..];
        return new UpgradeLog(
            section,
            section.Exists(l => l.Contains(successLine, StringComparison.Ordinal)),
            [.. section.Where(l => Error().IsMatch(l))]);
    }

    [GeneratedRegex(@"\bInfo:\s*Begin to upgrade platform", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Begin();

    [GeneratedRegex(@"\bError\b|\bERROR\b|\bFATAL\b|rsync error|错误|致命", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Error();
}
