using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>What becomes of an open question before anybody answers it: it is taken on, answered in advance, or it expires.</summary>
internal static partial class ZoneUpgradeRules
{
    public static Change<ZoneUpgrade> Claim(ZoneUpgrade row, Guid decisionId, bool takeOver, string actor, ZoneContext context) =>
        Claim(row, decisionId, context, d => ClaimRules.Claim(d, takeOver, actor, context.Now), (draft, before) => draft.Audit(actor, "decision-claimed", ("decision", decisionId.ToString("N")), ("step", before.Step), ("was", before.Claim?.By)));

    public static Change<ZoneUpgrade> PassOn(ZoneUpgrade row, Guid decisionId, string to, string actor, ZoneContext context) =>
        Claim(row, decisionId, context, d => ClaimRules.PassOn(d, to, actor, context.Now), (draft, before) => draft.Audit(actor, "decision-passed-on", ("decision", decisionId.ToString("N")), ("step", before.Step), ("to", to)));

    public static Change<ZoneUpgrade> LetGo(ZoneUpgrade row, Guid decisionId, string actor, ZoneContext context) =>
        Claim(row, decisionId, context, d => ClaimRules.LetGo(d, actor), (draft, before) => draft.Audit(actor, "decision-let-go", ("decision", decisionId.ToString("N")), ("step", before.Step)));

    private static Change<ZoneUpgrade> Claim(ZoneUpgrade row, Guid decisionId, ZoneContext context, Func<Decision, (Decision? Next, Finding? Refusal)> claim, Action<Draft, Decision> audit)
    {
        if (row.Decisions.FirstOrDefault(d => d.Id == decisionId) is not { } decision)
            return Change.Refuse(row, Finding.Of("decision-unknown", ("decision", decisionId.ToString("N"))));
        var (next, refusal) = claim(decision);
        if (refusal is not null)
            return Change.Refuse(row, refusal);
        if (ReferenceEquals(next, decision))
            return Change.Of(row);
        var draft = new Draft(row, context);
        draft.Replace(next!);
        audit(draft, decision);
        return draft.Done();
    }

    /// <summary>What was answered in advance takes that answer as soon as it may: like a policy's, not at a safe point where the zone was asked to stop.</summary>
    private static void ApplyInAdvance(Draft draft)
    {
        if (draft.Context.AnswersInAdvance.Count == 0)
            return;
        foreach (var decision in draft.Row.Decisions.Where(d => d.AwaitsPerson).ToList())
        {
            if (draft.Row.Stance >= Stance.Abort || draft.Row.Ending is not null || (decision.Prompt is { } prompt && !MayAnswer(draft.Row, prompt)))
                continue;
            if (AlikeRules.Fitting(decision, draft.Context.AnswersInAdvance, [.. draft.Row.Decisions.Where(d => d.Id != decision.Id)]) is not { } given)
                continue;
            var step = draft.Context.Runbook.FindPhase(decision.Phase)?.FindStep(decision.Step);
            if (AnswerCheck.Problem(decision, new AnswerDecision { Choice = given.Choice, Comment = given.Comment }, step, draft.Context.Runbook) is null)
                Settle(draft, decision, new DecisionAnswer { Choice = given.Choice, Comment = given.Comment, By = given.By, At = draft.Now, InAdvance = given.Decision });
        }
    }

    /// <summary>Where the strategy says so, a question that nobody has answered in time ends the zone as failed; a script that waits at it is cancelled there. Never does time ignore anything.</summary>
    private static void Expire(Draft draft)
    {
        foreach (var decision in draft.Row.Decisions.Where(d => d.AwaitsPerson && d.ExpiresAt <= draft.Now).ToList())
        {
            if (draft.Row.Ending is not null || draft.Row.Stance >= Stance.Abort)
                return;
            draft.Replace(decision with { State = DecisionState.Expired });
            draft.Audit(Actors.Coordinator, "decision-expired", ("decision", decision.Id.ToString("N")), ("kind", Words.Of(decision.Kind)), ("step", decision.Step));
            draft.CountAsFailure(true);
            if (decision.Prompt is null)
                draft.HeadFor(AfterFail(decision), decision.Question, Actors.Coordinator);
            else
                draft.Row = draft.Row with { OwnAbort = StopMode.Abort, Stance = Stance.Abort };
        }
    }
}
