using System.Globalization;
using System.Text.Json;
using Fleet.Contracts.Decisions;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckRepo;

/// <summary>A question about files: a person names them by number. Which file a number meant is remembered as a fact, since the next look may number them otherwise.</summary>
internal static class RepoQuestion
{
    /// <summary>More than this many items nobody can choose from.</summary>
    private const int MostItems = 300;

    public static string ItemsFact(IStepContext context) => $"items.{context.Phase.Name}.{context.Step.Name}";

    public static StepResult Ask(IStepContext context, Finding question, IReadOnlyList<(string Path, string Text)> files, IEnumerable<string> traits, params IReadOnlyList<Finding> more)
    {
        var shown = files.Take(MostItems).ToList();
        var items = shown.Select((f, i) => new DecisionItem((i + 1).ToString(CultureInfo.InvariantCulture), f.Text)).ToList();
        return StepResult.Asks(
            new DecisionRequest
            {
                Kind = DecisionKind.RepoFindings,
                Step = context.Step.Name,
                Question = question.WithLines(shown.Select(f => f.Text)),
                Choices = [Choices.Leave, Choices.MoveOut, Choices.Fail],
                Default = Choices.Leave,
                Items = items,
                Fingerprint = Fingerprint.Of(context, question.Code, traits),
            },
            more) with
        {
            Facts = new Dictionary<string, string> { [ItemsFact(context)] = JsonSerializer.Serialize(shown.Select(f => f.Path)) },
        };
    }

    /// <summary>The paths that the person's numbers meant; paths may be named themselves. Null: a number that was not offered.</summary>
    public static IReadOnlyList<string>? Named(IStepContext context)
    {
        List<string> offered;
        try
        {
            offered = context.Facts.GetValueOrDefault(ItemsFact(context)) is { } json ? JsonSerializer.Deserialize<List<string>>(json) ?? [] : [];
        }
        catch (JsonException)
        {
            offered = [];
        }

        var named = new List<string>();
        foreach (var item in context.Chosen("items"))
        {
            if (int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= offered.Count)
                named.Add(offered[number - 1]);
            else if (offered.Contains(item))
                named.Add(item);
            else
                return null;
        }

        return named.Count == 0 ? null : [.. named.Distinct(StringComparer.Ordinal)];
    }
}
