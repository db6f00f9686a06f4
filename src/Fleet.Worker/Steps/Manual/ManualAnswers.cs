using System.Text.Json;
using Fleet.Contracts.Decisions;

namespace Fleet.Worker.Steps.Manual;

/// <summary>What people said of each manual operation.</summary>
internal sealed record ManualAnswer(string Choice, string? Comment)
{
    /// <summary>
    /// By operation's id, out of a step's parameters: <c>items</c> as <c>1=done,2=defer</c> or as JSON (<c>{"1":{"choice":"defer","comment":"…"}}</c>), <c>item.1</c>=…, or one <c>choice</c> for all;
    /// <c>comment</c> as one text or as <c>1: …; 2: …</c>.
    /// </summary>
    public static IReadOnlyDictionary<string, ManualAnswer> Of(IReadOnlyDictionary<string, string> parameters, IReadOnlyList<string> ids)
    {
        var answers = new Dictionary<string, ManualAnswer>(StringComparer.Ordinal);
        var choice = parameters.GetValueOrDefault("choice");
        var comment = parameters.GetValueOrDefault("comment");
        var comments = Comments(comment, ids);
        var items = parameters.GetValueOrDefault("items");
        if (items?.TrimStart().StartsWith('{') == true)
            ReadJson(items, answers);
        else if (items is not null)
            ReadPairs(items, choice, answers, comments, comment);
        foreach (var (name, value) in parameters.Where(p => p.Key.StartsWith("item.", StringComparison.Ordinal)))
            answers[name["item.".Length..]] = new ManualAnswer(value, comments.GetValueOrDefault(name["item.".Length..]) ?? comment);
        if (answers.Count == 0 && choice is Choices.Done or Choices.NotApplicable or Choices.Defer)
        {
            foreach (var id in ids)
                answers[id] = new ManualAnswer(choice, comments.GetValueOrDefault(id) ?? comment);
        }
        return answers.Where(a => ids.Contains(a.Key) && a.Value.Choice is Choices.Done or Choices.NotApplicable or Choices.Defer).ToDictionary(StringComparer.Ordinal);
    }

    private static void ReadPairs(string items, string? choice, Dictionary<string, ManualAnswer> answers, Dictionary<string, string> comments, string? comment)
    {
        foreach (var item in items.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            var id = equals < 0 ? item : item[..equals].Trim();
            if ((equals < 0 ? choice : item[(equals + 1)..].Trim()) is { } said)
                answers[id] = new ManualAnswer(said, comments.Count > 0 ? comments.GetValueOrDefault(id) : comment);
        }
    }

    private static void ReadJson(string json, Dictionary<string, ManualAnswer> answers)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var item in document.RootElement.EnumerateObject())
            {
                var choice = item.Value.ValueKind == JsonValueKind.String ? item.Value.GetString() : item.Value.TryGetProperty("choice", out var c) ? c.GetString() : null;
                var comment = item.Value.ValueKind == JsonValueKind.Object && item.Value.TryGetProperty("comment", out var t) ? t.GetString() : null;
                if (choice is not null)
                    answers[item.Name] = new ManualAnswer(choice, comment);
            }
        }
        catch (JsonException)
        {
            // Not answered: the question is asked again.
        }
    }

    private static Dictionary<string, string> Comments(string? comment, IReadOnlyList<string> ids)
    {
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in comment?.Split("; ", StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && ids.Contains(part[..colon].Trim()))
                comments[part[..colon].Trim()] = part[(colon + 1)..].Trim();
        }
        return comments;
    }
}
