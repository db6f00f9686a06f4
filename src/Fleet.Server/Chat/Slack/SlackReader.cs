using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Fleet.Server.Chat.Slack;

/// <summary>What Slack sends: commands, presses, filled-in forms, and messages that call the bot. By HTTP as a form or JSON, in Socket Mode as JSON.</summary>
internal static class SlackReader
{
    /// <param name="body">Verified.</param>
    /// <returns>Null: it is none of what Slack sends.</returns>
    public static SlackCall? Request(ReadOnlySpan<byte> body, string? contentType)
    {
        if (contentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true)
            return JsonPaths.Object(body) is { } json ? Event(json) : null;
        Dictionary<string, string?> fields;
        try
        {
            fields = QueryHelpers.ParseQuery(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body)).ToDictionary(f => f.Key, f => f.Value.FirstOrDefault(), StringComparer.Ordinal);
        }
        catch (ArgumentException)
        {
            return null;
        }

        if (fields.GetValueOrDefault("payload") is { Length: > 0 } payload)
            return JsonPaths.Object(Encoding.UTF8.GetBytes(payload)) is { } json ? Interaction(json) : null;
        return fields.GetValueOrDefault("ssl_check") == "1" ? new SlackCall.Nothing() : Command(fields.GetValueOrDefault);
    }

    /// <param name="kind">The envelope's type.</param>
    public static SlackCall? Envelope(string kind, JsonElement payload) => kind switch
    {
        "slash_commands" => Command(name => payload.Text(name)),
        "interactive" => Interaction(payload),
        "events_api" => Event(payload),
        _ => new SlackCall.Nothing(),
    };

    private static SlackCall.Command? Command(Func<string, string?> field)
    {
        if (field("command") is not { Length: > 0 } || field("trigger_id") is not { Length: > 0 } id || field("channel_id") is not { Length: > 0 } channel || field("user_id") is not { Length: > 0 } user)
            return null;
        var person = Person(field("team_id"), user, field("user_name"));
        return new SlackCall.Command(new ChatCommand(id, Place(channel), person, SlackText.Plain(field("text") ?? "").Trim()), Url(field("response_url")));
    }

    private static SlackCall? Interaction(JsonElement payload)
    {
        if (payload.Text("user", "id") is not { } user)
            return null;
        var person = Person(payload.Text("user", "team_id") ?? payload.Text("team", "id"), user, payload.Text("user", "username") ?? payload.Text("user", "name"));
        return payload.Text("type") switch
        {
            "block_actions" => Pressed(payload, person),
            "view_submission" => FilledIn(payload, person),
            null => null,
            _ => new SlackCall.Nothing(),
        };
    }

    private static SlackCall? Pressed(JsonElement payload, ChatPerson person)
    {
        if (payload.At("actions") is not { ValueKind: JsonValueKind.Array } actions || actions.GetArrayLength() == 0 || payload.Text("trigger_id") is not { } trigger)
            return null;
        var action = actions[0];
        // A link's button is told, too, and has no value; so is what another app's message has.
        if (action.Text("action_id") is not { } pressed || !pressed.StartsWith(SlackForm.Action, StringComparison.Ordinal) || action.Text("value") is not { } value)
            return new SlackCall.Nothing();
        if ((payload.Text("channel", "id") ?? payload.Text("container", "channel_id")) is not { } channel || (payload.Text("container", "message_ts") ?? payload.Text("message", "ts")) is not { } message)
            return null;
        var thread = payload.Text("message", "thread_ts") ?? payload.Text("container", "thread_ts");
        if (SlackForm.AskedBy(pressed) is { } asks)
            return new SlackCall.Ask(trigger, new SlackForms.Kept(channel, message, thread, value), asks);
        return new SlackCall.Press(new ChatPress(trigger, new ChatPost(Place(channel, thread), message), person, value), Url(payload.Text("response_url")));
    }

    private static SlackCall? FilledIn(JsonElement payload, ChatPerson person)
    {
        if (payload.At("view") is not { } view || view.Text("id") is not { } id)
            return null;
        if (SlackForms.Read(view) is not { } form)
            return new SlackCall.Nothing();
        return new SlackCall.Press(new ChatPress(id, new ChatPost(Place(form.Kept.Channel, form.Kept.Thread), form.Kept.Message), person, form.Kept.Value, form.Text), null);
    }

    private static SlackCall? Event(JsonElement payload)
    {
        switch (payload.Text("type"))
        {
            case "url_verification":
                return payload.Text("challenge") is { } challenge ? new SlackCall.Challenge(challenge) : null;
            case "event_callback":
                break;
            case null:
                return null;
            default:
                return new SlackCall.Nothing();
        }

        if (payload.At("event") is not { } told || payload.Text("event_id") is not { } id)
            return null;
        // What bots say is nothing that Fleet answers: two would never stop.
        if (told.Text("type") != "app_mention" || told.Text("bot_id") is not null || told.Text("user") is not { } user || told.Text("channel") is not { } channel)
            return new SlackCall.Nothing();
        var person = Person(told.Text("user_team") ?? told.Text("team") ?? payload.Text("team_id"), user, null);
        return new SlackCall.Command(new ChatCommand(id, Place(channel, told.Text("thread_ts")), person, SlackText.AfterMention(told.Text("text") ?? "")), null);
    }

    /// <summary>A team's id with the person's: ids that an owner chooses are for reading only.</summary>
    private static ChatPerson Person(string? team, string user, string? shown) => new($"{team}:{user}", shown ?? user, IsProven: team is { Length: > 0 });

    private static ChatPlace Place(string channel, string? thread = null) => new(SlackChat.ChatName, channel, thread);

    private static Uri? Url(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null;
}
