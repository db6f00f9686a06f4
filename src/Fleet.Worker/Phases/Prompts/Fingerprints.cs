using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;

namespace Fleet.Worker.Phases.Prompts;

/// <summary>A question with zone, node names, counts and times taken out, so that the same question on forty zones is one question and another that only looks alike is not.</summary>
internal static partial class Fingerprints
{
    /// <param name="names">Names of the zone, its zone ids and its nodes.</param>
    public static string Of(string step, Finding reason, IEnumerable<string> names) =>
        Digest(names, ["finding", step, reason.Code, .. reason.Args.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}")]);

    /// <param name="errors">The error lines that the question is about.</param>
    public static string OfPrompt(string step, string? component, string text, IEnumerable<string> errors, IReadOnlyCollection<string> names) =>
        Digest(names, ["prompt", step, component ?? "", text, .. errors.Select(e => Normalize(e, names)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    public static string Normalize(string text, IEnumerable<string> names)
    {
        var result = text;
        foreach (var name in names.Where(n => n.Length > 1).Distinct(StringComparer.Ordinal).OrderByDescending(n => n.Length))
            result = Regex.Replace(result, $@"(?<![A-Za-z0-9]){Regex.Escape(name)}(?![A-Za-z0-9])", "<name>");
        result = NameList().Replace(result, "<name>");
        result = Times().Replace(result, "<time>");
        result = Numbers().Replace(result, "#");
        return Spaces().Replace(result, " ").Trim();
    }

    private static string Digest(IEnumerable<string> names, IEnumerable<string> parts)
    {
        var known = names.ToList();
        var text = string.Join('\u001f', parts.Select(p => Normalize(p, known)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..20];
    }

    // However many nodes are named, it is the same question.
    [GeneratedRegex(@"<name>(?:[\s,;]+<name>)+")]
    private static partial Regex NameList();

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?)?|\b\d{1,2}:\d{2}(?::\d{2})?\b|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d+\b")]
    private static partial Regex Times();

    [GeneratedRegex(@"\d+(?:\.\d+)*")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
