using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>Whether an answer fits its question.</summary>
internal static class AnswerCheck
{
    public static Finding? Problem(Decision decision, AnswerDecision answer, Step? step, Runbook runbook)
    {
        if (answer.Choice is null)
            return decision.Prompt is { Rule: null } ? TextProblem(answer.Text) : Finding.Of("answer-choice-missing", ("choices", string.Join(", ", decision.Choices)));
        if (answer.Text is not null)
            return Finding.Of("answer-text-and-choice");
        if (!decision.Choices.Contains(answer.Choice))
            return Finding.Of("answer-choice-unknown", ("choice", answer.Choice), ("choices", string.Join(", ", decision.Choices)));

        var comment = !string.IsNullOrWhiteSpace(answer.Comment);
        return answer.Choice switch
        {
            Choices.MarkDone when !comment => Finding.Of("answer-comment-missing", ("choice", answer.Choice)),
            Choices.Done or Choices.NotApplicable or Choices.Defer when !comment && decision.Kind == DecisionKind.Manual => Finding.Of("answer-comment-missing", ("choice", answer.Choice)),
            Choices.Retry when !comment && step is { Repeatable: false } && decision.Kind is DecisionKind.FailedStep or DecisionKind.TimedOut or DecisionKind.UnknownOutcome =>
                Finding.Of("answer-comment-missing", ("choice", answer.Choice)),
            Choices.Quarantine when answer.Nodes.Count == 0 => Finding.Of("answer-nodes-missing"),
            Choices.Quarantine => Unknown("answer-node-unknown", answer.Nodes, decision.Items) ?? Untyped(decision, answer) ?? (comment ? null : Finding.Of("answer-comment-missing", ("choice", answer.Choice))),
            Choices.MoveOut when answer.Items.Count == 0 => Finding.Of("answer-items-missing"),
            Choices.MoveOut or Choices.Done or Choices.NotApplicable or Choices.Defer => Unknown("answer-item-unknown", answer.Items, decision.Items),
            Choices.Continue when answer.From is { } from && runbook.FindPhase(from) is null =>
                Finding.Of("answer-phase-unknown", ("phase", from), ("phases", string.Join(", ", runbook.Phases.Select(p => p.Name)))),
            Choices.Continue when answer.From is null && decision.Items.Count == 0 => Finding.Of("answer-phase-missing"),
            _ => null,
        };
    }

    private static Finding? Untyped(Decision decision, AnswerDecision answer)
    {
        var missing = decision.Items.Where(i => i.MustBeTyped && answer.Nodes.Contains(i.Id) && !answer.Typed.Contains(i.Id)).ToList();
        return missing.Count == 0 ? null : Finding.Of("answer-node-not-typed", ("nodes", string.Join(", ", missing.Select(i => i.Id))), ("because", string.Join("; ", missing.Select(i => i.Text))));
    }

    private static Finding? Unknown(string code, IReadOnlyList<string> named, IReadOnlyList<DecisionItem> offered)
    {
        if (offered.Count == 0)
            return null;
        var unknown = named.Where(n => offered.All(o => o.Id != n)).ToList();
        return unknown.Count == 0 ? null : Finding.Of(code, ("named", string.Join(", ", unknown)), ("offered", string.Join(", ", offered.Select(o => o.Id))));
    }

    private static Finding? TextProblem(string? text) =>
        text is null ? Finding.Of("answer-text-missing")
        : text.Length > 1000 || text.Any(char.IsControl) ? Finding.Of("answer-text-unprintable")
        : null;
}
