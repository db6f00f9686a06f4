using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Planning;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>Every decision about one zone's upgrade. Pure and total: each message has an answer in each state.</summary>
internal static partial class ZoneUpgradeRules
{
    /// <summary>What follows from the row as it stands: start, next phase, stop, policies, end. Every other rule ends with this; alone it is the answer to "look again".</summary>
    public static Change<ZoneUpgrade> Advance(ZoneUpgrade row, ZoneContext context)
    {
        var draft = new Draft(row, context);
        if (!row.IsEnded)
        {
            Look(draft, ClosedNow(row, context));
            draft.Row = draft.Row with { Stance = StanceOf(draft.Row, context) };
            Advance(draft);
            Stand(draft);
            KeepTime(draft);
        }

        return draft.Done();
    }

    internal static Stance StanceOf(ZoneUpgrade row, ZoneContext context)
    {
        var own = row.OwnAbort switch { StopMode.Abort => Stance.Abort, StopMode.AbortNow => Stance.AbortNow, _ => Stance.Go };
        var zone = context.Taken || row.Closed is not null ? Stance.Pause : Stance.Go;
        // An errand is none of its rollout's, which has ended long ago.
        return (Stance)Math.Max((int)own, Math.Max((int)zone, row.Errand is null ? (int)context.Rollout : (int)Stance.Go));
    }

    /// <summary>Of the phase that it is in; between phases, of the next one.</summary>
    private static Finding? ClosedNow(ZoneUpgrade row, ZoneContext context)
    {
        if (row is not { State: ZoneState.Running or ZoneState.Held, Ending: null })
            return null;
        if (row.Phase is { } phase && !row.PhasesDone.Contains(phase))
            return context.ClosedFor(phase, HasBegun(row, phase));
        var next = context.Runbook.FindPhase(row.ContinueFrom ?? "") ?? FirstOpen(row, context);
        return next is null || IsBehind(context.Runbook, next, context.Until) ? null : context.ClosedFor(next.Name, HasBegun(row, next.Name));
    }

    /// <summary>Something of it was tried, or is out to be: how long the rest takes nobody knows.</summary>
    internal static bool HasBegun(ZoneUpgrade row, string phase) => row.Phase == phase && row.IsDispatched || row.Ledger.Any(e => e.Phase == phase) || row.Steps.Any(s => s.Phase == phase);

    /// <summary>What runs when a window closes goes on to its next safe point; somebody should know.</summary>
    private static void Look(Draft draft, Finding? closed)
    {
        if (closed?.Code == draft.Row.Closed?.Code)
            return;
        if (closed is null)
            draft.Audit(Actors.Coordinator, "zone-window-open", ("phase", draft.Row.Phase));
        else if (closed.Code == CalendarRules.TooShortCode)
            draft.Audit(Actors.Coordinator, "zone-window-too-short", ("phase", closed.Args["phase"]), ("expected", closed.Args["expected"]), ("closes", closed.Args["closes"]));
        else
            draft.Audit(Actors.Coordinator, "zone-window-closed", ("phase", draft.Row.Phase), ("because", closed.Code), ("freeze", closed.Args.GetValueOrDefault("freeze")));
        draft.Row = draft.Row with { Closed = closed };
    }

    private static void Advance(Draft draft)
    {
        var row = draft.Row;
        if (row.State == ZoneState.Waiting && row.Ending is null && row.Stance < Stance.Abort && !Begin(draft))
            return;
        ApplyPolicies(draft);
        ApplyInAdvance(draft);
        Expire(draft);
        if (draft.Row.IsDispatched && !Steer(draft))
            return;
        if (draft.Row.Stance >= Stance.Abort && draft.Row.Ending is null && !Abort(draft))
            return;
        if (draft.Row.Ending is not null)
            SettleEnd(draft);
        else if (draft.Row.Decisions.Any(d => d.AwaitsPerson && d.Prompt is null))
            draft.Row = draft.Row with { State = ZoneState.Held, Work = Work.None };
        else if (draft.Row.Ledger.FirstOrDefault(e => e.Phase == draft.Row.Phase && IsEndUnknown(e)) is { } unresolved && !draft.Row.PhasesDone.Contains(unresolved.Phase))
            AskWhatBecame(draft, unresolved);
        else if (draft.Row.Stance == Stance.Pause && !MustBeFollowed(draft))
            draft.Row = draft.Row with { State = StateAtWork(draft.Row), Work = Work.None };
        else
            GoOn(draft);
    }

    /// <returns>False: it waits on.</returns>
    private static bool Begin(Draft draft)
    {
        var row = draft.Row;
        if (draft.Context.Starts <= row.StartsTaken || row.Stance >= Stance.Pause)
            return false;
        draft.Row = row with { State = ZoneState.Running, StartsTaken = draft.Context.Starts, StartedAt = row.StartedAt ?? draft.Now, ReachedUntil = null, Since = draft.Now, ClockFrom = draft.Now, Stood = TimeSpan.Zero, LateSince = null };
        draft.Audit(Actors.Coordinator, row.StartedAt is null ? "zone-started" : "zone-resumed");
        return true;
    }

