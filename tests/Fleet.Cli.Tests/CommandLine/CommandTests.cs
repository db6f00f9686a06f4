using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Decisions;

namespace Fleet.Cli.Tests.CommandLine;

public sealed class CommandTests
{
    public static TheoryData<string> All => [.. Walk(FleetCommands.Root(), "fleet").Select(c => c.Path)];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_command_has_a_description_and_an_example_that_parses(string path)
    {
        var command = Walk(FleetCommands.Root(), "fleet").First(c => c.Path == path).Command;
        command.Description.ShouldNotBeNullOrEmpty();
        command.Options.ShouldAllBe(o => !string.IsNullOrEmpty(o.Description));
        command.Arguments.ShouldAllBe(a => !string.IsNullOrEmpty(a.Description));
        var examples = Examples.Of(command);
        examples.ShouldNotBeEmpty();
        foreach (var example in examples)
        {
            example.ShouldStartWith("fleet ");
            var line = example["fleet ".Length..].Split('>')[0].Replace('\'', '"');
            FleetCommands.Root().Parse(line).Errors.Select(e => e.Message).ShouldBeEmpty(example);
        }
    }

    [Theory]
    [InlineData("rollout start --zones all")]
    [InlineData("rollout start --zones all --package x --watch --wait")]
    [InlineData("rollout abort x --now")]
    [InlineData("rollout retry x")]
    [InlineData("rollout report x --audience customer")]
    [InlineData("rollout report x --format pdf")]
    [InlineData("rollout report x --format html -o json")]
    [InlineData("rollout report x --lang fr")]
    [InlineData("packages add")]
    [InlineData("packages add a.tar.gz --on-firstbox /b.tar.gz --sha256 aa")]
    [InlineData("packages add --on-firstbox /b.tar.gz")]
    [InlineData("decisions answer 1a2b")]
    [InlineData("decisions answer 1a2b yes --scope everywhere")]
    [InlineData("zones list -o xml")]
    [InlineData("zones frobnicate")]
    [InlineData("rollout start --zones all --package x --max-parallel many")]
    public void Wrong_use_is_an_error(string line) => FleetCommands.Root().Parse(line).Errors.ShouldNotBeEmpty();

    [Theory]
    [InlineData("yes no abort", "yna")]
    [InlineData("retry ignore mark-done fail", "rimf")]
    [InlineData("check-again mark-done retry fail", "cmrf")]
    [InlineData("release keep", "rk")]
    [InlineData("leave let-go", "le")]
    public void Every_choice_has_its_own_key(string choices, string keys) =>
        string.Concat(ChoiceKeys.For(choices.Split(' ')).Select(k => k.Key)).ShouldBe(keys);

    [Fact]
    public void A_list_is_split_at_commas() => Lists.Split("a, b", null, "c").ShouldBe(["a", "b", "c"]);

    private static IEnumerable<(string Path, Command Command)> Walk(Command command, string path)
    {
        yield return (path, command);
        foreach (var below in command.Subcommands.SelectMany(c => Walk(c, $"{path} {c.Name}")))
            yield return below;
    }
}
