using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Server.Api.Decisions;

namespace Fleet.Server.Chat.Living;

/// <summary>What people are asked, as sentences: what asks the same in a rollout is one question.</summary>
internal static class Questions
{
    private const int MostContext = 8;

    public static IEnumerable<IReadOnlyList<DecisionDocument>> Grouped(IEnumerable<DecisionDocument> decisions) =>
        decisions.GroupBy(Same).Select(g => (IReadOnlyList<DecisionDocument>)[.. g]);

    /// <summary>By what it is one question with others.</summary>
    public static string Same(DecisionDocument decision) => decision.Zone is null ? $"{decision.Id}" : $"{decision.Rollout}/{decision.Kind}/{decision.Fingerprint}/{decision.ClaimedBy}";

    public static string Short(DecisionDocument decision) => $"{decision.Id:N}"[..8];

    public static string Subject(DecisionDocument decision) => decision.Zone ?? (decision.Wave is { } wave ? $"{decision.RolloutName}/{wave}" : decision.RolloutName);

    public static string Subjects(IReadOnlyList<DecisionDocument> decisions) => Sentences.Named([.. decisions.Select(Subject)]);

    public static Finding Line(IReadOnlyList<DecisionDocument> alike) => Finding.Of(
        "chat-decision",
        ("id", Short(alike[0])),
        ("subject", Subjects(alike)),
        ("kind", Sentences.Word(alike[0].Kind)),
        ("question", alike[0].Question),
        ("choices", alike[0].State == DecisionState.Open ? string.Join('|', alike[0].Choices) : $"{alike[0].Answer} ({alike[0].AnsweredBy})"));

    /// <summary>The last lines that show why it is asked; null: there are none.</summary>
    public static string? Context(DecisionDocument decision)
    {
        var lines = decision.Context.Split('\n').Where(l => l.Length > 0).TakeLast(MostContext).ToList();
        return lines.Count == 0 ? null : string.Join('\n', lines);
    }

    /// <summary>What became of it when the same was asked before.</summary>
    public static IEnumerable<Finding> Remembered(DecisionDocument decision) =>
        decision.Memory.Select(m => Finding.Of("chat-remembered", ("choice", m.Choice), ("times", $"{m.Times}"), ("fine", $"{m.Fine}"), ("bad", $"{m.Bad}")));

    public static Finding HowToAnswer(DecisionDocument decision, string prompt) => decision.Kind == DecisionKind.Approval
        ? Finding.Of("chat-how-to-approve", ("command", $"{prompt}approve {decision.RolloutName}"))
        : decision.Alike > 0
            ? Finding.Of("chat-how-to-answer-all", ("command", $"{prompt}answer {Short(decision)} CHOICE"), ("count", $"{decision.Alike + 1}"))
            : Finding.Of("chat-how-to-answer", ("command", $"{prompt}answer {Short(decision)} CHOICE"));
}
