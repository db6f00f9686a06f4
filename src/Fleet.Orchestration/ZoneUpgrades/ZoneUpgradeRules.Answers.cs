using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;

namespace Fleet.Orchestration.ZoneUpgrades;

internal static partial class ZoneUpgradeRules
{
    /// <summary>A person's answer. The same once more is well; another is refused and names who was first.</summary>
    public static Change<ZoneUpgrade> Answer(ZoneUpgrade row, Guid decisionId, AnswerDecision answer, string actor, ZoneContext context)
    {
        if (row.Decisions.FirstOrDefault(d => d.Id == decisionId) is not { } decision)
            return Change.Refuse(row, Finding.Of("decision-unknown", ("decision", decisionId.ToString("N"))));
        if (decision.State is DecisionState.Withdrawn or DecisionState.Expired)
            return Change.Refuse(row, Finding.Of("decision-not-open", ("decision", decisionId.ToString("N")), ("state", Words.Of(decision.State))));
        if (decision.Answer is { } first)
        {
            return IsSame(first, answer)
                ? Change.Of(row)
                : Change.Refuse(row, Finding.Of("decision-answered", ("decision", decisionId.ToString("N")), ("by", first.By), ("choice", first.Text ?? first.Choice)));
        }

        if (ClaimRules.HeldByOther(decision, actor) is { } held)
            return Change.Refuse(row, held);
        if (answer.Bound is { } bound && AlikeRules.IgnoresFailures(decision, answer.Choice) && AlikeRules.Exceeds(decision, bound) is { } worse)
            return Change.Refuse(row, worse);
        var step = context.Runbook.FindPhase(decision.Phase)?.FindStep(decision.Step);
        if (AnswerCheck.Problem(decision, answer, step, context.Runbook) is { } problem)
            return Change.Refuse(row, problem);

        var draft = new Draft(row, context);
        var given = new DecisionAnswer
        {
            Choice = answer.Choice ?? TextChoice,
            Text = answer.Text,
            Comment = answer.Comment,
            Nodes = answer.Nodes,
            Typed = answer.Typed,
            Items = answer.Items,
            From = answer.From ?? (answer.Choice == Choices.Continue ? decision.Items.FirstOrDefault(i => i.Proposed)?.Id ?? decision.Items.FirstOrDefault()?.Id : null),
            By = actor,
            At = draft.Now,
        };
        Settle(draft, decision, given);
        draft.Include(Advance(draft.Row, context));
        return draft.Done();
    }

    /// <summary>The choice of an answer that is free text.</summary>
    internal const string TextChoice = "text";

    private static bool IsSame(DecisionAnswer first, AnswerDecision again) =>
        first.Choice == (again.Choice ?? TextChoice) && first.Text == again.Text && (again.From is null || first.From == again.From)
        && (again.Nodes.Count == 0 || first.Nodes.SequenceEqual(again.Nodes)) && (again.Items.Count == 0 || first.Items.Count == 0 || first.Items.SequenceEqual(again.Items));

    private static void Settle(Draft draft, Decision decision, DecisionAnswer answer)
    {
        draft.Audit(
            answer.By, "answer-given", ("decision", decision.Id.ToString("N")), ("kind", Words.Of(decision.Kind)), ("step", decision.Step), ("choice", answer.Text ?? answer.Choice),
            ("component", decision.Prompt?.Component), ("comment", answer.Comment), ("nodes", Joined(answer.Nodes)), ("items", Joined(answer.Items)), ("from", answer.From), ("in-advance", answer.InAdvance?.ToString("N")));
        if (decision.Kind == DecisionKind.Manual && answer.Choice != Choices.Fail && decision.Items.Count > 0)
        {
            SettleItems(draft, decision, answer);
            return;
        }

        draft.Replace(decision with { State = DecisionState.Answered, Answer = answer });
        if (decision.Prompt is not null)
        {
            if (answer.Choice == Choices.Abort)
                draft.Row = draft.Row with { OwnAbort = StopMode.Abort, Stance = (Stance)Math.Max((int)draft.Row.Stance, (int)Stance.Abort) };
            return;
        }

        if (draft.Row.Ending is not null)
            SettleWhileEnding(draft, decision, answer);
        else
            SettleStep(draft, decision, answer);
    }

