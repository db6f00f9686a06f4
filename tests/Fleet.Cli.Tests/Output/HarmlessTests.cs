using Fleet.Cli.Output;

namespace Fleet.Cli.Tests.Output;

public sealed class HarmlessTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("two\nlines\tand a tab", "two\nlines\tand a tab")]
    [InlineData("windows\r\nline", "windows\nline")]
    [InlineData("\u001b[2J\u001b]0;title\u0007", "␛[2J␛]0;title␇")]
    [InlineData("progress\r50 %", "progress␍50 %")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("\u202egnp.exe", "\\u202egnp.exe")]
    [InlineData("升级成功", "升级成功")]
    public void Control_characters_are_shown_not_obeyed(string text, string shown) => Harmless.Text(text).ShouldBe(shown);

    [Fact]
    public void One_line_stays_one_line() => Harmless.Line("a\r\nb\nc").ShouldBe("a b c");
}
