using System.Text;
using System.Text.Json;

namespace Fleet.Server.Chat.Feishu;

/// <summary>What Feishu sends: messages that call the bot, and presses of a card's buttons.</summary>
internal static class FeishuReader
{
    /// <param name="told">Decrypted.</param>
    /// <returns>Null: it is none of what Feishu sends.</returns>
    public static FeishuCall? Read(ReadOnlySpan<byte> told)
    {
        if (JsonPaths.Object(told) is not { } json)
            return null;
        if (json.Text("type") == "url_verification")
            return json.Text("challenge") is { } challenge ? new FeishuCall.Challenge(challenge) : null;
        if (json.Text("header", "event_id") is not { } id || json.At("event") is not { ValueKind: JsonValueKind.Object } what)
            return null;
        return json.Text("header", "event_type") switch
        {
            "im.message.receive_v1" => Message(id, json, what),
            "card.action.trigger" => Pressed(id, json, what),
            null => null,
            _ => new FeishuCall.Nothing(),
        };
    }

    private static FeishuCall? Message(string id, JsonElement json, JsonElement what)
    {
        if (what.Text("sender", "sender_id", "open_id") is not { } user || what.Text("message", "message_id") is not { } message || what.Text("message", "chat_id") is not { } chat)
            return null;
        // What bots say is nothing that Fleet answers: two would never stop.
        if (what.Text("sender", "sender_type") != "user" || what.Text("message", "message_type") != "text")
            return new FeishuCall.Nothing();
        if (JsonPaths.Object(Encoding.UTF8.GetBytes(what.Text("message", "content") ?? "")) is not { } content)
            return null;
        var person = Person(what.Text("sender", "tenant_key") ?? json.Text("header", "tenant_key"), user);
        var place = new ChatPlace(FeishuChat.ChatName, chat, what.Text("message", "root_id"));
        return new FeishuCall.Command(new ChatCommand(id, place, person, content.Text("text") ?? ""), message, [.. Called(what)], what.Text("message", "chat_type") == "p2p");
    }

    private static IEnumerable<(string, string?, string)> Called(JsonElement what)
    {
        if (what.At("message", "mentions") is not { ValueKind: JsonValueKind.Array } mentions)
            yield break;
        foreach (var one in mentions.EnumerateArray())
        {
            if (one.Text("key") is { } key)
                yield return (key, one.Text("id", "open_id"), one.Text("name") ?? "");
        }
    }

    private static FeishuCall? Pressed(string id, JsonElement json, JsonElement what)
    {
        if (what.Text("operator", "open_id") is not { } user || what.Text("context", "open_message_id") is not { } message || what.Text("context", "open_chat_id") is not { } chat)
            return null;
        if (what.Text("action", "value", FeishuForm.Value) is not { } value)
            return new FeishuCall.Nothing();
        var person = Person(what.Text("operator", "tenant_key") ?? json.Text("header", "tenant_key"), user);
        var text = what.At("action", "form_value") is null ? null : what.Text("action", "form_value", FeishuForm.Asked) ?? "";
        return new FeishuCall.Press(new ChatPress(id, new ChatPost(new ChatPlace(FeishuChat.ChatName, chat), message), person, value, text));
    }

    /// <summary>Feishu names people to an app by ids only; the tenant's stands before.</summary>
    private static ChatPerson Person(string? tenant, string user) => new($"{tenant}:{user}", user, IsProven: tenant is { Length: > 0 });
}
