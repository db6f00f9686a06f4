using System.Text;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Feishu;

namespace Fleet.Server.Tests.Chat.Feishu;

public sealed class FeishuReaderTests
{
    private static readonly ChatPerson Ann = new("t1:ou_ann", "ou_ann");

    [Fact]
    public void A_message_that_calls_the_bot_is_a_command_in_its_thread()
    {
        var call = Read(FeishuSealed.Message("e1", "@_user_1 approve @_user_10 <now>")).ShouldBeOfType<FeishuCall.Command>();
        call.What.ShouldBe(new ChatCommand("e1", new ChatPlace("feishu", "oc_ops", "om_root"), Ann, "@_user_1 approve @_user_10 <now>"));
        call.Meant("ou_bot").ShouldBe("approve @bob <now>");
        call.Meant("ou_other").ShouldBeNull();
    }

    [Fact]
    public void Alone_with_the_bot_nobody_has_to_call_it() =>
        Read(FeishuSealed.Message("e1", "status", chatType: "p2p")).ShouldBeOfType<FeishuCall.Command>().Meant("ou_other").ShouldBe("status");

    [Fact]
    public void A_press_is_read_with_what_was_filled_in()
    {
        var post = new ChatPost(new ChatPlace("feishu", "oc_ops"), "om_9");
        Read(FeishuSealed.Press("e1")).ShouldBe(new FeishuCall.Press(new ChatPress("e1", post, Ann, "sealed")));
        Read(FeishuSealed.Press("e2", "wait <b>")).ShouldBe(new FeishuCall.Press(new ChatPress("e2", post, Ann, "sealed", "wait <b>")));
        Read(FeishuSealed.Press("e3", "")).ShouldBe(new FeishuCall.Press(new ChatPress("e3", post, Ann, "sealed", "")));
    }

    [Fact]
    public void What_is_not_meant_for_Fleet_is_taken_and_left()
    {
        Read(FeishuSealed.Message("e1", "hi", senderType: "app")).ShouldBeOfType<FeishuCall.Nothing>();
        Read("""{"header":{"event_id":"e","event_type":"im.chat.updated_v1"},"event":{}}""").ShouldBeOfType<FeishuCall.Nothing>();
        Read(FeishuSealed.Press("e1").Replace("\"fleet\"", "\"other\"", StringComparison.Ordinal)).ShouldBeOfType<FeishuCall.Nothing>();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"url_verification"}""")]
    [InlineData("""{"header":{"event_id":"e"},"event":{}}""")]
    [InlineData("""{"header":{"event_id":"e","event_type":"im.message.receive_v1"},"event":{"sender":7}}""")]
    [InlineData("""{"header":{"event_id":"e","event_type":"card.action.trigger"},"event":{"operator":{"open_id":"\ud800"}}}""")]
    public void What_is_malformed_is_nothing(string told) => Read(told).ShouldBeNull();

    [Fact]
    public void A_message_whose_content_is_no_JSON_is_nothing() => Read(FeishuSealed.Message("e", "x").Replace("{\\u0022text\\u0022", "{", StringComparison.Ordinal)).ShouldBeNull();

    private static FeishuCall? Read(string told) => FeishuReader.Read(Encoding.UTF8.GetBytes(told));
}
