using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fleet.Server.Chat.Feishu;

/// <summary>
/// A message as a card. Texts are plain texts, in which nothing means anything; so is what a command printed, since letters of one width are to be had in Markdown only, where it could call people.
/// What is longer than Feishu takes is cut and says so.
/// </summary>
internal static class FeishuForm
{
    /// <summary>The member that holds a button's value.</summary>
    public const string Value = "fleet";

    /// <summary>The field that a button asks by.</summary>
    public const string Asked = "text";

    /// <summary>In bytes, of 30 KB that Feishu takes with all around it.</summary>
    public const int Most = 25_000;

    private const int MostText = 3000;
    private const int MostTitle = 150;
    private const int MostButtonText = 75;
    private const int MostValue = 1000;
    private const int MostButtons = 10;
    private const int MostAnswer = 1000;
    private const int MostLinks = 10;
    private const int MostUrl = 400;
    private const int MostMentions = 20;

    // Characters stay characters: escaped, a Chinese text would be twice as long, and the limit is in bytes.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="mentions">What is called is what in Feishu.</param>
    /// <param name="picture">A key of a picture that was sent before; null: none.</param>
    public static string Card(ChatMessage message, IReadOnlyDictionary<string, string> mentions, string? picture = null)
    {
        var most = MostText;
        while (true)
        {
            var card = Make(message, mentions, picture, most).ToJsonString(Json);
            if (Encoding.UTF8.GetByteCount(card) <= Most || most < MostButtonText)
                return card;
            most /= 2;
        }
    }

    private static JsonObject Make(ChatMessage message, IReadOnlyDictionary<string, string> mentions, string? picture, int most)
    {
        var elements = new JsonArray();
        if (message.Mentions.Count > 0)
            elements.Add(Called(message.Mentions, mentions));
        if (message.Lines.Any(l => !string.IsNullOrWhiteSpace(l)))
            elements.Add(Text(CutText.Head(string.Join('\n', message.Lines), most)));
        if (!string.IsNullOrWhiteSpace(message.Output))
            elements.Add(Text(CutText.Tail(message.Output, most)));
        if (picture is not null && message.Image is { } image)
            elements.Add(new JsonObject { ["tag"] = "img", ["img_key"] = picture, ["alt"] = Plain(CutText.Head(image.Told, MostTitle)) });
        var links = message.Links.Where(l => l.Url.Scheme is "https" or "http" && l.Url.AbsoluteUri.Length <= MostUrl).Take(MostLinks).Select(Link).ToArray<JsonNode>();
        if (links.Length > 0)
            elements.Add(Row(links));
        foreach (var element in Buttons(message.Buttons, most))
            elements.Add(element);
        // A card with nothing below its title is none.
        if (elements.Count == 0)
            elements.Add(Text(CutText.Head(message.Title, most)));
        return new JsonObject
        {
            ["config"] = new JsonObject { ["wide_screen_mode"] = true, ["update_multi"] = true, ["enable_forward"] = false },
            ["header"] = new JsonObject { ["title"] = Plain(CutText.Head(MoodSign.Before(message.Mood, message.Title), MostTitle)), ["template"] = Colour(message.Mood) },
            ["elements"] = elements,
        };
    }

    /// <summary>What cannot be a button is told as what can be typed.</summary>
    private static IEnumerable<JsonObject> Buttons(IReadOnlyList<ChatButton> all, int most)
    {
        var able = all.Where(b => b.Value.Length is > 0 and <= MostValue && b.Text.Length > 0).Take(MostButtons).ToList();
        if (able.Where(b => b.Asks is null).Select(b => Button(b)).ToArray<JsonNode>() is { Length: > 0 } pressed)
            yield return Row(pressed);
        foreach (var (button, number) in able.Where(b => b.Asks is not null).Select((b, i) => (b, i)))
        {
            var submit = Button(button);
            (submit["action_type"], submit["name"]) = ("form_submit", $"submit{number}");
            var input = new JsonObject { ["tag"] = "input", ["name"] = Asked, ["placeholder"] = Plain(CutText.Head(button.Asks!, MostButtonText)), ["max_length"] = MostAnswer };
            yield return new JsonObject { ["tag"] = "form", ["name"] = $"form{number}", ["elements"] = new JsonArray(input, submit) };
        }

        if (all.Except(able).Select(b => $"{b.Text}: {b.Typed}").ToList() is { Count: > 0 } typed)
            yield return Text(CutText.Head(string.Join('\n', typed), most));
    }

    private static JsonObject Button(ChatButton button) => new()
    {
        ["tag"] = "button",
        ["text"] = Plain(CutText.Head(button.Text, MostButtonText)),
        ["type"] = button.Style switch { ChatButtonStyle.Good => "primary", ChatButtonStyle.Harmful => "danger", _ => "default" },
        ["value"] = new JsonObject { [Value] = button.Value },
    };

    private static JsonObject Link(ChatLink link) => new() { ["tag"] = "button", ["text"] = Plain(CutText.Head(link.Text, MostButtonText)), ["url"] = link.Url.AbsoluteUri, ["type"] = "default" };

    /// <summary>The one place with markup: ids of the settings, and names without any letter that means something.</summary>
    private static JsonObject Called(IReadOnlyList<string> called, IReadOnlyDictionary<string, string> mentions) => new()
    {
        ["tag"] = "markdown",
        ["content"] = string.Join(' ', called.Take(MostMentions).Select(m => mentions.TryGetValue(m, out var id) ? $"<at id={id}></at>" : $"@{string.Concat(m.Where(char.IsLetterOrDigit).Take(MostButtonText))}")),
    };

    private static JsonObject Row(JsonNode[] buttons) => new() { ["tag"] = "action", ["actions"] = new JsonArray(buttons) };

    private static JsonObject Text(string text) => new() { ["tag"] = "div", ["text"] = Plain(text) };

    private static JsonObject Plain(string text) => new() { ["tag"] = "plain_text", ["content"] = text };

    private static string Colour(ChatMood mood) => mood switch
    {
        ChatMood.Running => "blue",
        ChatMood.Good => "green",
        ChatMood.Asks => "orange",
        ChatMood.Bad => "red",
        _ => "grey",
    };
}
