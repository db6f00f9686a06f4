using System.Text.RegularExpressions;
using Fleet.Contracts.Phases;

namespace Fleet.Worker.Phases;

/// <summary>Replaces <c>${paths.x}</c>, <c>${facts.x}</c> and <c>${package.x}</c> in a command. A name of sh has no dot, so <c>${HOME}</c> stays.</summary>
internal static partial class Placeholders
{
    /// <exception cref="KeyNotFoundException">A name that nothing gives a value for.</exception>
    public static string Expand(string command, IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> facts, PackageRef package)
    {
        return Pattern().Replace(command, match =>
        {
            var name = match.Groups["name"].Value;
            var value = Find(name, settings, facts, package) ?? throw new KeyNotFoundException(name);
            // A setting may be made of others.
            return Quote(Pattern().IsMatch(value) ? Raw(value, settings, facts, package) : value);
        });
    }

    /// <summary>A word of sh: as it is where nothing in it means anything to sh, else in single quotes.</summary>
    public static string Quote(string value) =>
        value.Length > 0 && Plain().IsMatch(value) ? value : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Raw(string text, IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> facts, PackageRef package, int depth = 0) =>
        depth > 10 ? text : Pattern().Replace(text, match => Raw(Find(match.Groups["name"].Value, settings, facts, package) ?? throw new KeyNotFoundException(match.Groups["name"].Value), settings, facts, package, depth + 1));

    private static string? Find(string name, IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> facts, PackageRef package)
    {
        if (name.StartsWith("facts.", StringComparison.Ordinal))
            return facts.GetValueOrDefault(name["facts.".Length..]);
        return name switch
        {
            "package.installer" => package.Installer,
            "package.qingcloud" => package.Qingcloud,
            "package.upgrade" => package.Upgrade,
            "package.file" => package.FileName,
            "package.digest" => package.Digest,
            _ => settings.GetValueOrDefault(name),
        };
    }

    [GeneratedRegex(@"\$\{(?<name>[a-z][a-z0-9-]*\.[a-z0-9.-]+)\}")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^[A-Za-z0-9_@%+=:,./-]+$")]
    private static partial Regex Plain();
}
