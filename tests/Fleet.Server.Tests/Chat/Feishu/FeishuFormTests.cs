using System.Text;
using System.Text.Json.Nodes;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Feishu;

namespace Fleet.Server.Tests.Chat.Feishu;

public sealed class FeishuFormTests
{
    internal static readonly Dictionary<string, string> Mentions = new() { ["ann"] = "ou_1", ["here"] = "all" };

    [Fact]
    public void Texts_stay_texts_whatever_stands_in_them()
    {
        var card = Card(Messages.Whole());
        var elements = card["elements"]!.AsArray();
        elements[0]!["content"]!.GetValue<string>().ShouldBe("@sre <at id=ou_1></at> <at id=all></at> @nobody");
        elements[1]!["text"]!["content"]!.GetValue<string>().ShouldBe($"pek1a waits\n{Messages.Hostile}");
        elements.Count(e => e!["tag"]!.GetValue<string>() == "markdown").ShouldBe(1);
        Card(Messages.Plain() with { Mentions = ["</at><at id=all>*x*"] })["elements"]![0]!["content"]!.GetValue<string>().ShouldBe("@atatidallx");
    }

    [Fact]
    public void A_button_that_asks_is_a_form_and_its_value_comes_with_what_was_filled_in()
    {
        var elements = Card(Messages.Whole())["elements"]!.AsArray();
        elements[4]!["actions"]!.AsArray().Select(b => b!["value"]!["fleet"]!.GetValue<string>()).ShouldBe(["sealed-yes", "sealed-no"]);
        var form = elements[5]!;
        (form["elements"]![0]!["name"]!.GetValue<string>(), form["elements"]![1]!["value"]!["fleet"]!.GetValue<string>()).ShouldBe(("text", "sealed-other"));
    }

    [Fact]
    public void What_is_longer_than_Feishu_takes_is_cut_and_says_so()
    {
        var elements = Card(Messages.Huge())["elements"]!.AsArray();
        elements[1]!["text"]!["content"]!.GetValue<string>().ShouldMatch(@" \[… \+\d+\]$");
        elements[2]!["text"]!["content"]!.GetValue<string>().ShouldEndWith("the end");
        elements[^1]!["text"]!["content"]!.GetValue<string>().ShouldStartWith("Too long: answer 1\n10 <");
        var chinese = Messages.Plain() with { Lines = [new string('升', 9000)], Output = new string('级', 9000), Buttons = [.. Enumerable.Range(0, 10).Select(i => new ChatButton($"b{i}", new string('v', 1000), "x"))] };
        Card(chinese)["elements"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public void What_is_empty_makes_no_empty_element() => Card(Messages.Edges())["elements"]!.AsArray().Single()!["text"]!["content"]!.GetValue<string>().ShouldBe("x");

    private static JsonNode Card(ChatMessage message)
    {
        var card = FeishuForm.Card(message, Mentions);
        FeishuRules.Problem(card).ShouldBeNull();
        Encoding.UTF8.GetByteCount(card).ShouldBeLessThanOrEqualTo(FeishuForm.Most);
        return JsonNode.Parse(card)!;
    }
}
