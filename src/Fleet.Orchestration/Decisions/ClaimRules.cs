using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration.Decisions;

/// <summary>Whoever takes a question on is the one who answers it, until it is let go of or somebody takes it over. Pure.</summary>
internal static class ClaimRules
{
    /// <returns>The decision as it is then, the same where nothing changes; or why not.</returns>
    public static (Decision? Next, Finding? Refusal) Claim(Decision decision, bool takeOver, string actor, DateTimeOffset now) => decision switch
    {
        { IsOpen: false } => (null, NotOpen(decision)),
        { Claim: { } claim } when claim.By == actor => (decision, null),
        { Claim: not null } when !takeOver => (null, Claimed(decision)),
        _ => (decision with { Claim = new DecisionClaim(actor, now) }, null),
    };

    /// <summary>What one person has taken on is another's from now on.</summary>
    public static (Decision? Next, Finding? Refusal) PassOn(Decision decision, string to, string actor, DateTimeOffset now) => decision switch
    {
        { IsOpen: false } => (null, NotOpen(decision)),
        { Claim: { } claim } when claim.By == actor && to != actor => (decision with { Claim = new DecisionClaim(to, now) }, null),
        _ => (decision, null),
    };

    public static (Decision? Next, Finding? Refusal) LetGo(Decision decision, string actor) => decision switch
    {
        { IsOpen: false } => (null, NotOpen(decision)),
        { Claim: null } => (decision, null),
        { Claim: { } claim } when claim.By != actor => (null, Claimed(decision)),
        _ => (decision with { Claim = null }, null),
    };

    /// <summary>Somebody else has taken it on; null: nobody, or this person.</summary>
    public static Finding? HeldByOther(Decision decision, string actor) => decision.Claim is { } claim && claim.By != actor ? Claimed(decision) : null;

    private static Finding Claimed(Decision decision) => Finding.Of("decision-claimed-by-other", ("decision", decision.Id.ToString("N")), ("by", decision.Claim!.By), ("at", $"{decision.Claim.At:u}"));

    private static Finding NotOpen(Decision decision) => Finding.Of("decision-not-open", ("decision", decision.Id.ToString("N")), ("state", Words.Of(decision.State)));
}
