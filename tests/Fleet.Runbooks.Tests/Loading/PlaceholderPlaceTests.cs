using Fleet.Runbooks.Model;
using static Fleet.Runbooks.Tests.Loading.Samples;

namespace Fleet.Runbooks.Tests.Loading;

public sealed class PlaceholderPlaceTests
{
    [Theory]
    [InlineData("run ${facts.a.b} x", true)]
    [InlineData("run --to=${facts.a.b}/sub", true)]
    [InlineData("x=$(cat ${facts.a.b})", true)]
    [InlineData("echo \"a\" 'b' ${facts.a.b}", true)]
    [InlineData("echo \\\" ${facts.a.b}", true)]
    [InlineData("echo a#b ${facts.a.b}", true)]
    [InlineData("echo # x\nrun ${facts.a.b}", true)]
    [InlineData("run \"${facts.a.b}\"", false)]
    [InlineData("run '${facts.a.b}'", false)]
    [InlineData("run `cat ${facts.a.b}`", false)]
    [InlineData("run \"$(cat ${facts.a.b})\"", false)]
    [InlineData("run # ${facts.a.b}", false)]
    [InlineData("cat <<END\n${facts.a.b}\nEND", false)]
    [InlineData("echo $'it\\'s ${facts.a.b}'", false)]
    [InlineData("echo 'a\\' ${facts.a.b}", true)]
    public void A_value_may_stand_where_quoting_holds(string command, bool safe) => ShellPlaces.Unsafe(command).ShouldBe(safe ? [] : ["facts.a.b"]);

    [Fact]
    public void A_runbook_that_puts_a_value_within_quotes_is_refused_and_one_that_was_taken_before_is_read()
    {
        var text = Small.Replace("${paths.tool} --now", "sh -c \"${facts.a.b}\"");
        TheOnlyProblem(text).Code.ShouldBe("runbook-placeholder-in-quotes");
        Fleet.Runbooks.Loading.RunbookLoader.Load(text, stored: true).Runbook.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("plain-4.3", "sh -c \"plain-4.3\"")]
    [InlineData("$(id)", null)]
    [InlineData("a b", null)]
    [InlineData("", null)]
    public void In_quotes_only_a_plain_value_is_put_in(string value, string? expected)
    {
        if (expected is null)
            Should.Throw<UnsafeValueException>(() => Placeholders.FillCommand("sh -c \"${facts.a.b}\"", _ => value)).Name.ShouldBe("facts.a.b");
        else
            Placeholders.FillCommand("sh -c \"${facts.a.b}\"", _ => value).ShouldBe(expected);
    }
}
