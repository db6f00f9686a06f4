using System.Text.Json;
using System.Text.RegularExpressions;
using Fleet.Cli.Output;

namespace Fleet.Cli.Tests.Texts;

/// <summary>What the program says in English it says in Chinese too: every sentence, the same values in it, and none that nobody says any more.</summary>
public sealed partial class CatalogueTests
{
    private static readonly string ChineseFile = Repository.PathOf("src", "Fleet.Cli", "Texts", "cli.zh-CN.json");

    /// <summary>Names that stay, and sentences that are nothing but values: there is no Chinese character in them.</summary>
    private static readonly string[] WithoutHan =
    [
        "firstbox", "global zone", "id", "installer", "qingcloud", "sha-256", "worker",
        "installer {0}, qingcloud {1}", "{0}: installer {1}, qingcloud {2}, {3}, sha-256 {4}",
        "{0} by {1}", "{0}: {1} by {2}", ": {0} by {1}", ", {0} by {1}", "{0} of {1}",
    ];

    /// <summary>English words side by side that are one name.</summary>
    private static readonly string[] Kept = ["global zone", "sub zone"];

    private static IReadOnlyDictionary<string, string> Chinese => Say.Chinese;

    [Fact]
    public void Everything_that_is_said_has_a_Chinese_line() =>
        Sources.Said.Where(s => !Chinese.ContainsKey(s.Key)).Select(s => $"{JsonSerializer.Serialize(s.Key)} ({s.First()})").ShouldBeEmpty("sentences without a line in src/Fleet.Cli/Texts/cli.zh-CN.json");

    [Fact]
    public void Nothing_is_translated_that_nobody_says_any_more()
    {
        var said = Sources.Said;
        Chinese.Keys.Where(k => !said.Contains(k)).ShouldBeEmpty("lines of src/Fleet.Cli/Texts/cli.zh-CN.json that no source says");
    }

    [Fact]
    public void Both_languages_tell_the_same_values_each_once() =>
        Chinese.Where(c => !Values(c.Value).SequenceEqual(Values(c.Key).Distinct())).Select(c => $"{c.Key} → {c.Value}").ShouldBeEmpty();

    [Fact]
    public void Chinese_names_no_option_file_or_command_that_English_does_not() =>
        Chinese.SelectMany(c => Latin().Matches(WithoutValues(c.Value)).Select(m => m.Value).Where(word => word != "Fleet" && !c.Key.Contains(word, StringComparison.OrdinalIgnoreCase)).Select(word => $"{c.Key}: {word}")).ShouldBeEmpty();

    [Fact]
    public void Every_command_option_and_setting_in_English_is_in_the_Chinese() =>
        Chinese.SelectMany(c => Literal().Matches(c.Key).Select(m => m.Value).Where(literal => !c.Value.Contains(literal, StringComparison.Ordinal)).Select(literal => $"{c.Key}: {literal}")).ShouldBeEmpty();

    [Fact]
    public void No_English_is_left_in_a_Chinese_line()
    {
        Chinese.SelectMany(c => EnglishWords().Matches(Kept.Aggregate(WithoutValues(Command().Replace(c.Value, "…")), (text, kept) => text.Replace(kept, "…", StringComparison.Ordinal))).Select(m => $"{c.Key}: {m.Value}")).ShouldBeEmpty();
        Chinese.Where(c => !Han().IsMatch(c.Value) && c.Key.Any(char.IsAsciiLetter) && !WithoutHan.Contains(c.Key)).Select(c => c.Key).ShouldBeEmpty("lines without one Chinese character");
        WithoutHan.Where(k => !Chinese.ContainsKey(k) || Han().IsMatch(Chinese[k])).ShouldBeEmpty("exceptions that are none any more");
    }

    [Fact]
    public void Chinese_sentences_have_Chinese_punctuation() =>
        Chinese.Where(c => HalfWidth().IsMatch(c.Value)).Select(c => $"{c.Key} → {c.Value}").ShouldBeEmpty();

    [Fact]
    public void The_lines_are_sorted_one_a_line_and_none_twice()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(ChineseFile));
        var keys = json.RootElement.EnumerateObject().Select(p => p.Name).ToList();
        keys.SequenceEqual(keys.Distinct().Order(StringComparer.Ordinal)).ShouldBeTrue("cli.zh-CN.json: keep one sentence a line, sorted, each once.");
        File.ReadLines(ChineseFile).Count(l => l.TrimStart().StartsWith('"')).ShouldBe(keys.Count, "cli.zh-CN.json: one sentence a line.");
    }

    private static IEnumerable<string> Values(string template) => Value().Matches(template).Select(m => m.Value).Order(StringComparer.Ordinal);

    private static string WithoutValues(string template) => Value().Replace(template, "…");

    [GeneratedRegex(@"\{[0-9]+\}")]
    private static partial Regex Value();

    [GeneratedRegex("[A-Za-z][A-Za-z_-]+")]
    private static partial Regex Latin();

    [GeneratedRegex("--[a-z][a-z0-9-]+|FLEET_[A-Z]+|Fleet:[A-Za-z:]+[A-Za-z]|Fleet__[A-Za-z_]+|fleet [a-z]+|\\[(?:enter|[a-zA-Z])\\]")]
    private static partial Regex Literal();

    [GeneratedRegex("fleet [a-z]+(?: [a-z-]+)*(?: [A-Z]+)*|--[a-z-]+(?: [A-Z]+)?")]
    private static partial Regex Command();

    [GeneratedRegex("[A-Za-z]{2,} [A-Za-z]{2,}")]
    private static partial Regex EnglishWords();

    [GeneratedRegex("\\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Han();

    /// <summary>A comma, colon, stop or bracket of the Latin alphabet beside a Chinese character or beside a value.</summary>
    [GeneratedRegex("\\p{IsCJKUnifiedIdeographs}[,;:?!()\"]|[,;?!()\"]\\p{IsCJKUnifiedIdeographs}|\\p{IsCJKUnifiedIdeographs}\\.(?![a-z])|\\}[,;]|[,;] ?\\{")]
    private static partial Regex HalfWidth();
}
