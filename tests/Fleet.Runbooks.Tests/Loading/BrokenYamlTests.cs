using System.Text;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Loading;
using YamlDotNet.Core;

namespace Fleet.Runbooks.Tests.Loading;

/// <summary>Texts on which the YAML library itself ends in other ways than it says.</summary>
public sealed class BrokenYamlTests
{
    [Theory]
    [InlineData("defaults: {user: root, hostKey: SHA256\n  firstbox: x, become: sudo\n")]
    [InlineData("a: {b: c, d:\n- e")]
    [InlineData("a: [b\n : c")]
    [InlineData("x: {a: %b")]
    public void A_broken_flow_mapping_is_refused_as_what_it_is(string text)
    {
        var parser = new GuardedParser(text);
        try
        {
            while (parser.MoveNext())
            {
            }
        }
        catch (YamlException)
        {
        }

        RunbookLoader.Load(text).Problems.ShouldNotBeEmpty();
        ServerYaml.Emulators(text, out _);
    }

    [Fact]
    public void The_text_that_was_found_to_end_the_reading_is_refused_with_its_place() =>
        RunbookLoader.Load("phases: {user: root,\nname: sudo, a: sudo\n    firs1\ndefaults: {user: root}\n").Problems.ShouldAllBe(p => p.Line >= 1);

    [Fact]
    public void A_zone_whose_file_is_nested_without_end_does_not_end_the_worker() =>
        ServerYaml.Emulators(new string('[', 200_000), out var problem).ShouldBe(null, problem);

    [Fact]
    public void A_zone_whose_file_has_keys_made_of_aliases_of_aliases_takes_no_longer_than_others()
    {
        var text = new StringBuilder("a0: &a0 [x]\n");
        for (var i = 1; i < 60; i++)
            text.Append($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        ServerYaml.Emulators(text + "? *a59\n: x\n", out var problem).ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain("a key must be a word");
    }

    [Fact]
    public void Half_a_character_in_a_version_file_makes_it_unreadable_and_no_failure()
    {
        VersionJson.Read("""{"current": {"installer": "4.3\ud800"}}""", out var problem).ShouldBeNull();
        problem.ShouldBe("it holds text that is no text");
    }
}
