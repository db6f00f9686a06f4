using System.Globalization;
using System.Text.Json;
using Fleet.Runbooks.Texts;

namespace Fleet.Cli.Output;

/// <summary>
/// What the program itself says, in the language of whoever reads it. The code has it in English; cli.zh-CN.json has each of these sentences in Chinese,
/// with {0}, {1} … where values are put in. A sentence that is not there is said in English.
/// </summary>
internal static class Say
{
    private static readonly Lazy<Dictionary<string, string>> Catalogue = new(Load);

    /// <summary>Each sentence in English with its Chinese one.</summary>
    public static IReadOnlyDictionary<string, string> Chinese => Catalogue.Value;

    public static string Of(string english) => Told(english, english);

    /// <param name="sense">Tells apart what is one word in English and two in Chinese.</param>
    public static string Of(string english, string sense) => Told($"{english}|{sense}", english);

    public static string Of(Sentence sentence) => Of(sentence.Template, sentence.Values);

    public static string Of(Sentence sentence, string sense) => Filled(Of(sentence.Template, sense), sentence.Values);

    /// <summary>A sentence with {0}, {1} … and the values for them.</summary>
    public static string Of(string template, IReadOnlyList<string?> values) => Filled(Of(template), values);

    private static string Told(string key, string english) => Language.Current == Language.Chinese ? Catalogue.Value.GetValueOrDefault(key, english) : english;

    private static string Filled(string template, IReadOnlyList<string?> values) => string.Format(CultureInfo.InvariantCulture, template, [.. values]);

    private static Dictionary<string, string> Load()
    {
        using var stream = typeof(Say).Assembly.GetManifestResourceStream("Fleet.Cli.Texts.cli.zh-CN.json") ?? throw new InvalidOperationException("cli.zh-CN.json is not embedded.");
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream) ?? [];
    }
}
