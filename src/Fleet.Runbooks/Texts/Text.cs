using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Fleet.Runbooks.Texts;

/// <summary>
/// The sentences behind codes. What is stored and sent is a code with its arguments; only where a person reads is it told, here, in one place.
/// A template has <c>{name}</c> for an argument, <c>{{</c> for a brace.
/// </summary>
public static class Text
{
    private static readonly Lazy<FrozenDictionary<string, string>> English = new(() => Load("texts.en.json"));
    private static readonly Lazy<FrozenDictionary<string, string>> Chinese = new(() => Load("texts.zh-CN.json"));

    /// <summary>Every known code with its template in English.</summary>
    public static IReadOnlyDictionary<string, string> Templates => English.Value;

    /// <summary>Every known code with its template in a language.</summary>
    public static IReadOnlyDictionary<string, string> TemplatesIn(Language language) => language == Language.Chinese ? Chinese.Value : English.Value;

    /// <summary>The sentence in English, whoever asks: for what is stored, logged and sent on.</summary>
    public static string Render(string code, IReadOnlyDictionary<string, string> args) => Render(code, args, Language.English);

    /// <summary>The sentence in a language. A code without a text, or an argument that was not given, is shown as what it is: nothing is hidden and nothing throws.</summary>
    public static string Render(string code, IReadOnlyDictionary<string, string> args, Language language) =>
        TemplatesIn(language).TryGetValue(code, out var template) || English.Value.TryGetValue(code, out template) ? Fill(template, args) : Bare(code, args);

    /// <summary>The names of the arguments that a template asks for, in order of appearance.</summary>
    public static IReadOnlyList<string> ArgumentsOf(string template)
    {
        var names = new List<string>();
        Walk(template, static _ => { }, names.Add);
        return [.. names.Distinct()];
    }

    private static string Fill(string template, IReadOnlyDictionary<string, string> args)
    {
        var text = new StringBuilder(template.Length + 64);
        Walk(template, c => text.Append(c), name => text.Append(args.TryGetValue(name, out var value) ? value : $"{{{name}}}"));
        return text.ToString();
    }

    private static string Bare(string code, IReadOnlyDictionary<string, string> args) =>
        args.Count == 0 ? code : $"{code} ({string.Join(", ", args.Select(a => $"{a.Key}: {a.Value}"))})";

    private static void Walk(string template, Action<char> onChar, Action<string> onArgument)
    {
        for (var i = 0; i < template.Length; i++)
        {
            var c = template[i];
            var doubled = i + 1 < template.Length && template[i + 1] == c;
            if (c is '{' or '}' && doubled)
            {
                onChar(c);
                i++;
                continue;
            }

            var end = c == '{' ? template.IndexOf('}', i) : -1;
            if (end > i + 1)
            {
                onArgument(template[(i + 1)..end]);
                i = end;
                continue;
            }

            onChar(c);
        }
    }

    private static FrozenDictionary<string, string> Load(string file)
    {
        using var stream = typeof(Text).Assembly.GetManifestResourceStream($"Fleet.Runbooks.Texts.{file}")
            ?? throw new InvalidOperationException($"The texts {file} are not embedded in {typeof(Text).Assembly.GetName().Name}.");
        return (JsonSerializer.Deserialize<Dictionary<string, string>>(stream) ?? []).ToFrozenDictionary(StringComparer.Ordinal);
    }
}
