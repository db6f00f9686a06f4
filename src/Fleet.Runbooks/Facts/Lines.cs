using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Facts;

/// <summary>Lines of what a tool printed: CR, LF, terminal escapes and blank lines are no content.</summary>
public static partial class Lines
{
    public static IEnumerable<string> Of(string text)
    {
        foreach (var line in text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            var plain = Escapes().Replace(line, "").TrimEnd();
            if (plain.Length > 0)
                yield return plain;
        }
    }

    [GeneratedRegex(@"\x1B(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)?|[@-_])|[\x00-\x08\x0B\x0C\x0E-\x1A\x1C-\x1F\x7F]", RegexOptions.CultureInvariant)]
    private static partial Regex Escapes();
}
