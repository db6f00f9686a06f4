using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fleet.Server.Chat.Slack;

/// <summary>The form (modal) that asks for a text before a button counts. What the button was is kept in it, where people do not see it and Slack signs it.</summary>
internal static class SlackForms
{
    public const string Id = "fleet-asks";
    private const int MostText = 3000;
    private const int MostTitle = 24;
    private const int MostLabel = 2000;

    /// <summary>The button that was pressed, and where.</summary>
    internal sealed record Kept(string Channel, string Message, string? Thread, string Value);

    public static string Open(SlackCall.Ask ask) => new JsonObject
    {
        ["type"] = "modal",
        ["callback_id"] = Id,
        ["private_metadata"] = JsonSerializer.Serialize(ask.Kept),
        ["title"] = Plain("Fleet", MostTitle),
        ["submit"] = Plain("OK", MostTitle),
        ["blocks"] = new JsonArray(new JsonObject
        {
            ["type"] = "input",
            ["block_id"] = Id,
            ["label"] = Plain(ask.Asks, MostLabel),
            ["element"] = new JsonObject { ["type"] = "plain_text_input", ["action_id"] = Id, ["multiline"] = true, ["max_length"] = MostText },
        }),
    }.ToJsonString();

    /// <returns>Null: it is no form of ours.</returns>
    public static (Kept Kept, string Text)? Read(JsonElement view)
    {
        if (view.Text("callback_id") != Id || view.Text("private_metadata") is not { } metadata)
            return null;
        try
        {
            return JsonSerializer.Deserialize<Kept>(metadata) is { Channel: { Length: > 0 }, Message: { Length: > 0 }, Value: { Length: > 0 } } kept ? (kept, view.Text("state", "values", Id, Id, "value") ?? "") : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Plain(string text, int most) => new() { ["type"] = "plain_text", ["text"] = CutText.Head(text, most), ["emoji"] = false };
}
