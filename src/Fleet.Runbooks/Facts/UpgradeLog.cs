using System.Text.RegularExpressions;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Facts;

/// <summary>The last run's section of <c>/root/upgrade.log</c> (Q6): the file is appended, runs of years ago stand above.</summary>
public sealed partial record UpgradeLog(IReadOnlyList<string> Section, bool SaysDone, IReadOnlyList<string> Errors)
{
    public const string SuccessLine = "The installer is upgraded successfully. Check it please!";

    /// <param name="begin">The line that begins a run's section; null: the vendor's.</param>
    /// <param name="success">The line that proves its good end; null: the vendor's.</param>
    public static UpgradeLog Read(string text, Regex? begin = null, Regex? success = null)
    {
        var lines = Lines.Of(text).ToList();
        var at = lines.FindLastIndex(l => (begin ?? Begin()).IsMatch(l));
        List<string> section = at < 0 ? [] : lines[at..];
        return new UpgradeLog(
            section,
            section.Exists(l => success is null ? l.Contains(SuccessLine, StringComparison.Ordinal) : success.IsMatch(l)),
            [.. section.Where(l => Error().IsMatch(l))]);
    }

    [GeneratedRegex(@"\bInfo:\s*Begin to upgrade platform", RegexOptions.CultureInvariant)]
    private static partial Regex Begin();

    [GeneratedRegex(@"\bError\b|\bERROR\b|\bFATAL\b|rsync error|错误|致命", RegexOptions.CultureInvariant)]
    private static partial Regex Error();
}
