using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Guards;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>A row on its way to the next one, with the audit entries that go with it. Lives within one rule.</summary>
internal sealed class Draft(ZoneUpgrade row, ZoneContext context)
{
    private readonly List<AuditEntry> _audit = [];

    public ZoneUpgrade Row { get; set; } = row;
    public ZoneContext Context { get; } = context;
    public DateTimeOffset Now => Context.Now;

    public Change<ZoneUpgrade> Done(ReportReply reply = ReportReply.None) => Change.Of(Row, _audit) with { Reply = reply };

    public void Audit(string actor, string code, params ReadOnlySpan<(string Name, string? Value)> args)
    {
        var named = new Dictionary<string, string>(args.Length);
        foreach (var (name, value) in args)
        {
            if (value is not null)
                named[name] = value;
        }

        _audit.Add(new AuditEntry { Actor = actor, Code = code, Args = named, Zone = Row.Zone, ZoneUpgradeId = Row.Id, RolloutId = Row.RolloutId });
    }

    public void Include(Change<ZoneUpgrade> change)
    {
        Row = change.Row;
        _audit.AddRange(change.Audit);
    }

    public Decision Open(DecisionKind kind, string phase, string step, int attempt, Finding question, IReadOnlyList<string> choices, string fingerprint, Func<Decision, Decision>? more = null)
    {
        var decision = new Decision
        {
            Id = Decision.IdFor(Row.Id, Row.Decisions.Count),
            Kind = kind,
            Phase = phase,
            Step = step,
            Attempt = attempt,
            Question = question,
            Choices = choices,
            Fingerprint = fingerprint,
            AskedAt = Now,
        };
        decision = more?.Invoke(decision) ?? decision;
        if (Context.Unanswered is { } limit && MayExpire(decision))
            decision = decision with { ExpiresAt = Now + limit };
        Row = Row with { Decisions = [.. Row.Decisions, decision] };
        Audit(Actors.Coordinator, "decision-opened", ("decision", decision.Id.ToString("N")), ("kind", Words.Of(kind)), ("step", step));
        return decision;
    }

    /// <summary>
    /// A guard is never decided by the passing of time, and on the way to an end nothing else is asked. A script in mid-work is not cancelled at its question either. What is asked after the upgrade
    /// is no longer the rollout's: nothing waits behind it.
    /// </summary>
    private bool MayExpire(Decision decision) =>
        decision.AwaitsPerson && decision.Kind != DecisionKind.Guard && Row is { Ending: null, Errand: null } && decision.Prompt is null or { SafePoint: true } or { Rule: null };

    public void Replace(Decision decision) => Row = Row with { Decisions = [.. Row.Decisions.Select(d => d.Id == decision.Id ? decision : d)] };

    public void Withdraw(Func<Decision, bool> which, string because)
    {
        foreach (var decision in Row.Decisions.Where(d => d.IsOpen && which(d)).ToList())
        {
            Replace(decision with { State = DecisionState.Withdrawn });
            Audit(Actors.Coordinator, "decision-withdrawn", ("decision", decision.Id.ToString("N")), ("because", because));
        }
    }

    public LedgerEntry EntryOrNew(string phase, string step, int attempt) =>
        Row.Entry(phase, step) ?? new LedgerEntry { Phase = phase, Step = step, Attempt = attempt, State = LedgerState.Open };

    public void Put(LedgerEntry entry)
    {
        var known = Row.Entry(entry.Phase, entry.Step) is not null;
        Row = Row with { Ledger = known ? [.. Row.Ledger.Select(e => e.Phase == entry.Phase && e.Step == entry.Step ? entry : e)] : [.. Row.Ledger, entry] };
    }

    /// <summary>The step is to be run again as a new attempt, with what people chose.</summary>
    public void Reopen(string phase, string step, int attempt, IReadOnlyDictionary<string, string> parameters)
    {
        var known = Row.Entry(phase, step);
        Put(new LedgerEntry { Phase = phase, Step = step, Attempt = Math.Max(known?.Attempt ?? 0, attempt) + 1, State = LedgerState.Open, Parameters = parameters });
    }

    public void Put(GuardState guard)
    {
        var known = Row.Guards.FirstOrDefault(g => g.Name == guard.Name);
        guard = guard with { Watch = WatchRules.Merge(known?.Watch, guard.Watch, Now) };
        Row = Row with { Guards = known is not null ? [.. Row.Guards.Select(g => g.Name == guard.Name ? guard : g)] : [.. Row.Guards, guard] };
    }

    public void Owe(IEnumerable<Debt> debts)
    {
        // The worker and the answer tell of the same node; it is one debt.
        var fresh = debts.Where(d => !Row.Debts.Any(known => known == d || (d.Kind == DebtKind.IgnoredNode && known.Kind == d.Kind && known.What == d.What))).Distinct().ToList();
        if (fresh.Count > 0)
            Row = Row with { Debts = [.. Row.Debts, .. fresh] };
    }

    public void CountAsFailure(bool counts)
    {
        if (Row.CountsAsFailure == counts)
            return;
        Row = Row with { CountsAsFailure = counts };
        Audit(Actors.Coordinator, counts ? "failure-counted" : "failure-uncounted");
    }

    /// <summary>Heads for an end; what is asked is no longer asked.</summary>
    public void HeadFor(ZoneState state, Finding? error, string actor)
    {
        // However an errand ends, the zone was upgraded.
        if (Row.Errand is not null)
            (state, error) = (ZoneState.Succeeded, null);
        Row = Row with { Ending = new Ending(state, error) };
        Withdraw(_ => true, "ending");
        Audit(actor, "zone-ending", ("state", Words.Of(state)));
    }
}
