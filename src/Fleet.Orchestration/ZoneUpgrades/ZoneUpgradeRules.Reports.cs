using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.ZoneUpgrades;

internal static partial class ZoneUpgradeRules
{
    internal enum Admission
    {
        Take,

        /// <summary>Recorded before.</summary>
        Duplicate,

        /// <summary>One before it is missing; it comes again after that one.</summary>
        Early,

        /// <summary>Of an older dispatch, of one that ended, or of a worker that does not hold it.</summary>
        Stale,
    }

    /// <summary>A worker's report: taken exactly once, in order, of the newest dispatch and its holder only.</summary>
    public static Change<ZoneUpgrade> Report(ZoneUpgrade row, IPhaseReport report, ZoneContext context)
    {
        switch (Admit(row, report))
        {
            case Admission.Duplicate or Admission.Early:
                return Change.Of(row) with { Reply = ReportReply.Recorded };
            case Admission.Stale:
                return Ignore(row, report, context);
        }

        var draft = new Draft(row with { LastSequence = report.Sequence, WorkerId = report.WorkerId, Work = Work.Accepted, LostAt = null }, context);
        switch (report)
        {
            case PhaseAccepted: Apply(draft, report); break;
            case StepStarting starting: Apply(draft, starting); break;
            case StepProgressed progressed: Apply(draft, progressed); break;
            case StepFinished finished: Apply(draft, finished); break;
            case PromptRaised raised: Apply(draft, raised); break;
            case PromptAnswered answered: Apply(draft, answered); break;
            case PromptWithdrawn withdrawn: Apply(draft, withdrawn); break;
            case PhaseSucceeded succeeded: Apply(draft, succeeded); break;
            case PhaseHeld held: Apply(draft, held); break;
            case PhaseFailed failed: Apply(draft, failed); break;
            case PhaseStopped stopped: Apply(draft, stopped); break;
        }

        draft.Include(Advance(draft.Row, context));
        return draft.Done(ReportReply.Recorded);
    }

    internal static Admission Admit(ZoneUpgrade row, IPhaseReport report)
    {
        if (row.Finished is { } finished && finished.Epoch == report.Epoch && finished.WorkerId == report.WorkerId && report.Sequence <= finished.LastSequence)
            return Admission.Duplicate;
        if (report.Epoch != row.Epoch)
            return Admission.Stale;
        if (row.WorkerId is not null && row.WorkerId != report.WorkerId)
            return Admission.Stale;
        if (row.WorkerId is not null && report.Sequence <= row.LastSequence)
            return Admission.Duplicate;
        if (!row.IsDispatched)
            return Admission.Stale;
        return report.Sequence == row.LastSequence + 1 ? Admission.Take : row.WorkerId is null ? Admission.Stale : Admission.Early;
    }

    private static Change<ZoneUpgrade> Ignore(ZoneUpgrade row, IPhaseReport report, ZoneContext context)
    {
        var lost = row.WorkerId is null && row.Work == Work.Sent && report.Epoch == row.Epoch ? ReportReply.None : ReportReply.Lost;
        if (lost == ReportReply.None || report.Epoch <= row.StaleAudited)
            return Change.Of(row) with { Reply = lost };
        var draft = new Draft(row with { StaleAudited = report.Epoch }, context);
        draft.Audit(Actors.Worker(report.WorkerId), "report-ignored", ("report", report.GetType().Name), ("epoch", $"{report.Epoch}"), ("current", $"{row.Epoch}"));
        return draft.Done(lost);
    }

    private static void Apply(Draft draft, IPhaseReport accepted)
    {
        // What hindered the worker before this one need not hinder it.
        if (draft.Row.Progress is { Trouble: not null } progress)
            draft.Row = draft.Row with { Progress = progress with { Trouble = null } };
        draft.Audit(Actors.Worker(accepted.WorkerId), "phase-accepted", ("phase", draft.Row.Phase), ("epoch", $"{accepted.Epoch}"));
    }

    private static void Apply(Draft draft, PhaseSucceeded report)
    {
        EndDispatch(draft);
        draft.Audit(Actors.Worker(report.WorkerId), "phase-succeeded", ("phase", report.Phase));
        if (draft.Row.Ending is { } ending)
        {
            // On the way to an end a release is no step forward: a retry has it before it again.
            draft.Row = draft.Row with { Ending = ending with { ReleasedBy = null, ReleaseTried = true } };
            return;
        }

        draft.Row = draft.Row with { PhasesDone = [.. draft.Row.PhasesDone.Where(p => p != report.Phase), report.Phase] };
        if (report.AlreadyThere)
            draft.HeadFor(ZoneState.Succeeded, null, Actors.Worker(report.WorkerId));
    }

    private static void Apply(Draft draft, PhaseHeld report)
    {
        EndDispatch(draft);
        var asked = report.Decision;
        var unresolved = asked.Kind is DecisionKind.TimedOut or DecisionKind.UnknownOutcome;
        if (unresolved)
            draft.CountAsFailure(true);
        if (draft.Row.Ending is { } ending)
            draft.Row = draft.Row with { Ending = ending with { ReleasedBy = null, ReleaseTried = true } };
        else if (StanceOf(draft.Row, draft.Context) >= Stance.Abort)
        {
            draft.HeadFor(unresolved ? ZoneState.Unknown : ZoneState.Aborted, asked.Question, Actors.Worker(report.WorkerId));
            return;
        }

        var step = draft.Context.Runbook.FindPhase(report.Phase)?.FindStep(asked.Step);
        draft.Open(asked.Kind, report.Phase, asked.Step, draft.Row.Entry(report.Phase, asked.Step)?.Attempt ?? 1, asked.Question, asked.Choices, asked.Fingerprint, d => d with
        {
            Default = asked.Default,
            Items = asked.Items,
            ExecutionId = draft.Row.Entry(report.Phase, asked.Step)?.ExecutionId,
            Guard = asked.Kind == DecisionKind.Guard ? step?.Guard : null,
        });
    }

    private static void Apply(Draft draft, PhaseFailed report)
    {
        EndDispatch(draft);
        draft.Row = draft.Row with { Step = report.Step };
        if (draft.Row.Ending is { } ending)
            draft.Row = draft.Row with { Ending = ending with { ReleasedBy = null, ReleaseTried = true } };
        else
            draft.HeadFor(ZoneState.Failed, report.Reason, Actors.Worker(report.WorkerId));
    }

    private static void Apply(Draft draft, PhaseStopped report)
    {
        EndDispatch(draft);
        draft.Audit(Actors.Worker(report.WorkerId), "phase-stopped", ("phase", report.Phase), ("step", report.Step), ("mode", Words.Of(report.Mode)));
        if (draft.Row.Ending is not null || report is { Mode: StopMode.Pause, OutcomeUnknown: false })
            return;
        draft.HeadFor(
            report.OutcomeUnknown ? ZoneState.Unknown : ZoneState.Aborted,
            report.Findings.Count > 0 ? report.Findings[0] : Finding.Of("zone-aborted"),
            Actors.Worker(report.WorkerId));
        if (report.OutcomeUnknown)
            draft.CountAsFailure(true);
    }

    private static void EndDispatch(Draft draft)
    {
        var finished = new FinishedDispatch(draft.Row.Epoch, draft.Row.WorkerId!, draft.Row.LastSequence);
        draft.Row = draft.Row with { Work = Work.None, Stop = null, OverrideFence = false, Progress = null, Finished = finished };
        draft.Withdraw(d => d.Prompt is not null, "phase-ended");
    }
}
