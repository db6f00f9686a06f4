using System.Text.Json;
using System.Text.RegularExpressions;
using Fleet.Runbooks.Texts;

namespace Fleet.Runbooks.Tests.Texts;

/// <summary>What is said in English is said in Chinese too: the same codes, the same arguments, and no English left.</summary>
public sealed partial class LanguageTests
{
    private static readonly string ChineseFile = Repository.PathOf("src", "Fleet.Runbooks", "Texts", "texts.zh-CN.json");

    /// <summary>Runs of English words that stay, since they are what a person writes, or the name of a thing.</summary>
    private static readonly string[] Kept =
    [
        "apiVersion: fleet/v1",
        "before VERSION",
        "dump complete",
        "dump PATH",
        "exec_nodes.sh",
        "file PATH",
        "folder PATH",
        "folder@snapshot PATH",
        "from VERSION",
        "global zone",
        "known hosts",
        "sub zone",
        "tree PATH of SOURCE",
        "zone id",
    ];

    private static IReadOnlyDictionary<string, string> English => Text.TemplatesIn(Language.English);

    private static IReadOnlyDictionary<string, string> Chinese => Text.TemplatesIn(Language.Chinese);

    [Fact]
    public void Every_text_is_there_in_both_languages()
    {
        English.Keys.Except(Chinese.Keys).Order(StringComparer.Ordinal).ShouldBeEmpty("codes without a text in texts.zh-CN.json");
        Chinese.Keys.Except(English.Keys).Order(StringComparer.Ordinal).ShouldBeEmpty("codes in texts.zh-CN.json that texts.en.json does not have");
    }

    [Fact]
    public void Every_text_tells_the_same_arguments_in_both_languages() =>
        Chinese.Where(c => !Text.ArgumentsOf(c.Value).Order(StringComparer.Ordinal).SequenceEqual(Text.ArgumentsOf(English[c.Key]).Order(StringComparer.Ordinal)))
            .Select(c => $"{c.Key}: {c.Value}").ShouldBeEmpty();

    [Fact]
    public void Chinese_names_no_option_file_or_command_that_English_does_not() =>
        Chinese.SelectMany(c => Latin().Matches(WithoutArguments(c.Value)).Select(m => m.Value).Where(word => word != "Fleet" && !English[c.Key].Contains(word, StringComparison.OrdinalIgnoreCase)).Select(word => $"{c.Key}: {word}")).ShouldBeEmpty();

    [Fact]
    public void Every_command_and_option_in_an_English_text_is_in_the_Chinese_one() =>
        English.SelectMany(e => Literal().Matches(e.Value).Select(m => m.Value).Where(literal => !Chinese[e.Key].Contains(literal, StringComparison.Ordinal)).Select(literal => $"{e.Key}: {literal}")).ShouldBeEmpty();

    [Fact]
    public void No_English_is_left_in_a_Chinese_text()
    {
        var left = Chinese.SelectMany(c => Prose().Matches(Kept.Aggregate(WithoutArguments(Command().Replace(c.Value, "…")), (text, kept) => text.Replace(kept, "…", StringComparison.Ordinal))).Select(m => $"{c.Key}: {m.Value}"));
        left.ShouldBeEmpty("English words side by side; a name that stays is listed in Kept");
        // The vendor's own names stay in both.
        string[] names = ["report-versions", "report-word-firstbox"];
        Chinese.Where(c => !names.Contains(c.Key) && !Han().IsMatch(c.Value) && Latin().IsMatch(WithoutArguments(English[c.Key]))).Select(c => c.Key).ShouldBeEmpty("texts without one Chinese character");
    }

    [Fact]
    public void Chinese_sentences_have_Chinese_punctuation() =>
        Chinese.Where(c => HalfWidth().IsMatch(c.Value)).Select(c => $"{c.Key}: {c.Value}").ShouldBeEmpty();

    [Fact]
    public void The_Chinese_texts_are_sorted_by_code_one_a_line_and_none_twice()
    {
        var codes = File.ReadLines(ChineseFile).Select(l => l.Trim()).Where(l => l.StartsWith('"')).Select(l => l[1..l.IndexOf('"', 1)]).ToList();
        codes.SequenceEqual(codes.Distinct().Order(StringComparer.Ordinal)).ShouldBeTrue("texts.zh-CN.json: keep one text a line, sorted by code, each code once.");
        using var json = JsonDocument.Parse(File.ReadAllText(ChineseFile));
        json.RootElement.EnumerateObject().Count().ShouldBe(codes.Count, "texts.zh-CN.json: one text a line.");
    }

    [Fact]
    public async Task A_sentence_is_English_unless_a_language_is_asked_for()
    {
        // What an async method sets is gone at its end.
        await Task.Yield();
        var by = new Dictionary<string, string> { ["by"] = "ann" };
        Language.Current = Language.Chinese;
        Text.Render("aborted-by", by).ShouldBe("Aborted by ann.");
        Text.Render("aborted-by", by, Language.Current).ShouldBe("由 ann 中止。");
    }

    [Theory]
    [InlineData("zh", "zh-CN")]
    [InlineData("zh-CN", "zh-CN")]
    [InlineData("zh-Hans-CN", "zh-CN")]
    [InlineData("zh_CN.UTF-8", "zh-CN")]
    [InlineData("ZH_cn", "zh-CN")]
    [InlineData("en", "en")]
    [InlineData("en_GB.UTF-8", "en")]
    [InlineData("C.UTF-8", "en")]
    [InlineData("POSIX", "en")]
    [InlineData("de", null)]
    [InlineData("zhx", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_language_is_read_from_a_tag_or_a_locale(string? tag, string? language) => (Language.Of(tag)?.Tag).ShouldBe(language);

    private static string WithoutArguments(string template) => Argument().Replace(template, "…");

    [GeneratedRegex(@"\{[^{}]+\}")]
    private static partial Regex Argument();

    [GeneratedRegex("[A-Za-z][A-Za-z_-]+")]
    private static partial Regex Latin();

    [GeneratedRegex("fleet [a-z]+(?: [a-z-]+)*(?: ID)?|fleet serve --roles worker|--[a-z-]+(?: [a-z]+)?|ssh-keygen -lf")]
    private static partial Regex Command();

    [GeneratedRegex("--[a-z][a-z-]+|FLEET_[A-Z]+|Fleet:[A-Za-z:]+|fleet (?:zones|rollout|decisions|check|plan|packages|runbook|guards|debts|workers|report|serve)\\b")]
    private static partial Regex Literal();

    [GeneratedRegex("[A-Za-z]{2,} [A-Za-z]{2,}")]
    private static partial Regex Prose();

    [GeneratedRegex("\\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Han();

    /// <summary>A comma, colon, stop or bracket of the Latin alphabet beside a Chinese character.</summary>
    [GeneratedRegex("\\p{IsCJKUnifiedIdeographs}[,;:?!()\"]|[,;?!()\"]\\p{IsCJKUnifiedIdeographs}|\\p{IsCJKUnifiedIdeographs}\\.(?![a-z])")]
    private static partial Regex HalfWidth();
}
