using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.ZoneUpgrades;

internal static partial class ZoneUpgradeRules
{
    private static void Apply(Draft draft, PromptRaised report)
    {
        draft.Row = draft.Row with { Step = report.Step, Attempt = report.Attempt };
        if (draft.Row.Entry(report.Phase, report.Step) is { } entry)
            draft.Put(entry with { OpenPromptOffset = report.Offset });
        draft.Withdraw(d => d.Prompt is { } p && (p.ExecutionId != report.ExecutionId || p.Offset != report.Offset), "prompt-gone");
        if (draft.Row.Decisions.FirstOrDefault(d => IsAt(d, report.ExecutionId, report.Offset)) is { } known)
        {
            // Another worker sees the same prompt: the question and its answer stay what they are; an answer is owed once more.
            draft.Replace(known with { State = known.Answer is null ? DecisionState.Open : DecisionState.Answered, Prompt = known.Prompt! with { Delivered = null } });
            return;
        }

        var rule = draft.Context.Runbook.FindPhase(report.Phase)?.FindStep(report.Step)?.Prompts.FirstOrDefault(r => r.Name == report.Rule);
        draft.Open(
            DecisionKind.Prompt,
            report.Phase,
            report.Step,
            report.Attempt,
            Finding.Of(
                report.Rule is null ? "prompt-unrecognized" : report.FailedNodes.Count > 0 ? "prompt-failed-nodes" : "prompt",
                ("text", report.Text), ("component", report.Component ?? string.Empty), ("nodes", string.Join(',', report.FailedNodes))).WithLines(report.Context),
            rule is null ? [Choices.Abort] : [.. rule.Choices, Choices.Abort],
            report.Fingerprint,
            d => d with
            {
                Prompt = new OpenPrompt
                {
                    ExecutionId = report.ExecutionId,
                    Offset = report.Offset,
                    Rule = rule?.Name,
                    Text = report.Text,
                    Component = report.Component,
                    SafePoint = report.SafePoint,
                    FailedNodes = report.FailedNodes,
                    Nodes = report.Nodes,
                    Ignores = rule?.FailedNodes == true,
                    Context = report.Context,
                    Policy = PolicyFor(rule, report.Component, draft.Context.Traits),
                },
            });
    }

    /// <summary>Who answers by itself: the zone's own word on a component goes before the runbook's rule.</summary>
    internal static PolicyAnswer? PolicyFor(PromptRule? rule, string? component, ZoneTraits traits)
    {
        if (rule is null)
            return null;
        if (rule.Component && component is not null && ComponentPolicy(component, traits) is { } own)
        {
            return own switch
            {
                "yes" => new PolicyAnswer(Choices.Yes, Actors.ComponentPolicy),
                "skip" => new PolicyAnswer(Choices.No, Actors.ComponentPolicy),
                _ => null,
            };
        }

        return rule is { Policy: PromptPolicy.Answer, Answer: { } answer } ? new PolicyAnswer(answer, Actors.Policy(rule.Name)) : null;
    }

    private static string? ComponentPolicy(string component, ZoneTraits traits) =>
        traits.Components.GetValueOrDefault(component) ?? traits.Components.GetValueOrDefault(component.Split('/')[0]);

    /// <summary>Policies answer at once, but not at a safe point where the zone was asked to stop.</summary>
    private static void ApplyPolicies(Draft draft)
    {
        foreach (var decision in draft.Row.Decisions.Where(d => d.AwaitsPolicy).ToList())
        {
            var prompt = decision.Prompt!;
            if (!MayAnswer(draft.Row, prompt))
                continue;
            Settle(draft, decision, new DecisionAnswer { Choice = prompt.Policy!.Answer, By = prompt.Policy.Actor, At = draft.Now });
        }
    }

    /// <summary>A prompt that is no safe point is answered while paused and while aborted too: the script is in mid-work there, and goes on to the next safe point.</summary>
    internal static bool MayAnswer(ZoneUpgrade row, OpenPrompt prompt) => row.Stance == Stance.Go || (row.Stance is Stance.Pause or Stance.Abort && !prompt.SafePoint);

    private static void Apply(Draft draft, PromptAnswered report)
    {
        if (draft.Row.Decisions.FirstOrDefault(d => d.Id == report.DecisionId) is not { Prompt: { Delivered: null } prompt, Answer: { } answer } decision)
            return;
        var applied = report.Result is AnswerResult.Applied or AnswerResult.Unknown;
        draft.Replace(decision with { State = applied ? DecisionState.Answered : DecisionState.Withdrawn, Prompt = prompt with { Delivered = report.Result } });
        draft.Audit(Actors.Worker(report.WorkerId), "answer-delivered", ("decision", decision.Id.ToString("N")), ("result", Words.Of(report.Result)));
        if (draft.Row.Entry(decision.Phase, decision.Step) is { OpenPromptOffset: { } offset } entry && offset == report.Offset)
            draft.Put(entry with { OpenPromptOffset = null });
        if (!applied)
            return;
        if (prompt is { Component: { } component, Ignores: false, FailedNodes.Count: 0 } && answer.Choice == Choices.No)
        {
            if (!draft.Row.Skipped.Any(s => s.Component == component))
                draft.Row = draft.Row with { Skipped = [.. draft.Row.Skipped, new SkippedComponent(component, answer.By)] };
            draft.Owe([new Debt(DebtKind.SkippedComponent, component, answer.Comment ?? "answered no", answer.By)]);
        }

        if (answer.Choice == Choices.Yes)
            draft.Owe(prompt.FailedNodes.Select(n => new Debt(DebtKind.IgnoredNode, prompt.Component is { } of ? $"{n}: {of}" : n, "update-failed", answer.By)));
    }

    private static void Apply(Draft draft, PromptWithdrawn report)
    {
        foreach (var decision in draft.Row.Decisions.Where(d => IsAt(d, report.ExecutionId, report.Offset) && d.Prompt!.Delivered is null && d.State != DecisionState.Withdrawn).ToList())
        {
            draft.Replace(decision with { State = DecisionState.Withdrawn, Prompt = decision.Prompt! with { Delivered = AnswerResult.Withdrawn } });
            draft.Audit(Actors.Worker(report.WorkerId), "decision-withdrawn", ("decision", decision.Id.ToString("N")), ("because", "prompt-gone"));
        }

        if (draft.Row.Ledger.FirstOrDefault(e => e.ExecutionId == report.ExecutionId && e.OpenPromptOffset == report.Offset) is { } entry)
            draft.Put(entry with { OpenPromptOffset = null });
    }

    private static bool IsAt(Decision decision, string executionId, long offset) => decision.Prompt is { } p && p.ExecutionId == executionId && p.Offset == offset;
}
