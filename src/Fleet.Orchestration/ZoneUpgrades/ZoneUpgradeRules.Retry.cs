using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Planning;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.ZoneUpgrades;

internal static partial class ZoneUpgradeRules
{
    /// <summary>A zone that ended otherwise than well is to go on: at the first phase that is not done, or again from a phase. It waits for the rollout's start.</summary>
    public static Change<ZoneUpgrade> Retry(ZoneUpgrade row, string? from, string? comment, string actor, ZoneContext context)
    {
        if (!row.IsEnded || row.State == ZoneState.Succeeded)
            return Change.Refuse(row, Finding.Of("zone-not-retryable", ("zone", row.Zone), ("state", Words.Of(row.State))));
        var names = context.Runbook.Phases.Select(p => p.Name).ToList();
        if (from is not null && !names.Contains(from))
            return Change.Refuse(row, Finding.Of("answer-phase-unknown", ("phase", from), ("phases", string.Join(", ", names))));

        var draft = new Draft(row, context);
        var start = from ?? context.Runbook.Phases.FirstOrDefault(p => !row.PhasesDone.Contains(p.Name) && Conditions.Holds(p.When, context.Traits, row.Facts))?.Name;
        if (string.IsNullOrWhiteSpace(comment) && RunsAgain(row, context.Runbook, start is null ? [] : names.SkipWhile(n => n != start).ToHashSet(), everything: from is not null))
            return Change.Refuse(row, Finding.Of("answer-comment-missing", ("choice", Choices.Retry)));
        draft.Audit(actor, "zone-retry", ("from", start), ("comment", comment));
        var parameters = ChoiceParameters(Choices.Retry, actor);
        if (comment is not null)
            parameters["comment"] = comment;
        draft.Row = row with
        {
            State = ZoneState.Waiting,
            Work = Work.None,
            Phase = null,
            PhasesDone = from is null ? row.PhasesDone : [.. names.TakeWhile(n => n != from)],
            Ending = null,
            EndedAt = null,
            Error = null,
            OwnAbort = null,
            Stop = null,
            ReachedUntil = null,
            ContinueFrom = null,
            KeptGuards = new Dictionary<string, string>(),
            Step = null,
            Attempt = null,
        };
        Reopen(draft, start is null ? [] : names.SkipWhile(n => n != start).ToHashSet(), everything: from is not null, parameters);
        SetGuardsAgain(draft, parameters);
        return draft.Done();
    }

    /// <summary>A step that is not repeatable, and was begun, would be run again: who wants that says why.</summary>
    private static bool RunsAgain(ZoneUpgrade row, Runbook runbook, HashSet<string> phases, bool everything) => row.Ledger.Any(e =>
        phases.Contains(e.Phase) && e.ExecutionId is not null && !IsUnresolved(e) && (everything || e.State is not (LedgerState.Succeeded or LedgerState.MarkedDone))
        && runbook.FindPhase(e.Phase)?.FindStep(e.Step) is { Repeatable: false } step && !IsRelease(step));

    private static void Reopen(Draft draft, HashSet<string> phases, bool everything, IReadOnlyDictionary<string, string> parameters)
    {
        foreach (var entry in draft.Row.Ledger.Where(e => phases.Contains(e.Phase)).ToList())
        {
            var release = draft.Context.Runbook.FindPhase(entry.Phase)?.FindStep(entry.Step) is { } step && IsRelease(step);
            // An execution that was never resolved is looked after, not run again.
            if (IsUnresolved(entry))
                draft.Put(entry with { State = LedgerState.Started, Parameters = parameters });
            // What its condition passed over is not wanted by anybody: the condition decides again.
            else if (entry.State == LedgerState.Skipped && !entry.Parameters.ContainsKey("choice"))
                draft.Reopen(entry.Phase, entry.Step, entry.Attempt, new Dictionary<string, string> { [LedgerEntry.Anew] = "true" });
            else if (everything || release || entry.State is not (LedgerState.Succeeded or LedgerState.MarkedDone))
                draft.Reopen(entry.Phase, entry.Step, entry.Attempt, release ? new Dictionary<string, string>() : parameters);
        }
    }

    /// <summary>A guard that the end released is set again before a phase that needs it.</summary>
    private static void SetGuardsAgain(Draft draft, IReadOnlyDictionary<string, string> parameters)
    {
        var phases = draft.Context.Runbook.Phases;
        foreach (var guard in draft.Row.Guards.Where(g => g.Released))
        {
            var needed = phases.Any(p => !draft.Row.PhasesDone.Contains(p.Name) && p.Steps.Any(s => s.NeedsGuards.Contains(guard.Name)));
            var setting = phases.FirstOrDefault(p => p.Steps.Any(s => s.Guard == guard.Name && !IsRelease(s)));
            if (!needed || setting is null)
                continue;
            // The phase may have ended early, behind the step that set it.
            draft.Row = draft.Row with { PhasesDone = [.. draft.Row.PhasesDone.Where(p => p != setting.Name)] };
            foreach (var step in setting.Steps.Where(s => s.Guard == guard.Name && !IsRelease(s) && draft.Row.Entry(setting.Name, s.Name) is { State: not LedgerState.Open }))
                draft.Reopen(setting.Name, step.Name, 0, parameters);
        }
    }
}
