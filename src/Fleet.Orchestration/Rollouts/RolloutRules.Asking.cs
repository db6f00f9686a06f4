using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Decisions;

namespace Fleet.Orchestration.Rollouts;

/// <summary>What people do with questions beside answering them: take on those about waves, and answer in advance what zones will ask.</summary>
internal static partial class RolloutRules
{
    public static Change<Rollout> Claim(Rollout row, Guid decisionId, bool takeOver, string actor, DateTimeOffset now) =>
        Claim(row, decisionId, d => ClaimRules.Claim(d, takeOver, actor, now), before => Entry(row, actor, "decision-claimed", ("decision", decisionId.ToString("N")), ("was", before.Claim?.By)));

    public static Change<Rollout> PassOn(Rollout row, Guid decisionId, string to, string actor, DateTimeOffset now) =>
        Claim(row, decisionId, d => ClaimRules.PassOn(d, to, actor, now), _ => Entry(row, actor, "decision-passed-on", ("decision", decisionId.ToString("N")), ("to", to)));

    public static Change<Rollout> LetGo(Rollout row, Guid decisionId, string actor) =>
        Claim(row, decisionId, d => ClaimRules.LetGo(d, actor), _ => Entry(row, actor, "decision-let-go", ("decision", decisionId.ToString("N"))));

    /// <summary>From now on; the newest answer to a question is the one that counts.</summary>
    public static Change<Rollout> AnswerInAdvance(Rollout row, AdvanceAnswer answer)
    {
        if (row.IsEnded || row.State == RolloutState.Aborting)
            return Refuse(row);
        if (row.AnswersInAdvance.FirstOrDefault(s => s.Fingerprint == answer.Fingerprint && s.Kind == answer.Kind) is { } known && known.Choice == answer.Choice)
            return Change.Of(row);
        return Change.Of(
            row with { AnswersInAdvance = [.. row.AnswersInAdvance.Where(s => s.Fingerprint != answer.Fingerprint || s.Kind != answer.Kind), answer] },
            Entry(row, answer.By, "answer-in-advance", ("decision", answer.Decision.ToString("N")), ("kind", Words.Of(answer.Kind)), ("choice", answer.Choice), ("fingerprint", answer.Fingerprint), ("comment", answer.Comment)));
    }

    /// <summary>What asks the same from now on is asked again; what was answered stays so.</summary>
    public static Change<Rollout> TakeBackAnswer(Rollout row, string fingerprint, string? comment, string actor) =>
        row.AnswersInAdvance.All(s => s.Fingerprint != fingerprint)
            ? Change.Of(row)
            : Change.Of(row with { AnswersInAdvance = [.. row.AnswersInAdvance.Where(s => s.Fingerprint != fingerprint)] }, Entry(row, actor, "answer-taken-back", ("fingerprint", fingerprint), ("comment", comment)));

    private static Change<Rollout> Claim(Rollout row, Guid decisionId, Func<Decision, (Decision? Next, Finding? Refusal)> claim, Func<Decision, AuditEntry> audit)
    {
        // Several people answer it, each for themselves.
        if (row.Approval?.Id == decisionId)
            return Change.Refuse(row, Finding.Of("approval-not-claimed", ("rollout", row.Name)));
        if (row.Waves.FirstOrDefault(w => w.Decision?.Id == decisionId) is not { Decision: { } decision } wave)
            return Change.Refuse(row, Finding.Of("decision-unknown", ("decision", decisionId.ToString("N"))));
        var (next, refusal) = claim(decision);
        if (refusal is not null)
            return Change.Refuse(row, refusal);
        return ReferenceEquals(next, decision) ? Change.Of(row) : Change.Of(row.With(wave with { Decision = next }), audit(decision));
    }
}
