using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>What a worker reports of a step, into ledger, record and guards.</summary>
internal static partial class ZoneUpgradeRules
{
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
            Backups = report.Backups,
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
            draft.Audit(Actors.Worker(report.WorkerId), "step-end-unknown", ("step", report.Step), ("outcome", Words.Of(report.Outcome)), ("why", report.Findings.Count > 0 ? report.Findings[0].Code : "no-reason-given"));
        }

        draft.Withdraw(d => d.Prompt is not null && d.Phase == report.Phase && d.Step == report.Step, "step-ended");
    }

    private static void Apply(Draft draft, GuardState guard, string worker)
    {
        var before = draft.Row.Guards.FirstOrDefault(g => g.Name == guard.Name);
        draft.Put(guard);
        TellWatch(draft, Actors.Worker(worker), guard, before?.Watch, draft.Row.Guards.First(g => g.Name == guard.Name).Watch);
        if (guard.Released && before is { Released: false })
            draft.Audit(Actors.Worker(worker), "guard-released", ("guard", guard.Name), ("nodes", string.Join(',', guard.Nodes)));
        else if (!guard.Released && before?.Since is null && guard.Since is not null)
            draft.Audit(Actors.Worker(worker), "guard-set", ("guard", guard.Name), ("nodes", string.Join(',', guard.Nodes)));
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