    /// <summary>Its worker said that the end is not known, and was lost before it asked: nobody goes on with it but by a person's word.</summary>
    private static void AskWhatBecame(Draft draft, LedgerEntry entry)
    {
        var outcome = entry.State == LedgerState.TimedOut ? StepOutcome.TimedOut : StepOutcome.Unknown;
        var record = draft.Row.Steps.LastOrDefault(s => IsOf(s, entry.Phase, entry.Step, entry.Attempt));
        var step = draft.Context.Runbook.FindPhase(entry.Phase)?.FindStep(entry.Step);
        var question = record is { Findings: [var reason, ..] } ? reason : Finding.Of("step-end-not-told", ("step", entry.Step));
        draft.Open(
            StepChoices.Kind(outcome), entry.Phase, entry.Step, entry.Attempt, question, StepChoices.For(outcome, step?.Required ?? true), $"unresolved:{entry.Step}:{question.Code}", d => d with { ExecutionId = entry.ExecutionId });
        draft.Row = draft.Row with { State = ZoneState.Held, Work = Work.None };
    }

    private static bool IsEndUnknown(LedgerEntry entry) => entry.State is LedgerState.Unknown or LedgerState.TimedOut;

    private static void GoOn(Draft draft)
    {
        if (draft.Row.Phase is null || draft.Row.PhasesDone.Contains(draft.Row.Phase))
        {
            if (draft.Row.Errand is not null || NextPhase(draft) is not { } next)
            {
                draft.HeadFor(ZoneState.Succeeded, null, Actors.Coordinator);
                SettleEnd(draft);
                return;
            }

            if (IsBehind(draft.Context.Runbook, next, draft.Context.Until))
            {
                draft.Row = draft.Row with { State = ZoneState.Waiting, Work = Work.None, ReachedUntil = draft.Context.Until };
                draft.Audit(Actors.Coordinator, "until-reached", ("phase", draft.Context.Until));
                return;
            }

            draft.Row = draft.Row with { Phase = next.Name, Step = null, Attempt = null, Progress = null, Since = draft.Now };
        }

        if (draft.Row.Closed is null && draft.Context.ClosedFor(draft.Row.Phase!, HasBegun(draft.Row, draft.Row.Phase!)) is { } closed && !MustBeFollowed(draft))
        {
            Look(draft, closed);
            draft.Row = draft.Row with { Stance = Stance.Pause, State = StateAtWork(draft.Row), Work = Work.None };
            return;
        }

        // An errand that releases has upgraded nodes of a platform that is whole; its step looks at them.
        if (draft.Row.Errand is null && draft.Context.Runbook.FindPhase(draft.Row.Phase!) is { } phase && GuardToAskAbout(draft.Row, draft.Context.Runbook, phase) is { } asked)
        {
            AskAboutGuard(draft, asked.Guard, phase.Name, asked.Step.Name);
            return;
        }

        // A script that waits at a prompt needs a worker beside it even before a person has answered.
        draft.Row = draft.Row with { State = StateAtWork(draft.Row), Work = Work.Wanted };
    }

    private static ZoneState StateAtWork(ZoneUpgrade row) => row.Decisions.Any(d => d.AwaitsPerson) ? ZoneState.Held : ZoneState.Running;

    private static Phase? NextPhase(Draft draft)
    {
        var phases = draft.Context.Runbook.Phases;
        if (draft.Row.ContinueFrom is { } from && phases.Any(p => p.Name == from))
        {
            var skipped = phases.TakeWhile(p => p.Name != from).Select(p => p.Name).Where(p => !draft.Row.PhasesDone.Contains(p)).ToList();
            draft.Row = draft.Row with { ContinueFrom = null, PhasesDone = [.. draft.Row.PhasesDone.Where(p => p != from), .. skipped] };
            if (skipped.Count > 0)
                draft.Audit(Actors.Coordinator, "phases-skipped", ("phases", string.Join(',', skipped)), ("from", from));
        }

        return FirstOpen(draft.Row, draft.Context);
    }

    private static Phase? FirstOpen(ZoneUpgrade row, ZoneContext context) =>
        context.Runbook.Phases.FirstOrDefault(p => !row.PhasesDone.Contains(p.Name) && Conditions.Holds(p.When, context.Traits, row.Facts));

    private static bool IsBehind(Runbook runbook, Phase phase, string? until)
    {
        var names = runbook.Phases.Select(p => p.Name).ToList();
        var limit = until is null ? -1 : names.IndexOf(until);
        return limit >= 0 && names.IndexOf(phase.Name) > limit;
    }
}