    private static void SettleStep(Draft draft, Decision decision, DecisionAnswer answer)
    {
        var parameters = ChoiceParameters(answer);
        switch (answer.Choice)
        {
            case Choices.Fail:
                draft.HeadFor(AfterFail(decision), decision.Question, answer.By);
                break;
            case Choices.Ignore:
                Ignore(draft, decision, answer);
                break;
            case Choices.MarkDone:
                Close(draft, decision, answer, LedgerState.MarkedDone);
                break;
            case Choices.CheckAgain when draft.Row.Entry(decision.Phase, decision.Step) is { ExecutionId: not null } entry:
                GoAbove(draft, decision.Question);
                LookAgainAt(draft, entry, parameters);
                break;
            // Its end was never told: it is looked at, whatever the choice is called.
            case Choices.Retry when draft.Row.Entry(decision.Phase, decision.Step) is { ExecutionId: not null, State: LedgerState.Started } entry:
                GoAbove(draft, decision.Question);
                LookAgainAt(draft, entry, parameters);
                break;
            // What has run in the lost part of the past has run under this attempt's number: another number would be another run.
            case Choices.Retry or Choices.CheckAgain when decision.Question.Code is FenceFindings.Ahead or FenceFindings.Higher:
                GoAbove(draft, decision.Question);
                break;
            case Choices.Keep when decision.Guard is { } guard:
                Keep(draft, guard, answer);
                Close(draft, decision, answer, LedgerState.Skipped);
                break;
            case Choices.Continue:
                draft.Row = draft.Row with { ContinueFrom = answer.From };
                draft.Reopen(decision.Phase, decision.Step, decision.Attempt, parameters);
                break;
            default:
                if (answer.Choice is Choices.Retry or Choices.CheckAgain)
                    GoAbove(draft, decision.Question);
                draft.Reopen(decision.Phase, decision.Step, decision.Attempt, parameters);
                break;
        }
    }

    /// <summary>The zone is on its way to an end and only its guards are open: whatever does not release keeps.</summary>
    private static void SettleWhileEnding(Draft draft, Decision decision, DecisionAnswer answer)
    {
        var guards = decision.Guard is { } one ? [one] : draft.Row.GuardsInForce.Select(g => g.Name).ToList();
        switch (answer.Choice)
        {
            case Choices.CheckAgain when draft.Row.Entry(decision.Phase, decision.Step) is { ExecutionId: not null } entry:
                GoAbove(draft, decision.Question);
                LookAgainAt(draft, entry, ChoiceParameters(answer));
                draft.Row = draft.Row with { Ending = draft.Row.Ending! with { ReleasedBy = answer.By } };
                break;
            case Choices.Release or Choices.Retry or Choices.CheckAgain or Choices.Quarantine:
                GoAbove(draft, decision.Question);
                if (decision.Phase.Length > 0)
                    draft.Reopen(decision.Phase, decision.Step, decision.Attempt, ChoiceParameters(answer));
                draft.Row = draft.Row with { Ending = draft.Row.Ending! with { ReleasedBy = answer.By } };
                break;
            case Choices.MarkDone:
                Close(draft, decision, answer, LedgerState.MarkedDone);
                foreach (var guard in draft.Row.GuardsInForce.Where(g => guards.Contains(g.Name)).ToList())
                    draft.Put(guard with { Released = true });
                break;
            default:
                if (answer.Choice == Choices.Ignore)
                    Ignore(draft, decision, answer);
                else if (decision.Guard is null && answer.Choice == Choices.Fail)
                    EndWorse(draft, AfterFail(decision), decision.Question, answer.By);
                foreach (var guard in guards)
                    Keep(draft, guard, answer);
                break;
        }
    }

    private static ZoneState AfterFail(Decision decision) => decision.Kind is DecisionKind.UnknownOutcome or DecisionKind.TimedOut ? ZoneState.Unknown : ZoneState.Failed;

    private static void Ignore(Draft draft, Decision decision, DecisionAnswer answer)
    {
        Close(draft, decision, answer, LedgerState.Ignored);
        draft.Owe([new Debt(DebtKind.IgnoredStep, $"{decision.Phase}/{decision.Step}", answer.Comment ?? decision.Question.Code, answer.By)]);
    }

    private static void LookAgainAt(Draft draft, LedgerEntry entry, Dictionary<string, string> parameters) => draft.Put(entry with { State = LedgerState.Started, Parameters = parameters });

