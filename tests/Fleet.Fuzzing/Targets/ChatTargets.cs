using System.Text;
using System.Text.Json.Nodes;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Feishu;
using Fleet.Server.Chat.Slack;

namespace Fleet.Fuzzing.Targets;

/// <summary>What chats send, and what zones print into them.</summary>
internal static class ChatTargets
{
    private const string Command = "team_id=T1&channel_id=C1&user_id=U1&user_name=ann&command=%2Ffleet&text=status+%3C%23C1%7Cops%3E&trigger_id=1.2&response_url=https%3A%2F%2Fhooks.slack.com%2Fx";
    private const string Press = """{"type":"block_actions","trigger_id":"t","team":{"id":"T1"},"user":{"id":"U1"},"container":{"message_ts":"2.0","channel_id":"C1"},"actions":[{"action_id":"fleet-asks-0-Why?","value":"v"}]}""";
    private const string Filled = """{"type":"view_submission","user":{"id":"U1","team_id":"T1"},"view":{"id":"V1","callback_id":"fleet-asks","private_metadata":"{\"Channel\":\"C1\",\"Message\":\"2.0\",\"Thread\":null,\"Value\":\"v\"}","state":{"values":{"fleet-asks":{"fleet-asks":{"value":"x"}}}}}}""";
    private const string Event = """{"type":"event_callback","team_id":"T1","event_id":"E1","event":{"type":"app_mention","user":"U1","text":"<@U0> status","channel":"C1"}}""";
    private const string Message = """{"header":{"event_id":"e","event_type":"im.message.receive_v1","tenant_key":"t"},"event":{"sender":{"sender_id":{"open_id":"ou_a"},"sender_type":"user"},"message":{"message_id":"om_1","chat_id":"oc_1","chat_type":"group","message_type":"text","content":"{\"text\":\"@_user_1 status\"}","mentions":[{"key":"@_user_1","id":{"open_id":"ou_bot"},"name":"Fleet"}]}}}""";
    private const string Card = """{"header":{"event_id":"e","event_type":"card.action.trigger"},"event":{"operator":{"open_id":"ou_a"},"action":{"value":{"fleet":"v"},"form_value":{"text":"x"}},"context":{"open_message_id":"om_1","open_chat_id":"oc_1"}}}""";

    public static IReadOnlyList<Target> All { get; } =
    [
        new("slack-form", [Encoding.UTF8.GetBytes(Command), Encoding.UTF8.GetBytes($"payload={Uri.EscapeDataString(Press)}")], b => SlackReader.Request(b, "application/x-www-form-urlencoded")),
        new("slack-event", [Encoding.UTF8.GetBytes(Event)], b => SlackReader.Request(b, "application/json")),
        new("slack-envelope", [Encoding.UTF8.GetBytes(Press), Encoding.UTF8.GetBytes(Filled)], ReadEnvelope),
        new("feishu-event", [Encoding.UTF8.GetBytes(Message), Encoding.UTF8.GetBytes(Card)], b => (FeishuReader.Read(b) as FeishuCall.Command)?.Meant("ou_bot")),
        Target.OfText("feishu-cipher", t => FeishuCipher.Open("test key", t), "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="),
        Target.OfText("chat-text", Say, "status", "a <!channel> & *b* ```c``` 😀", new string('x', 400)),
    ];

    private static void ReadEnvelope(byte[] bytes)
    {
        if (JsonPaths.Object(bytes) is { } payload)
            SlackReader.Envelope("interactive", payload);
    }

    private static void Say(string text)
    {
        SlackText.AfterMention(text);
        var message = new ChatMessage { Title = text, Lines = [text, text], Output = text, Mentions = [text], Buttons = [new ChatButton(text, "v", text, Asks: text)] };
        var blocks = JsonNode.Parse(SlackForm.Blocks(message, new Dictionary<string, string>()).ToJsonString())!.AsArray();
        if (blocks[0]!["text"]!["text"]!.GetValue<string>() is var title && (title.Length > 150 || title.Contains('<', StringComparison.Ordinal)))
            throw new InvalidOperationException($"A title that Slack does not take: {title}");
        var card = FeishuForm.Card(message, new Dictionary<string, string>());
        if (Encoding.UTF8.GetByteCount(card) > FeishuForm.Most || JsonNode.Parse(card)!["elements"]![0]!["content"]!.GetValue<string>().AsSpan().ContainsAny("<*`["))
            throw new InvalidOperationException($"A card that Feishu does not take: {card}");
    }
}
