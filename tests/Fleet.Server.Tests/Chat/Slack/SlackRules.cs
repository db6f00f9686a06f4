using System.Text.Json;

namespace Fleet.Server.Tests.Chat.Slack;

/// <summary>What Slack takes of blocks, as its documentation says it; written from that, and knowing nothing of how Fleet makes them.</summary>
internal static class SlackRules
{
    private static readonly string[] Styles = ["primary", "danger"];

    /// <returns>Null: Slack would take them.</returns>
    public static string? Problem(string blocks)
    {
        var all = JsonDocument.Parse(blocks).RootElement.EnumerateArray().ToList();
        if (all.Count is 0 or > 50)
            return $"{all.Count} blocks";
        var actions = all.Where(b => Type(b) == "actions").SelectMany(b => b.GetProperty("elements").EnumerateArray()).Select(e => e.GetProperty("action_id").GetString()).ToList();
        return actions.Distinct().Count() < actions.Count ? "an action_id twice" : all.Select(BlockProblem).FirstOrDefault(p => p is not null);
    }

    public static string? ViewProblem(string view)
    {
        var modal = JsonDocument.Parse(view).RootElement;
        if (Type(modal) != "modal" || modal.GetProperty("private_metadata").GetString()!.Length > 3000)
            return "no modal, or too much metadata";
        return TextProblem(modal.GetProperty("title"), 24) ?? TextProblem(modal.GetProperty("submit"), 24) ?? modal.GetProperty("blocks").EnumerateArray().Select(BlockProblem).FirstOrDefault(p => p is not null);
    }

    private static string? BlockProblem(JsonElement block)
    {
        switch (Type(block))
        {
            case "header":
                return TextProblem(block.GetProperty("text"), 150);
            case "input":
                return TextProblem(block.GetProperty("label"), 2000) ?? (Type(block.GetProperty("element")) == "plain_text_input" && block.GetProperty("element").GetProperty("max_length").GetInt32() <= 3000 ? null : "its element");
            case "actions":
                var buttons = block.GetProperty("elements").EnumerateArray().ToList();
                return buttons.Count is 0 or > 25 ? $"{buttons.Count} elements in actions" : buttons.Select(ButtonProblem).FirstOrDefault(p => p is not null);
            case "rich_text":
                var sections = block.GetProperty("elements").EnumerateArray().ToList();
                return sections.Count == 0 ? "an empty rich_text" : sections.Select(SectionProblem).FirstOrDefault(p => p is not null);
            case var other:
                return $"a block {other}";
        }
    }

    private static string? ButtonProblem(JsonElement button) =>
        Type(button) != "button" ? "no button"
        : button.GetProperty("value").GetString()!.Length is 0 or > 2000 ? "a value's length"
        : button.GetProperty("action_id").GetString()!.Length is 0 or > 255 ? "an action_id's length"
        : button.TryGetProperty("style", out var style) && !Styles.Contains(style.GetString()) ? "a style"
        : TextProblem(button.GetProperty("text"), 75);

    private static string? SectionProblem(JsonElement section)
    {
        if (Type(section) is not ("rich_text_section" or "rich_text_preformatted"))
            return $"a {Type(section)} in rich_text";
        var elements = section.GetProperty("elements").EnumerateArray().ToList();
        if (elements.Count == 0 || elements.Sum(e => e.TryGetProperty("text", out var text) ? text.GetString()!.Length : 0) > 4000)
            return "an empty or long section";
        return elements.Select(e => Type(e) switch
        {
            "text" => e.GetProperty("text").GetString()!.Length == 0 ? "an empty text" : null,
            "link" => e.GetProperty("url").GetString()!.Length is 0 or > 3000 ? "a url's length" : null,
            "user" => e.GetProperty("user_id").GetString()![0] is 'U' or 'W' ? null : "a user",
            "usergroup" => e.GetProperty("usergroup_id").GetString()![0] == 'S' ? null : "a group",
            "broadcast" => e.GetProperty("range").GetString() is "here" or "channel" or "everyone" ? null : "a range",
            var other => $"a {other} in a section",
        }).FirstOrDefault(p => p is not null);
    }

    private static string? TextProblem(JsonElement text, int most) =>
        Type(text) == "plain_text" && text.GetProperty("text").GetString() is { Length: > 0 } said && said.Length <= most && !said.Contains('<') ? null : $"a plain_text that is empty, longer than {most} or not escaped";

    private static string? Type(JsonElement element) => element.GetProperty("type").GetString();
}
