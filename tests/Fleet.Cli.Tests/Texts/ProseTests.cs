using Fleet.Cli.CommandLine;

namespace Fleet.Cli.Tests.Texts;

/// <summary>Nothing is said to a person past Say: prose in the source is found, wherever it stands.</summary>
public sealed class ProseTests
{
    /// <summary>Looks like prose and is none, or is for nobody who reads a language.</summary>
    private static readonly Dictionary<string, string> Reasoned = new()
    {
        ["yyyy-MM-dd HH:mm"] = "a format",
        ["{0} GB"] = "a number with its unit",
        ["{0} MB"] = "a number with its unit",
        ["{0} KB"] = "a number with its unit",
        ["{0} [y/N]"] = "keys to press",
        ["sha-256 {0}"] = "a name and a value",
        ["fleet decisions answer {0} {1}"] = "a command to type",
        ["fleet guards release {0}"] = "a command to type",
        ["not well"] = "Health answers machines",
        ["The root has no global options."] = "a mistake of the program's own, told to its makers",
        ["cli.zh-CN.json is not embedded."] = "a mistake of the program's own, told to its makers",
    };

    /// <summary>Says what was told to it by others: the headings of a table, the count before a noun, the parser's sentence.</summary>
    private static readonly string[] SayWhatOthersSaid = ["Output/TextTable.cs", "Output/Words.cs", "CommandLine/ParseErrors.cs"];

    [Fact]
    public void No_prose_is_told_past_Say() =>
        Past(Sources.Texts).Where(t => !Reasoned.ContainsKey(t.Template)).Select(t => $"{t.Where}: {t.Template}").ShouldBeEmpty("prose that is not said by Say.Of (or Words.Plural, or a heading of a TextTable)");

    [Fact]
    public void Every_exception_is_still_there() =>
        Reasoned.Keys.Except(Past(Sources.Texts).Select(t => t.Template)).ShouldBeEmpty("exceptions that nothing needs any more");

    [Fact]
    public void What_is_said_stands_as_one_string_where_it_is_said() =>
        Sources.Calls.Where(c => c.Name == "Say.Of" && c.Text(0) is null && !SayWhatOthersSaid.Contains(c.Where.Split(':')[0])).Select(c => c.Where).ShouldBeEmpty("Say.Of wants one string, plain or interpolated: what is put together or comes from elsewhere has no line in the catalogue");

    [Theory]
    [InlineData("x.Line(\"two words\");", "two words")]
    [InlineData("x.Line($\"{n} zones\");", "{0} zones")]
    [InlineData("x.Line(b ? Say.Of(\"said so\") : \"not said\");", "not said")]
    [InlineData("Say.Of($\"{(b ? \"a hidden part\" : \"\")} is seen\");", "a hidden part")]
    [InlineData("Say.Of(\"one half \" + \"and another\");", "one half |and another")]
    [InlineData("// \"a comment's\"\nvar c = '\"'; /* \"or another\" */ x.Line(\"told here\");", "told here")]
    [InlineData("var s = @\"with \"\"quotes\"\" in\";", "with \"quotes\" in")]
    [InlineData("Words.Plural(n, \"zone is\", \"zones are\"); new TextTable(\"what was found\"); Say.Of(\"since then\", \"a sense\"); c.WithExamples(\"fleet rollout list\"); c[\"a-key\"] = $\"a/{b}/c\";", "")]
    public void Prose_is_found_where_it_is_not_said(string source, string found) =>
        string.Join('|', Past(SourceReader.Read("x.cs", source).Texts).Select(t => t.Template)).ShouldBe(found);

    [Fact]
    public void What_is_said_is_read_as_the_program_looks_it_up()
    {
        const string source = "Say.Of($\"{a}: {b:0.0} of {Words.Plural(n, \"one\", \"many\")}\"); Say.Of(\"since\", \"how long\"); new TextTable(\"zone\", \"\", Say.Of(\"took\")); Say.Of(\"a {brace}\\n\"); Say.Of($\"{{x}} {y}\");";
        SourceReader.Read("x.cs", source).Calls.SelectMany(Sources.SaidBy).Select(s => s.Key).ShouldBe(
            ["{0}: {1} of {2}", "{0} many", "since|how long", "zone", "took", "a {brace}\n", "{{x}} {0}"], ignoreOrder: true);
    }

    private static IEnumerable<SourceText> Past(IEnumerable<SourceText> texts) => texts.Where(t => IsProse(t.Template) && !IsSaid(t) && !ParseErrors.Known.Contains(t.Template));

    private static bool IsSaid(SourceText text) => text.Call.Name switch
    {
        "Say.Of" or "Words.Plural" or "new TextTable" => text.Whole,
        var name => name.EndsWith("WithExamples", StringComparison.Ordinal),
    };

    /// <summary>Two words or more, of which one is no value.</summary>
    private static bool IsProse(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(w => w.StartsWith('{') || IsWord(w)).ToList();
        return words.Count > 1 && words.Exists(IsWord);
    }

    private static bool IsWord(string text) => text.Count(char.IsAsciiLetter) > 1;
}
