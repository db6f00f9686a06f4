using System.Text;
using System.Text.RegularExpressions;

namespace Fleet.Cli.Tests.Texts;

/// <summary>Finds the strings in C# and what they are arguments of, by reading it just well enough: comments, characters, strings with what is put into them, and brackets.</summary>
internal sealed partial class SourceReader(string path, string source)
{
    private readonly Stack<(SourceCall Call, int Argument)> open = [];
    private int at;

    public List<SourceText> Texts { get; } = [];

    public List<SourceCall> Calls { get; } = [];

    public static SourceReader Read(string path, string source)
    {
        var reader = new SourceReader(path, source);
        reader.Push("");
        reader.Until('\0');
        return reader;
    }

    /// <summary>Reads on to the bracket that closes what is open here, or to the end.</summary>
    private void Until(char closing)
    {
        while (at < source.Length && source[at] != closing)
            Next();
    }

    private void Next()
    {
        if (Begins("//"))
            at = End("\n");
        else if (Begins("/*"))
            at = End("*/") + 2;
        else if (source[at] == '\'')
            at = source.IndexOf('\'', at + (source[at + 1] == '\\' ? 3 : 2)) + 1;
        else if (Quote().Match(source, at) is { Success: true } quote)
            String(quote);
        else if (source[at] is '(' or '[' or '{')
            Inside(source[at] switch { '(' => ')', '[' => ']', _ => '}' });
        else
            Count(source[at++]);
    }

    private void Count(char sign)
    {
        if (sign != ',')
            return;
        var (call, argument) = open.Pop();
        open.Push((call, argument + 1));
    }

    private void Inside(char closing)
    {
        var before = source[Math.Max(0, at - 80)..at];
        Push(closing == ')' ? Name().Match(before).Value : "");
        at++;
        Until(closing);
        at++;
        open.Pop();
    }

    private void Push(string name)
    {
        var call = new SourceCall(Where(), name);
        Calls.Add(call);
        open.Push((call, 0));
    }

    private void String(Match quote)
    {
        var (verbatim, interpolated) = (quote.Value.Contains('@'), quote.Value.Contains('$'));
        if (!verbatim && source.AsSpan(at + quote.Length - 1).StartsWith("\"\"\""))
            throw new NotSupportedException($"{Where()}: this reader does not know raw strings; teach it.");
        var (call, argument) = open.Peek();
        var (where, alone) = (Where(), source.AsSpan(0, at).TrimEnd()[^1] is '(' or ',');
        at += quote.Length;
        var (template, holes) = (new StringBuilder(), 0);
        while (source[at] != '"' || (verbatim && Begins("\"\"")))
        {
            if (interpolated && source[at] == '{' && !Begins("{{"))
            {
                template.Append('{').Append(holes++).Append('}');
                at++;
                Push("");
                Until('}');
                open.Pop();
                at++;
            }
            else
            {
                template.Append(Sign(verbatim, interpolated));
            }
        }

        at++;
        var text = new SourceText(where, call, argument, alone && source.AsSpan(at).TrimStart()[0] is ')' or ',', template.ToString());
        Texts.Add(text);
        call.Texts.Add(text);
    }

    /// <summary>One character as it stands in the text; of an interpolated one a brace stays doubled, as in a template.</summary>
    private string Sign(bool verbatim, bool interpolated)
    {
        var length = 1;
        var sign = source[at].ToString();
        if (verbatim && Begins("\"\""))
            length = 2;
        else if (!verbatim && sign == "\\")
            (length, sign) = source[at + 1] == 'u' ? (6, ((char)Convert.ToInt32(source[(at + 2)..(at + 6)], 16)).ToString()) : (2, Regex.Unescape(source[at..(at + 2)]));
        else if (interpolated && (Begins("{{") || Begins("}}")))
            (length, sign) = (2, sign + sign);
        at += length;
        return sign;
    }

    private bool Begins(string text) => source.AsSpan(at).StartsWith(text);

    private int End(string text) => source.IndexOf(text, at, StringComparison.Ordinal) is var end and >= 0 ? end : source.Length;

    private string Where() => $"{path}:{source.AsSpan(0, at).Count('\n') + 1}";

    [GeneratedRegex("\\G(?:\\$@|@\\$|\\$|@)?\"")]
    private static partial Regex Quote();

    [GeneratedRegex(@"(?:\bnew\s+)?[\w.]+$")]
    private static partial Regex Name();
}
