using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.ZoneUpgrades;

internal static partial class ZoneUpgradeRules
{
    /// <summary>No zone is finished while a guard is in force, unless someone said that it stays.</summary>
    private static void SettleEnd(Draft draft)
    {
        var row = draft.Row;
        var ending = row.Ending!;
        if (row.GuardsInForce.FirstOrDefault(g => !row.KeptGuards.ContainsKey(g.Name)) is not { } guard)
        {
            Finish(draft, ending);
            return;
        }

        if (row.Decisions.Any(d => d.AwaitsPerson))
        {
            draft.Row = row with { State = ZoneState.Held, Work = Work.None };
            return;
        }

        if (draft.Context.Taken)
        {
            // A person works there: what is to be released waits until the zone is returned.
            draft.Row = row with { State = ZoneState.Running, Work = Work.None };
            return;
        }

        var release = ReleaseOf(draft.Context.Runbook, guard.Name);
        // The release's own end is not known, and its worker was lost before it asked: a person is asked what is to become of the guard.
        if (release is { } begun && row.Phase == begun.Phase.Name && row.Entry(begun.Phase.Name, begun.Step.Name) is { } entered && IsEndUnknown(entered))
            ending = ending with { ReleasedBy = null, ReleaseTried = true };
        var by = ending.ReleasedBy ?? (MayReleaseByItself(row, draft.Context.Runbook, ending) ? Actors.GuardPolicy : null);
        if (by is null || release is not { } r)
        {
            AskAboutGuard(draft, guard, release?.Phase.Name ?? row.Phase ?? string.Empty, release?.Step.Name ?? guard.Name);
            return;
        }

        if (row.Phase != r.Phase.Name || ending.ReleasedBy is null)
        {
            draft.Row = draft.Row with { Phase = r.Phase.Name, Step = null, Attempt = null, Progress = null, Since = draft.Now };
            if (ending.ReleasedBy is null)
                draft.Audit(by, "guard-release", ("guard", guard.Name));
        }

        // Without a choice: what stands in the way of a release is overruled by a person only.
        if (row.Entry(r.Phase.Name, r.Step.Name) is { State: not (LedgerState.Open or LedgerState.Started) } entry)
            draft.Reopen(r.Phase.Name, r.Step.Name, entry.Attempt, new Dictionary<string, string> { ["by"] = by });
        draft.Row = draft.Row with { Ending = ending with { ReleasedBy = by }, State = ZoneState.Running, Work = Work.Wanted };
    }

    /// <summary>A guard that stayed in force at the end is taken away by a person's word. The zone is as it ended before, once it is; what stands in the way is asked about.</summary>
    public static Change<ZoneUpgrade> ReleaseGuard(ZoneUpgrade row, string guard, string? comment, string actor, ZoneContext context)
    {
        if (row.GuardsInForce.All(g => g.Name != guard))
            return Change.Refuse(row, Finding.Of("guard-not-found", ("zone", row.Zone), ("guard", guard)));
        if (row is { IsEnded: false, Ending.ReleasedBy: not null })
            return Change.Of(row);
        if (row.Decisions.FirstOrDefault(d => d.AwaitsPerson && (d.Kind == DecisionKind.Guard || d.Guard == guard)) is { } asked)
            return Change.Refuse(row, Finding.Of("guard-is-asked", ("zone", row.Zone), ("decision", asked.Id.ToString("N"))));
        if (!row.IsEnded)
            return Change.Refuse(row, Finding.Of("guard-zone-at-work", ("zone", row.Zone)));
        if (context.Taken)
            return Change.Refuse(row, Finding.Of("guard-zone-taken", ("zone", row.Zone), ("guard", guard)));
        if (ReleaseOf(context.Runbook, guard) is not { } release)
            return Change.Refuse(row, Finding.Of("guard-without-release", ("guard", guard)));
        var draft = new Draft(row with
        {
            State = ZoneState.Running,
            EndedAt = null,
            Ending = new Ending(row.State, row.Error, ReleasedBy: actor),
            KeptGuards = row.KeptGuards.Where(k => k.Key != guard).ToDictionary(k => k.Key, k => k.Value),
            Phase = release.Phase.Name,
            Step = null,
            Attempt = null,
            Since = context.Now,
        }, context);
        draft.Audit(actor, "guard-release", ("guard", guard), ("comment", comment));
        var parameters = ChoiceParameters(Choices.Release, actor);
        if (comment is not null)
            parameters["comment"] = comment;
        draft.Reopen(release.Phase.Name, release.Step.Name, 0, parameters);
        draft.Include(Advance(draft.Row, context));
        return draft.Done();
    }

