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

        var draft = new Draft(row with { LastSequence = report.Sequence, WorkerId = report.WorkerId, Work = Work.Accepted }, context);
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

    private static void Apply(Draft draft, StepStarting report)
    {
        var entry = draft.EntryOrNew(report.Phase, report.Step, report.Attempt);
        draft.Put(entry with { Attempt = report.Attempt, State = LedgerState.Started, ExecutionId = report.ExecutionId ?? entry.ExecutionId, BootId = report.BootId ?? entry.BootId });
        if (report.Guard is { } guard)
            draft.Put(guard);
        var record = draft.Row.Steps.FirstOrDefault(s => IsOf(s, report.Phase, report.Step, report.Attempt))
            ?? new StepRecord { Phase = report.Phase, Step = report.Step, Attempt = report.Attempt, Epoch = report.Epoch, StartedAt = draft.Now };
        Put(draft, record with { Epoch = report.Epoch, ExecutionId = report.ExecutionId ?? record.ExecutionId, EndedAt = null, Outcome = null });
        draft.Row = draft.Row with { Step = report.Step, Attempt = report.Attempt, Since = record.StartedAt, Progress = null };
    }

    private static void Apply(Draft draft, StepProgressed report)
    {
        var before = draft.Row.Progress;
        var told = report.What.Length > 0 ? new StepProgress(report.What, report.Done, report.Total) : before ?? new StepProgress("", null, null);
        draft.Row = draft.Row with { Step = report.Step, Progress = told with { Trouble = report.Trouble } };
        if (report.Trouble is { } trouble && before?.Trouble is null)
            draft.Audit(Actors.Worker(report.WorkerId), "step-hindered", ("step", report.Step), ("code", trouble.Code), ("why", trouble.Args.GetValueOrDefault("why")));
        else if (report.Trouble is null && before?.Trouble is { } gone)
            draft.Audit(Actors.Worker(report.WorkerId), "step-goes-on", ("step", report.Step), ("code", gone.Code));
    }

    private static void Apply(Draft draft, StepFinished report)
    {
        var entry = draft.EntryOrNew(report.Phase, report.Step, report.Attempt);
        draft.Put(entry with
        {
            Attempt = report.Attempt,
            State = report.Outcome switch
            {
                StepOutcome.Succeeded => LedgerState.Succeeded,
                StepOutcome.Failed => LedgerState.Failed,
                StepOutcome.Skipped => LedgerState.Skipped,
                StepOutcome.Cancelled => LedgerState.Cancelled,
                StepOutcome.TimedOut => LedgerState.TimedOut,
                _ => LedgerState.Unknown,
            },
            ExecutionId = report.ExecutionId ?? entry.ExecutionId,
            TranscriptOffset = Math.Max(entry.TranscriptOffset, report.TranscriptOffset),
            OpenPromptOffset = null,
        });
        var record = draft.Row.Steps.FirstOrDefault(s => IsOf(s, report.Phase, report.Step, report.Attempt))
            ?? new StepRecord { Phase = report.Phase, Step = report.Step, Attempt = report.Attempt, Epoch = report.Epoch, StartedAt = report.StartedAt };
        Put(draft, record with
        {
            EndedAt = draft.Now,
            Outcome = report.Outcome,
            AlreadyDone = report.AlreadyDone,
            ExecutionId = report.ExecutionId ?? record.ExecutionId,
            ExitCode = report.ExitCode,
            TranscriptOffset = report.TranscriptOffset,
            Findings = report.Findings,
        });
        draft.Row = draft.Row with { Step = report.Step, Attempt = report.Attempt, Progress = null, Since = draft.Now };
        if (report.Facts.Count > 0)
            draft.Row = draft.Row with { Facts = Merge(draft.Row.Facts, report.Facts) };
        if (report.Guard is { } guard)
            Apply(draft, guard, report.WorkerId);
        draft.Owe(report.Debts);
        if (report.Outcome is StepOutcome.TimedOut or StepOutcome.Unknown)
        {
            draft.CountAsFailure(true);
            draft.Audit(Actors.Worker(report.WorkerId), "step-end-unknown", ("step", report.Step), ("outcome", Words.Of(report.Outcome)), ("why", report.Findings.Count > 0 ? report.Findings[0].Code : null));
        }

        draft.Withdraw(d => d.Prompt is not null && d.Phase == report.Phase && d.Step == report.Step, "step-ended");
    }

    private static void Apply(Draft draft, GuardState guard, string worker)
    {
        var before = draft.Row.Guards.FirstOrDefault(g => g.Name == guard.Name);
        draft.Put(guard);
        if (guard.Released && before is { Released: false })
            draft.Audit(Actors.Worker(worker), "guard-released", ("guard", guard.Name), ("nodes", string.Join(',', guard.Nodes)));
        else if (!guard.Released && before?.Since is null && guard.Since is not null)
            draft.Audit(Actors.Worker(worker), "guard-set", ("guard", guard.Name), ("nodes", string.Join(',', guard.Nodes)));
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

    private static bool IsOf(StepRecord record, string phase, string step, int attempt) => record.Phase == phase && record.Step == step && record.Attempt == attempt;

    private static void Put(Draft draft, StepRecord record)
    {
        var known = draft.Row.Steps.Any(s => IsOf(s, record.Phase, record.Step, record.Attempt));
        draft.Row = draft.Row with
        {
            Steps = known ? [.. draft.Row.Steps.Select(s => IsOf(s, record.Phase, record.Step, record.Attempt) ? record : s)] : [.. draft.Row.Steps, record],
        };
    }

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> known, IReadOnlyDictionary<string, string> fresh)
    {
        var merged = new Dictionary<string, string>(known);
        foreach (var (name, value) in fresh)
            merged[name] = value;
        return merged;
    }
}
