using System.Globalization;
using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Loading;

/// <summary>Durations as people write them: <c>30s</c>, <c>10m</c>, <c>1h30m</c>, <c>2d</c>; the largest unit first, each once.</summary>
public static partial class DurationText
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var match = Form().Match(text);
        if (!match.Success || text.Length == 0)
            return false;
        duration = TimeSpan.FromDays(Part(match, 1)) + TimeSpan.FromHours(Part(match, 2)) + TimeSpan.FromMinutes(Part(match, 3)) + TimeSpan.FromSeconds(Part(match, 4));
        return true;
    }

    public static string Format(TimeSpan duration)
    {
        var whole = TimeSpan.FromSeconds(Math.Floor(duration.TotalSeconds));
        var text = $"{(whole.Days > 0 ? $"{whole.Days}d" : "")}{(whole.Hours > 0 ? $"{whole.Hours}h" : "")}{(whole.Minutes > 0 ? $"{whole.Minutes}m" : "")}{(whole.Seconds > 0 ? $"{whole.Seconds}s" : "")}";
        return text.Length == 0 ? "0s" : text;
    }

    private static int Part(Match match, int group) => match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?$")]
    private static partial Regex Form();
}
