using System.Text;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Irc;

namespace Fleet.Server.Tests.Chat.Irc;

public sealed class IrcTextTests
{
    [Fact]
    public void No_line_carries_a_control_character_or_is_too_long_whatever_a_zone_has_printed()
    {
        var nasty = "ok\r\nQUIT :bye\u0003" + "04,01red\u202egnp.exe\u0000\u001b[2J " + new string('升', 400) + new string('x', 900);
        var lines = IrcText.Of(new ChatMessage { Title = nasty, Lines = [nasty], Output = nasty, Buttons = [new ChatButton(nasty, "v", nasty)], Mentions = ["ann"] });
        lines.ShouldAllBe(l => !l.Any(c => char.IsControl(c) || c == '\u202e') && Encoding.UTF8.GetByteCount(l) <= IrcText.MostBytes);
        lines[0].ShouldStartWith("ann: ok");
        // None of a letter's bytes went astray.
        string.Concat(lines).Count(c => c == '升').ShouldBe(5 * 400);
        string.Concat(lines).ShouldNotContain('\ufffd');
    }

    [Fact]
    public void What_is_too_much_is_cut_and_says_so()
    {
        var lines = IrcText.Of(new ChatMessage { Title = "t", Lines = [.. Enumerable.Range(1, 100).Select(n => $"{n}")] });
        lines.Count.ShouldBe(40);
        lines[^1].ShouldBe("… (+62)");
    }

    [Theory]
    [InlineData(":ann!a@host PRIVMSG #ops :fleet: status", "ann", "PRIVMSG", "fleet: status")]
    [InlineData("@account=ann\\sx;time=2026 :b!b@h PRIVMSG #ops :hi", "b", "PRIVMSG", "hi")]
    [InlineData("PING :irc.example", "", "PING", "irc.example")]
    [InlineData(":irc 330 fleet ann annacc :is logged in as", "irc", "330", "is logged in as")]
    public void A_line_is_read(string text, string nick, string command, string last)
    {
        var line = IrcLine.Parse(text + "\r")!;
        (line.Nick, line.Command, line.Last).ShouldBe((nick, command, last));
        if (text[0] == '@')
            line.Tags["account"].ShouldBe("ann x");
    }

    [Theory]
    [InlineData("")]
    [InlineData(":only")]
    [InlineData("@tags")]
    public void What_is_no_line_is_none(string text) => IrcLine.Parse(text).ShouldBeNull();
}
