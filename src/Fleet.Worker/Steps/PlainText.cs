using System.Text.RegularExpressions;

namespace Fleet.Worker.Steps;

/// <summary>What a terminal would show of a line: no escapes, no control characters. What people are asked must not move their cursor.</summary>
internal static partial class PlainText
{
    public static string Of(string line) => Control().Replace(line, "");

    [GeneratedRegex(@"\e\[[0-?]*[ -/]*[@-~]|\e\][^\a\e]*(?:\a|\e\\)?|\e[ -/]*[0-~]|[\x00-\x08\x0B-\x1F\x7F]")]
    private static partial Regex Control();
}