    private static void Finish(Draft draft, Ending ending)
    {
        if (draft.Row.Errand is { } errand)
        {
            FinishErrand(draft, errand);
            return;
        }

        draft.Withdraw(_ => true, "ending");
        draft.Row = draft.Row with
        {
            State = ending.State,
            Error = ending.Error,
            EndedAt = draft.Now,
            Work = Work.None,
            Stop = null,
            Step = ending.State == ZoneState.Succeeded ? null : draft.Row.Step,
            Progress = null,
        };
        if (ending.State is ZoneState.Failed or ZoneState.Unknown)
            draft.CountAsFailure(true);
        else if (ending.State == ZoneState.Succeeded)
            draft.CountAsFailure(false);
        draft.Audit(Actors.Coordinator, "zone-ended", ("state", Words.Of(ending.State)), ("error", ending.Error?.Code));
    }

    private static void AskAboutGuard(Draft draft, GuardState guard, string phase, string step)
    {
        draft.Open(
            DecisionKind.Guard,
            phase,
            step,
            draft.Row.Entry(phase, step)?.Attempt ?? 1,
            Finding.Of("guard-in-force", ("guard", guard.Name), ("nodes", string.Join(',', guard.Nodes)), ("zone", draft.Row.Zone), ("state", Words.Of(draft.Row.Ending?.State ?? ZoneState.Running))),
            [Choices.Release, Choices.Keep],
            $"guard:{guard.Name}",
            d => d with { Default = Choices.Keep, Guard = guard.Name });
        draft.Row = draft.Row with { State = ZoneState.Held, Work = Work.None };
    }

    /// <summary>A phase that releases is entered without asking only after verify succeeded, or where no package step has begun.</summary>
    private static (GuardState Guard, Step Step)? GuardToAskAbout(ZoneUpgrade row, Runbook runbook, Phase phase)
    {
        foreach (var step in phase.Steps.Where(IsRelease))
        {
            var entry = row.Entry(phase.Name, step.Name);
            var settled = entry is not null && (entry.State != LedgerState.Open || entry.Parameters.ContainsKey("choice"));
            if (!settled && row.GuardsInForce.FirstOrDefault(g => g.Name == step.Guard) is { } guard && PackagesBegun(row, runbook) && !Verified(row, runbook, phase))
                return (guard, step);
        }

        return null;
    }

    private static bool MayReleaseByItself(ZoneUpgrade row, Runbook runbook, Ending ending) =>
        !ending.ReleaseTried && row.Errand is null && !PackagesBegun(row, runbook) && !row.Ledger.Any(IsUnresolved);

    private static bool IsUnresolved(LedgerEntry entry) =>
        entry.ExecutionId is not null && entry.State is LedgerState.Started or LedgerState.Unknown or LedgerState.TimedOut;

    internal static bool PackagesBegun(ZoneUpgrade row, Runbook runbook) =>
        runbook.Phases.Any(p => p.Steps.Any(s => s.UpgradesPackages
            && (row.PhasesDone.Contains(p.Name) || row.Entry(p.Name, s.Name) is { State: not LedgerState.Skipped })));

    private static bool Verified(ZoneUpgrade row, Runbook runbook, Phase release)
    {
        var between = runbook.Phases.TakeWhile(p => p.Name != release.Name).Reverse().TakeWhile(p => !p.Steps.Any(s => s.UpgradesPackages)).ToList();
        return between.Count > 0 && between.All(p => row.PhasesDone.Contains(p.Name)
            && row.Ledger.Any(e => e.Phase == p.Name)
            && row.Ledger.Where(e => e.Phase == p.Name).All(e => e.State is LedgerState.Succeeded || (e.State is LedgerState.Skipped && !e.Parameters.ContainsKey("choice"))));
    }

    private static bool IsRelease(Step step) => step is { Kind: "release-guard", Guard: not null };

    private static (Phase Phase, Step Step)? ReleaseOf(Runbook runbook, string guard)
    {
        // One that an errand left in force is taken away as the upgrade's own is.
        foreach (var phase in runbook.Phases)
        {
            if (phase.Steps.FirstOrDefault(s => IsRelease(s) && s.Guard == guard) is { } step)
                return (phase, step);
        }

        return null;
    }
}
