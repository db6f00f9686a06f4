using System.Text.Json.Nodes;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Slack;

namespace Fleet.Server.Tests.Chat.Slack;

public sealed class SlackFormTests
{
    internal static readonly Dictionary<string, string> Mentions = new() { ["sre"] = "S0614TZR7", ["ann"] = "U1", ["here"] = "here" };

    [Fact]
    public void Texts_stay_texts_whatever_stands_in_them()
    {
        var blocks = SlackForm.Blocks(Messages.Whole(), Mentions);
        SlackRules.Problem(blocks.ToJsonString()).ShouldBeNull();
        var sections = blocks[1]!["elements"]!.AsArray();
        Text(sections[1]!["elements"]![0]!).ShouldBe($"pek1a waits\n{Messages.Hostile}");
        sections[2]!["type"]!.GetValue<string>().ShouldBe("rich_text_preformatted");
        Text(sections[2]!["elements"]![0]!).ShouldBe("$ ls\n```\n<!here>\n");
        sections[0]!["elements"]!.AsArray().Select(e => e!["type"]!.GetValue<string>()).ShouldBe(["usergroup", "text", "user", "text", "broadcast", "text", "text", "text"]);
        SlackForm.Summary(Messages.Plain(Messages.Hostile)).ShouldNotContain('<');
        SlackForm.Blocks(Messages.Plain("a<b & c"), Mentions)[0]!["text"]!["text"]!.GetValue<string>().ShouldBe("a&lt;b &amp; c");
    }

    [Fact]
    public void What_is_longer_than_Slack_takes_is_cut_and_says_so()
    {
        var blocks = SlackForm.Blocks(Messages.Huge(), Mentions);
        SlackRules.Problem(blocks.ToJsonString()).ShouldBeNull();
        Text(blocks[0]!["text"]!).ShouldEndWith("]");
        var sections = blocks[1]!["elements"]!.AsArray();
        Text(sections[1]!["elements"]![0]!).ShouldMatch(@" \[… \+\d+\]$");
        var output = Text(sections[2]!["elements"]![0]!);
        output.ShouldStartWith("[… +");
        output.ShouldEndWith("the end");
        blocks.Count(b => b!["type"]!.GetValue<string>() == "actions").ShouldBe(4);
        Text(sections[4]!["elements"]![0]!).ShouldStartWith("Too long: answer 1\n100 <");
    }

    [Fact]
    public void What_is_empty_makes_no_empty_block()
    {
        SlackRules.Problem(SlackForm.Blocks(Messages.Edges(), Mentions).ToJsonString()).ShouldBeNull();
        SlackForm.Blocks(Messages.Plain(), Mentions).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("0123456789012345678901234567890123456789", 20, "012345678901 [… +28]")]
    [InlineData("😀😀😀😀😀😀😀😀😀😀😀😀", 13, "😀😀 [… +20]")]
    [InlineData("abcdefgh", 3, "abc")]
    public void A_text_is_cut_between_characters(string text, int most, string expected)
    {
        var cut = CutText.Head(text, most);
        cut.Length.ShouldBeLessThanOrEqualTo(most);
        cut.ShouldBe(expected);
    }

    private static string Text(JsonNode element) => element["text"]!.GetValue<string>();
}
