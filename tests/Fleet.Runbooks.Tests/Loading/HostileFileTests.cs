using System.Text;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;
using static Fleet.Runbooks.Tests.Loading.Samples;

namespace Fleet.Runbooks.Tests.Loading;

public sealed class HostileFileTests
{
    [Fact]
    public void A_file_of_aliases_that_stands_for_gigabytes_is_refused_at_its_first_anchor()
    {
        var text = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x]\n");
        for (var c = 'b'; c <= 'i'; c++)
            text.Append($"{c}: &{c} [*{(char)(c - 1)}, *{(char)(c - 1)}, *{(char)(c - 1)}, *{(char)(c - 1)}]\n");
        var problems = RunbookLoader.Load(text.ToString()).Problems;
        problems.First(p => p.Code == "file-alias").Line.ShouldBe(1);
    }

    [Fact]
    public void A_merge_key_is_no_way_around() => Told(Small + "\n<<: {name: x}\n").ShouldContain(p => p.Contains("\"<<\" is unknown here"));

    [Theory]
    [InlineData("!!python/object:os.system small", "file-tag")]
    [InlineData("!!str small", "file-tag")]
    [InlineData("&x small", "file-alias")]
    public void Tags_and_anchors_are_refused(string name, string code) => TheOnlyProblem(Small.Replace("name: small", $"name: {name}")).Code.ShouldBe(code);

    [Fact]
    public void A_file_that_is_too_large_too_deep_or_too_long_is_refused_at_once()
    {
        TheOnlyProblem(new string('x', NodeReader.MaxLength + 1)).Code.ShouldBe("file-too-large");
        TheOnlyProblem(new string('[', 5000)).Code.ShouldBe("file-over-limit");
        TheOnlyProblem("[" + string.Concat(Enumerable.Repeat("1,", NodeReader.MaxNodes + 1)) + "]").Code.ShouldBe("file-over-limit");
        TheOnlyProblem($"name: {new string('x', NodeReader.MaxScalar + 1)}").Code.ShouldBe("file-over-limit");
    }

    [Fact]
    public void Settings_that_double_each_other_stop_at_the_limit()
    {
        var settings = string.Concat(Enumerable.Range(1, 40).Select(i => $"  a.s{i}: ${{a.s{i - 1}}}${{a.s{i - 1}}}\n"));
        Told(Small.Replace("settings:\n", "settings:\n  a.s0: xxxxxxxxxx\n" + settings)).ShouldContain(p => p.Contains("the limit is 16384"));
    }

    [Fact]
    public async Task A_pattern_that_would_backtrack_without_end_ends() =>
        (await Task.Run(() => Patterns.Compile("^(a+)+$").IsMatch(new string('a', 60) + "!")).WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeFalse();

    [Theory]
    [InlineData("^(?=a)(a+)+$")]
    [InlineData(@"(a+)\1")]
    [InlineData("(?>a+)b")]
    [InlineData("(a{1000}){1000}")]
    public void A_pattern_that_could_hang_is_refused_with_what_to_write(string pattern) =>
        Should.Throw<NotSupportedException>(() => Patterns.Compile(pattern)).Message.ShouldContain("say it without lookarounds");

    [Fact]
    public void A_second_document_is_refused() => Told(Small + "\n---\nname: other\n").ShouldContain(p => p.Contains("a second document begins here"));
}