    /// <summary>A release that did not succeed makes no end better: what nobody knows is told as unknown, and no success stays over a failure.</summary>
    private static void EndWorse(Draft draft, ZoneState state, Finding question, string by)
    {
        var ending = draft.Row.Ending!;
        if (ending.State == state || (state == ZoneState.Failed && ending.State != ZoneState.Succeeded))
            return;
        draft.Row = draft.Row with { Ending = ending with { State = state, Error = ending.Error ?? question } };
        draft.Audit(by, "zone-ending", ("state", Words.Of(state)));
    }

    private static void SettleItems(Draft draft, Decision decision, DecisionAnswer answer)
    {
        var answers = new Dictionary<string, ItemAnswer>(decision.ItemAnswers);
        foreach (var item in answer.Items.Count > 0 ? answer.Items : decision.Items.Select(i => i.Id).Where(i => !answers.ContainsKey(i)))
            answers[item] = new ItemAnswer(answer.Choice, answer.Comment, answer.By, answer.At);
        var now = decision with { ItemAnswers = answers };
        if (decision.Items.Any(i => !answers.ContainsKey(i.Id)))
        {
            draft.Replace(now);
            return;
        }

        var choices = answers.Values.Select(a => a.Choice).Distinct().ToList();
        var whole = answer with
        {
            Choice = choices is [var only] ? only : Choices.Done,
            Items = [.. decision.Items.Select(i => $"{i.Id}={answers[i.Id].Choice}")],
            Comment = Joined([.. decision.Items.Where(i => answers[i.Id].Comment is not null).Select(i => $"{i.Id}: {answers[i.Id].Comment}")], "; "),
        };
        draft.Replace(now with { State = DecisionState.Answered, Answer = whole });
        draft.Reopen(decision.Phase, decision.Step, decision.Attempt, ChoiceParameters(whole));
    }

    private static void Close(Draft draft, Decision decision, DecisionAnswer answer, LedgerState state)
    {
        draft.Put(draft.EntryOrNew(decision.Phase, decision.Step, decision.Attempt) with { State = state, Parameters = ChoiceParameters(answer) });
        if (draft.Row.Steps.LastOrDefault(s => s.Phase == decision.Phase && s.Step == decision.Step) is { } record)
            Put(draft, record with { SettledAs = answer.Choice, SettledBy = answer.By });
    }

    private static void Keep(Draft draft, string guard, DecisionAnswer answer)
    {
        draft.Row = draft.Row with { KeptGuards = Merge(draft.Row.KeptGuards, new Dictionary<string, string> { [guard] = answer.By }) };
        draft.Owe([new Debt(DebtKind.GuardInForce, guard, answer.Comment ?? answer.Choice, answer.By)]);
        draft.Audit(answer.By, "guard-kept", ("guard", guard), ("comment", answer.Comment));
    }

    /// <summary>The zone refused our epoch or our name: only a person's answer goes above the fence that this person was shown.</summary>
    private static void GoAbove(Draft draft, Finding question)
    {
        if (question.Code is not (FenceFindings.Higher or FenceFindings.Ahead or FenceFindings.ForeignInstallation))
            return;
        var fence = question.Args.TryGetValue(FenceFindings.Fence, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : 0;
        draft.Row = draft.Row with { AboveFence = Math.Max(draft.Row.AboveFence, fence), RecordLost = draft.Row.RecordLost || question.Code != FenceFindings.ForeignInstallation, OverrideFence = draft.Row.OverrideFence || question.Code == FenceFindings.ForeignInstallation };
    }

    private static Dictionary<string, string> ChoiceParameters(string choice, string by) => new() { ["choice"] = choice, ["by"] = by };

    private static Dictionary<string, string> ChoiceParameters(DecisionAnswer answer)
    {
        var parameters = ChoiceParameters(answer.Choice, answer.By);
        if (Joined(answer.Nodes) is { } nodes)
            parameters["nodes"] = nodes;
        if (Joined(answer.Typed) is { } typed)
            parameters["typed"] = typed;
        if (Joined(answer.Items) is { } items)
            parameters["items"] = items;
        if (answer.From is { } from)
            parameters["from"] = from;
        if (answer.Comment is { } comment)
            parameters["comment"] = comment;
        return parameters;
    }

    private static string? Joined(IReadOnlyList<string> values, string separator = ",") => values.Count == 0 ? null : string.Join(separator, values);
}
