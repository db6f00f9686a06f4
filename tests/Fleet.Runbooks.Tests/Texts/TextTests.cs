using System.Text.Json;
using System.Text.RegularExpressions;
using Fleet.Runbooks.Texts;

namespace Fleet.Runbooks.Tests.Texts;

public sealed partial class TextTests
{
    private static readonly string TextsFile = Repository.PathOf("src", "Fleet.Runbooks", "Texts", "texts.en.json");

    [Fact]
    public void A_code_without_a_text_is_shown_with_its_arguments() =>
        Text.Render("no-such-code", new Dictionary<string, string> { ["node"] = "hyper07", ["count"] = "3" }).ShouldBe("no-such-code (node: hyper07, count: 3)");

    [Fact]
    public void An_argument_that_was_not_given_stays_visible() =>
        Text.Render("file-bad-name", new Dictionary<string, string>()).ShouldContain("{value}");

    [Fact]
    public void An_argument_is_put_in_as_it_is_even_with_braces() =>
        Text.Render("file-bad-name", new Dictionary<string, string> { ["value"] = "{value} {{x}}" }).ShouldStartWith("\"{value} {{x}}\" is no name");

    [Theory]
    [InlineData("plain", new string[0])]
    [InlineData("{a} and {b} and {a}", new[] { "a", "b" })]
    [InlineData("{{a}} is a brace, {b} is not", new[] { "b" })]
    [InlineData("open { brace", new string[0])]
    public void The_arguments_of_a_template_are_known(string template, string[] expected) => Text.ArgumentsOf(template).ShouldBe(expected);

    [Fact]
    public void Every_code_in_the_source_has_a_text()
    {
        var missing = Calls().SelectMany(c => c.Codes.Select(code => (c.Where, code))).Where(c => !Text.Templates.ContainsKey(c.code)).ToList();
        missing.ShouldBeEmpty("Codes without a text in src/Fleet.Runbooks/Texts/texts.en.json:\n" + string.Join('\n', missing.Select(m => $"  {m.code}  ({m.Where})")));
    }

    [Fact]
    public void Every_code_that_coordinator_and_worker_share_has_a_text()
    {
        var shared = Repository.Sources("contracts").Where(s => s.Path.EndsWith("Findings.cs", StringComparison.Ordinal)).SelectMany(s => SharedCode().Matches(s.Text).Select(m => m.Groups[1].Value)).ToList();
        shared.ShouldContain("fence-higher");
        shared.Where(code => !Text.Templates.ContainsKey(code)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_code_that_is_recorded_has_a_text()
    {
        var missing = Repository.Sources("src").SelectMany(s => RecordedCode().Matches(s.Text).Select(m => $"{m.Groups[1].Value} ({s.Path})").Where(m => !Text.Templates.ContainsKey(m.Split(' ')[0]))).ToList();
        missing.ShouldBeEmpty();
    }

    [Fact]
    public void Every_text_has_a_code_in_the_source()
    {
        var words = Repository.Sources("src").Concat(Repository.Sources("contracts")).SelectMany(s => Word().Matches(s.Text).Select(m => m.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        Text.Templates.Keys.Where(k => !words.Contains(k)).Order(StringComparer.Ordinal).ShouldBeEmpty("texts that nothing says any more");
    }

    [Fact]
    public void Every_template_asks_only_for_arguments_that_the_code_gives()
    {
        var wrong = Calls().Where(c => c.Arguments is not null)
            .SelectMany(c => c.Codes.Where(Text.Templates.ContainsKey).Select(code => (c.Where, Code: code, Lacks: Text.ArgumentsOf(Text.Templates[code]).Except(c.Arguments!).ToList())))
            .Where(c => c.Lacks.Count > 0)
            .ToList();
        wrong.ShouldBeEmpty("Templates that name an argument which the code does not give:\n" + string.Join('\n', wrong.Select(w => $"  {w.Code} at {w.Where} lacks {string.Join(", ", w.Lacks)}")));
    }

    [Fact]
    public void The_texts_are_sorted_by_code_one_a_line_and_none_twice()
    {
        var codes = File.ReadLines(TextsFile).Select(l => l.Trim()).Where(l => l.StartsWith('"')).Select(l => l[1..l.IndexOf('"', 1)]).ToList();
        codes.SequenceEqual(codes.Distinct().Order(StringComparer.Ordinal)).ShouldBeTrue("texts.en.json: keep one text a line, sorted by code, each code once.");
        using var json = JsonDocument.Parse(File.ReadAllText(TextsFile));
        json.RootElement.EnumerateObject().Count().ShouldBe(codes.Count, "texts.en.json: one text a line.");
    }

    [Fact]
    public void Calls_are_read_with_their_codes_and_argument_names()
    {
        const string source = """
            // Finding.Of("in-a-comment")
            var a = Finding.Of("one", ("node", $"{Name("x", y)}"), ("why", "a, b) c"));
            var b = Finding.Of(bad ? "two" : "three", pairs);
            var c = new Finding("four", args, lines);
            """;
        var calls = FindingCalls.In("x.cs", source).ToList();
        calls.Select(c => string.Join('|', c.Codes)).ShouldBe(["one", "two|three", "four"]);
        calls[0].Arguments.ShouldBe(["node", "why"]);
        calls[1].Arguments.ShouldBeNull();
        calls[0].Where.ShouldBe("x.cs:2");
    }

    [GeneratedRegex("\\bCode\\s*=\\s*\"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\"")]
    private static partial Regex RecordedCode();

    [GeneratedRegex("\"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\"")]
    private static partial Regex Word();

    [GeneratedRegex("public const string \\w+ = \"([a-z]+-[a-z0-9-]+)\"")]
    private static partial Regex SharedCode();

    private static IEnumerable<FindingCall> Calls() => Repository.Sources("src").SelectMany(s => FindingCalls.In(s.Path, s.Text));
}
