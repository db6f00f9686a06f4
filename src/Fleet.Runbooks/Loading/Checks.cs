using System.Globalization;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

/// <summary>Checks of single values.</summary>
internal static class Checks
{
    public static TimeSpan ShortestLimit { get; } = TimeSpan.FromSeconds(1);
    public static TimeSpan LongestLimit { get; } = TimeSpan.FromHours(48);

    public static string? Choice(Node node, string value, IReadOnlyList<string> allowed, LoadProblems problems)
    {
        if (allowed.Contains(value))
            return value;
        problems.At(node, "file-bad-choice", ("value", value), ("allowed", string.Join(", ", allowed)));
        return null;
    }

    /// <summary>A step's or an option's duration, 1 s … 48 h.</summary>
    public static TimeSpan Duration(Node node, string value, LoadProblems problems)
    {
        if (DurationText.TryParse(value, out var duration) && duration >= ShortestLimit && duration <= LongestLimit)
            return duration;
        problems.At(node, "file-bad-duration", ("value", value));
        return ShortestLimit;
    }

    /// <returns>The names of the pattern's groups; null when it is none.</returns>
    public static IReadOnlyList<string>? Pattern(Node node, string value, LoadProblems problems)
    {
        try
        {
            return Patterns.Compile(value).GetGroupNames();
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problems.At(node, "runbook-bad-pattern", ("value", value), ("error", e.Message));
            return null;
        }
    }

    /// <summary>Facts are not known yet: any path may stand for them.</summary>
    private static void Backups(Node node, string value, LoadProblems problems)
    {
        var text = Placeholders.Fill(value, _ => "/fact");
        BackupExpectation.Read(text, oldInstaller: null, new Dictionary<string, string>(), out var wrong);
        if (wrong is not null)
            problems.At(node, "runbook-bad-backup", ("value", wrong));
    }

    public static void Option(Node node, string value, OptionDeclaration option, LoadProblems problems)
    {
        switch (option.Type)
        {
            case OptionType.Duration:
                Duration(node, value, problems);
                break;
            case OptionType.Pattern:
                if (Pattern(node, value, problems) is { } groups && option.Groups.Except(groups).ToList() is { Count: > 0 } missing)
                    problems.At(node, "runbook-pattern-groups", ("option", option.Name), ("groups", string.Join(", ", missing.Select(g => $"(?<{g}>…)"))));
                break;
            case OptionType.Choice:
                Choice(node, value, option.Allowed, problems);
                break;
            case OptionType.Flag:
                Choice(node, value, ["true", "false"], problems);
                break;
            case OptionType.Number when !decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _):
                problems.At(node, "file-bad-number", ("value", value));
                break;
            case OptionType.Backups:
                Backups(node, value, problems);
                break;
            case OptionType.Path when !value.StartsWith('/') && !value.StartsWith("${", StringComparison.Ordinal):
                problems.At(node, "runbook-bad-path", ("value", value));
                break;
        }
    }
}
