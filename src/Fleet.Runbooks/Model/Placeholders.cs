using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Model;

/// <summary>
/// <c>${paths.repo}</c> stands for a setting, <c>${facts.backup.folder}</c> for a fact, <c>${package.installer}</c> for the package's data. Names have a dot; <c>${name}</c> without one is the shell's own.
/// Settings are filled in when a runbook is loaded, everywhere but in commands, where each value is quoted for sh when the command is run.
/// </summary>
public static partial class Placeholders
{
    public const string FactPrefix = "facts.";

    /// <summary>What commands may say of the package that a rollout installs.</summary>
    public static IReadOnlyList<string> Package { get; } = ["package.installer", "package.qingcloud", "package.upgrade", "package.file", "package.digest"];

    /// <summary>In commands that go back: the folder of what the zone upgrade moved aside.</summary>
    public const string MovedOut = "rollback.moved-out";

    /// <summary>The names asked for, in order, each once.</summary>
    public static IReadOnlyList<string> In(string text) => [.. Form().Matches(text).Select(m => m.Groups[1].Value).Distinct()];

    /// <summary>Each placeholder and where it begins.</summary>
    internal static IEnumerable<(string Name, int At)> Places(string text) => Form().Matches(text).Select(m => (m.Groups[1].Value, m.Index));

    /// <summary>As <see cref="Fill"/>, of a command for sh: each value is one word there.</summary>
    /// <exception cref="UnsafeValueException">A value that needs quotes stands within quotes, a comment or a here-document of the command.</exception>
    public static string FillCommand(string command, Func<string, string?> valueOf)
    {
        var bare = ShellPlaces.Bare(command);
        return Form().Replace(command, m => valueOf(m.Groups[1].Value) switch
        {
            null => m.Value,
            var value when bare[m.Index] => Quote(value),
            var value when value.Length > 0 && Quote(value) == value => value,
            _ => throw new UnsafeValueException(m.Groups[1].Value),
        });
    }

    /// <summary>Puts in what <paramref name="valueOf"/> knows; a name that it answers with null stays as it is.</summary>
    public static string Fill(string text, Func<string, string?> valueOf) =>
        Form().Replace(text, m => valueOf(m.Groups[1].Value) ?? m.Value);

    /// <summary>The value as one word for sh.</summary>
    public static string Quote(string value) =>
        value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || "/._-:,=+@%".Contains(c, StringComparison.Ordinal)) ? value : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\$\{([a-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9_-]+)+)\}")]
    private static partial Regex Form();
}
