using System.Text;
using Fleet.Cli.Logs;

namespace Fleet.Cli.Tests.Logs;

public sealed class TranscriptTextTests
{
    private readonly TranscriptText text = new();

    [Fact]
    public void Lines_come_when_they_are_whole_and_a_prompt_when_it_is_asked_for()
    {
        text.Take("one\ntw"u8).ShouldBe("one\n");
        text.Take("o\nSure [y/N]? "u8).ShouldBe("two\n");
        text.Rest().ShouldBe("Sure [y/N]? ");
        text.Take("y\n"u8).ShouldBe("y\n");
    }

    [Fact]
    public void A_character_cut_between_two_pieces_is_put_together()
    {
        var bytes = "升级\n"u8.ToArray();
        text.Take(bytes.AsSpan(0, 4)).ShouldBe("");
        text.Rest().ShouldBe("升");
        text.Take(bytes.AsSpan(4)).ShouldBe("级\n");
    }

    [Fact]
    public void Lines_that_are_no_UTF8_are_read_as_GB18030()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        text.Take(Encoding.GetEncoding("gb18030").GetBytes("错误\n")).ShouldBe("错误\n");
        text.Take("fine\n"u8).ShouldBe("fine\n");
    }

    [Fact]
    public void Bytes_that_are_nothing_at_all_do_not_stop_it() => text.Take([0xff, 0xfe, 0x80, (byte)'\n']).ShouldEndWith("\n");

    [Fact]
    public void A_line_without_an_end_is_not_kept_for_ever()
    {
        var shown = new StringBuilder();
        for (var i = 0; i < 200; i++)
            shown.Append(text.Take(Encoding.ASCII.GetBytes(new string('x', 1000))));
        shown.Append(text.Rest());
        shown.Length.ShouldBe(200_000);
    }

    [Fact]
    public void Terminal_escapes_are_harmless() => text.Take("\u001b[31mred\u001b[0m\n"u8).ShouldBe("␛[31mred␛[0m\n");
}
