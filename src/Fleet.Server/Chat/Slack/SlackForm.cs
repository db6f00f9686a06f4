using System.Text.Json.Nodes;

namespace Fleet.Server.Chat.Slack;

/// <summary>
/// A message as Slack's blocks. Rich text, since there a text is a text: no star, no backtick and no angle bracket in it means anything. What is longer than Slack takes is cut and says so.
/// </summary>
internal static class SlackForm
{
    /// <summary>How names of our buttons begin.</summary>
    public const string Action = "fleet-";

    private const string Asking = Action + "asks-";
    private const int MostTitle = 150;
    private const int MostText = 3000;
    private const int MostButtonText = 75;
    private const int MostValue = 2000;
    private const int MostAction = 255;
    private const int ButtonsOfBlock = 25;
    private const int MostButtonBlocks = 4;
    private const int MostLinks = 20;
    private const int MostMentions = 20;

    /// <summary>What shows no blocks shows this: a notification, a screen reader.</summary>
    public static string Summary(ChatMessage message) => SlackText.Escape(CutText.Head(MoodSign.Before(message.Mood, message.Title), MostText / 5));

    /// <param name="mentions">What is called is what in Slack.</param>
    public static JsonArray Blocks(ChatMessage message, IReadOnlyDictionary<string, string> mentions)
    {
        var blocks = new JsonArray { new JsonObject { ["type"] = "header", ["text"] = Plain(MoodSign.Before(message.Mood, message.Title), MostTitle) } };
        var (buttons, typed) = Split(message.Buttons);
        var sections = new JsonArray();
        if (message.Mentions.Count > 0)
            sections.Add(Section([.. message.Mentions.Take(MostMentions).SelectMany(m => new JsonObject[] { Mention(m, mentions), Text(" ") })]));
        if (message.Lines.Any(l => !string.IsNullOrWhiteSpace(l)))
            sections.Add(Section([Text(CutText.Head(string.Join('\n', message.Lines), MostText))]));
        if (!string.IsNullOrWhiteSpace(message.Output))
            sections.Add(new JsonObject { ["type"] = "rich_text_preformatted", ["elements"] = new JsonArray(Text(CutText.Tail(message.Output, MostText))) });
        if (message.Links.Count > 0)
            sections.Add(Section([.. message.Links.Take(MostLinks).SelectMany((l, i) => i == 0 ? [Link(l)] : new JsonObject[] { Text("  ·  "), Link(l) })]));
        if (typed.Count > 0)
            sections.Add(Section([Text(CutText.Head(string.Join('\n', typed), MostText))]));
        if (sections.Count > 0)
            blocks.Add(new JsonObject { ["type"] = "rich_text", ["elements"] = sections });
        foreach (var row in buttons.Chunk(ButtonsOfBlock))
            blocks.Add(new JsonObject { ["type"] = "actions", ["elements"] = new JsonArray([.. row]) });
        return blocks;
    }

    /// <returns>What the button asks for first; null: nothing.</returns>
    public static string? AskedBy(string action) => action.StartsWith(Asking, StringComparison.Ordinal) && action.IndexOf('-', Asking.Length) is > 0 and var end ? action[(end + 1)..] : null;

    /// <summary>What cannot be a button is told as what can be typed.</summary>
    private static (List<JsonNode> Buttons, List<string> Typed) Split(IReadOnlyList<ChatButton> all)
    {
        var (buttons, typed) = (new List<JsonNode>(), new List<string>());
        foreach (var button in all)
        {
            if (button.Value.Length is 0 or > MostValue || button.Text.Length == 0 || buttons.Count == ButtonsOfBlock * MostButtonBlocks)
                typed.Add($"{button.Text}: {button.Typed}");
            else
                buttons.Add(Button(button, buttons.Count));
        }

        return (buttons, typed);
    }

    private static JsonObject Button(ChatButton button, int number)
    {
        var made = new JsonObject
        {
            ["type"] = "button",
            ["action_id"] = button.Asks is { } asks ? CutText.Head($"{Asking}{number}-{asks}", MostAction) : $"{Action}{number}",
            ["text"] = Plain(button.Text, MostButtonText),
            ["value"] = button.Value,
        };
        if (button.Style != ChatButtonStyle.Plain)
            made["style"] = button.Style == ChatButtonStyle.Good ? "primary" : "danger";
        return made;
    }

    private static JsonObject Section(IReadOnlyList<JsonObject> elements) => new() { ["type"] = "rich_text_section", ["elements"] = new JsonArray([.. elements]) };

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text };

    private static JsonObject Link(ChatLink link) => link.Url.AbsoluteUri.Length > MostText || link.Url.Scheme is not ("https" or "http")
        ? Text(CutText.Head(link.Text, MostButtonText))
        : new JsonObject { ["type"] = "link", ["url"] = link.Url.AbsoluteUri, ["text"] = CutText.Head(link.Text, MostTitle) };

    private static JsonObject Mention(string called, IReadOnlyDictionary<string, string> mentions) => mentions.GetValueOrDefault(called) switch
    {
        ("here" or "channel") and var range => new JsonObject { ["type"] = "broadcast", ["range"] = range },
        ['S', ..] and var group => new JsonObject { ["type"] = "usergroup", ["usergroup_id"] = group },
        { } user => new JsonObject { ["type"] = "user", ["user_id"] = user },
        null => Text(CutText.Head($"@{called}", MostButtonText)),
    };

    /// <summary>Escaped, and cut before, so that nothing is cut within what an escape stands for.</summary>
    private static JsonObject Plain(string text, int most)
    {
        var kept = CutText.Head(text, most);
        for (var less = most; SlackText.Escape(kept).Length > most && less > 0; less -= 5)
            kept = CutText.Head(text, less);
        return new JsonObject { ["type"] = "plain_text", ["text"] = SlackText.Escape(kept), ["emoji"] = false };
    }
}
