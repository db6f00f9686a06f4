using System.Text;
using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Tests.Texts;

/// <summary>One place in the source that makes a finding.</summary>
/// <param name="Codes">The literals of the code argument; several where it is chosen by a condition.</param>
/// <param name="Arguments">Null: not to be seen in the source.</param>
internal sealed record FindingCall(string Where, IReadOnlyList<string> Codes, IReadOnlyList<string>? Arguments);

/// <summary>Finds them by reading C# just well enough: strings, comments and brackets.</summary>
internal static partial class FindingCalls
{
    public static IEnumerable<FindingCall> In(string path, string source)
    {
        foreach (Match start in Start().Matches(source))
        {
            var arguments = Split(source, start.Index + start.Length);
            if (start.Value.EndsWith("At(", StringComparison.Ordinal))
                arguments = arguments[1..];
            if (arguments.Count == 0 || Commented(source, start.Index))
                continue;
            var codes = Literal().Matches(arguments[0]).Select(m => m.Groups[1].Value).Where(IsCode).ToList();
            var line = source.AsSpan(0, start.Index).Count('\n') + 1;
            yield return new FindingCall($"{path}:{line}", codes, Names(arguments.Skip(1).ToList()));
        }
    }

    private static bool IsCode(string text) => Code().IsMatch(text);

    private static bool Commented(string source, int index) =>
        source[(source.LastIndexOf('\n', index) + 1)..index].Contains("//", StringComparison.Ordinal);

    private static List<string>? Names(List<string> arguments)
    {
        var named = arguments.Select(a => TupleName().Match(a)).ToList();
        return named.TrueForAll(m => m.Success) ? named.ConvertAll(m => m.Groups[1].Value) : null;
    }

    /// <summary>The arguments from right after the opening bracket to its closing one.</summary>
    private static List<string> Split(string source, int from)
    {
        var arguments = new List<string>();
        var current = new StringBuilder();
        var depth = 0;
        for (var i = from; i < source.Length; i++)
        {
            var c = source[i];
            if (c == '"')
            {
                var end = EndOfString(source, i);
                current.Append(source, i, end - i);
                i = end - 1;
                continue;
            }

            if (c is ')' && depth == 0)
            {
                if (current.ToString().Trim() is { Length: > 0 } last)
                    arguments.Add(last);
                return arguments;
            }

            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            if (c == ',' && depth == 0)
            {
                arguments.Add(current.ToString().Trim());
                current.Clear();
                continue;
            }

            current.Append(c);
        }

        return [];
    }

    private static int EndOfString(string source, int at)
    {
        if (source.AsSpan(at).StartsWith("\"\"\""))
            return source.IndexOf("\"\"\"", at + 3, StringComparison.Ordinal) + 3;
        var verbatim = at > 0 && (source[at - 1] == '@' || (at > 1 && source[at - 2] == '@'));
        for (var i = at + 1; i < source.Length; i++)
        {
            if (source[i] == '\\' && !verbatim)
                i++;
            else if (source[i] == '"')
                return i + 1;
        }

        return source.Length;
    }

    [GeneratedRegex(@"\b(?:Finding\.Of|new\s+Finding|problems\.At)\(")]
    private static partial Regex Start();

    [GeneratedRegex("\"([^\"\\\\{}]*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex Code();

    [GeneratedRegex("^\\(\\s*\"([^\"]+)\"\\s*,")]
    private static partial Regex TupleName();
}
