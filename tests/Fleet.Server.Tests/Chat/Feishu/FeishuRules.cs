using System.Text.Json;

namespace Fleet.Server.Tests.Chat.Feishu;

/// <summary>What Feishu takes of a card, as its documentation says it; written from that, and knowing nothing of how Fleet makes it.</summary>
internal static class FeishuRules
{
    private static readonly string[] Types = ["default", "primary", "danger"];

    /// <returns>Null: Feishu would take it.</returns>
    public static string? Problem(string card)
    {
        var root = JsonDocument.Parse(card).RootElement;
        if (!root.GetProperty("config").GetProperty("update_multi").GetBoolean())
            return "a card that cannot be changed";
        var elements = root.GetProperty("elements").EnumerateArray().ToList();
        var forms = elements.Where(e => Tag(e) == "form").Select(f => f.GetProperty("name").GetString()).ToList();
        if (forms.Distinct().Count() < forms.Count)
            return "a form's name twice";
        return PlainProblem(root.GetProperty("header").GetProperty("title")) ?? elements.Select(ElementProblem).FirstOrDefault(p => p is not null);
    }

    private static string? ElementProblem(JsonElement element) => Tag(element) switch
    {
        "div" => PlainProblem(element.GetProperty("text")),
        "markdown" => element.GetProperty("content").GetString()!.Length > 0 ? null : "an empty markdown",
        "img" => element.GetProperty("img_key").GetString()!.StartsWith("img_", StringComparison.Ordinal) ? PlainProblem(element.GetProperty("alt")) : "a picture's key",
        "action" => element.GetProperty("actions").GetArrayLength() == 0 ? "an empty action" : element.GetProperty("actions").EnumerateArray().Select(b => ButtonProblem(b)).FirstOrDefault(p => p is not null),
        "form" => FormProblem(element.GetProperty("elements").EnumerateArray().ToList()),
        var other => $"an element {other}",
    };

    private static string? FormProblem(List<JsonElement> elements) =>
        elements.Count == 2 && Tag(elements[0]) == "input" && elements[0].GetProperty("max_length").GetInt32() <= 1000 && elements[0].GetProperty("name").GetString() is { Length: > 0 }
        && elements[1].GetProperty("action_type").GetString() == "form_submit" && elements[1].GetProperty("name").GetString() is { Length: > 0 }
            ? PlainProblem(elements[0].GetProperty("placeholder")) ?? ButtonProblem(elements[1])
            : "a form without input and submit";

    private static string? ButtonProblem(JsonElement button) =>
        Tag(button) != "button" || !Types.Contains(button.GetProperty("type").GetString()) ? "a button's type"
        : button.TryGetProperty("url", out _) == button.TryGetProperty("value", out var value) || (value.ValueKind != JsonValueKind.Undefined && value.ValueKind != JsonValueKind.Object) ? "a button's value"
        : PlainProblem(button.GetProperty("text"));

    private static string? PlainProblem(JsonElement text) => Tag(text) == "plain_text" && text.GetProperty("content").GetString() is { Length: > 0 } ? null : "a text that is empty or markup";

    private static string? Tag(JsonElement element) => element.GetProperty("tag").GetString();
}
