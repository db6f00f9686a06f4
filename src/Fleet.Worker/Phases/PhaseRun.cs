using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases.Prompts;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases;

/// <summary>One dispatch of one phase, from the first look to its last report.</summary>
internal sealed partial class PhaseRun(DispatchScope scope, StepKinds kinds, IReadOnlyDictionary<string, IGuardReader> guardReaders, ILogger log)
{
    /// <summary>Ends with the last report queued. Throws <see cref="OperationCanceledException"/> when the lease was lost or the run was let go: then nothing more is reported.</summary>
    /// <returns>True when the phase succeeded.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var step = scope.Phase.Steps.FirstOrDefault(s => StepRules.Decide(scope.Entry(s)) != StepAction.Pass) ?? scope.Phase.Steps[0];
        try
        {
            await new ZoneAttach(scope).RunAsync(step, cancellationToken);
            LogAttached(scope.Command.Zone, scope.Phase.Name, scope.Epoch, step.Name);
            foreach (var next in scope.Phase.Steps)
            {
                step = next;
                if (StepRules.Decide(scope.Entry(next)) == StepAction.Pass)
                    continue;
                // What was begun is looked after whatever was asked: a pause goes on with it to its end, an abort cancels it there.
                if (scope.Stop.Mode is { } mode && !IsRunning(next))
                {
                    Stopped(mode, null, outcomeUnknown: false);
                    return false;
                }
                if (await StepAsync(next, cancellationToken) is End.Phase)
                    return false;
            }
            Report(n => new PhaseSucceeded { ZoneUpgradeId = scope.ZoneUpgradeId, Epoch = scope.Epoch, Sequence = n, WorkerId = WorkerId, At = scope.Now, Phase = scope.Phase.Name });
            return true;
        }
        catch (PhaseHoldException hold)
        {
            Held(Question(step, hold.Kind, hold.Reason, hold.Choices));
        }
        catch (SshLinkException e) when (!cancellationToken.IsCancellationRequested)
        {
            Held(Question(step, DecisionKind.FailedStep, e.Reason));
        }
        catch (RemoteShellException e)
        {
            Held(Question(step, DecisionKind.FailedStep, e.Reason));
        }
        catch (OperationCanceledException) when (scope.Stop.Mode is { } mode && !cancellationToken.IsCancellationRequested)
        {
            Stopped(mode, null, outcomeUnknown: IsRunning(step));
        }
        return false;
    }

    private string WorkerId => scope.Options.WorkerId;

    private bool IsRunning(Step step) => StepRules.MayHaveRun(scope.Entry(step));

    private async Task<End> StepAsync(Step step, CancellationToken cancellationToken)
    {
        var entry = scope.Entry(step);
        var startedAt = scope.Now;
        scope.View.Change(v => v with { Step = step.Name, ExecutionId = null, ExecutionState = null, TranscriptRead = 0, TranscriptStored = 0 });
        if (StepRules.Decide(entry) == StepAction.Consider && ConditionRules.WhyNot(step.When, scope.Command.Traits, scope.Facts) is { } why)
        {
            Finished(step, entry?.Attempt ?? 1, startedAt, null, new StepResult { Outcome = StepOutcome.Skipped, Findings = [Finding.Of("step-not-applicable", ("step", step.Name), ("reason", why))] });
            return End.Step;
        }
        if (scope.Past.IsSettled(scope.Phase, step))
        {
            Finished(step, entry?.Attempt ?? 1, startedAt, null, StepResult.Succeeded(Finding.Of("step-settled-out-of-record", ("step", step.Name), ("later", scope.Past.Furthest ?? ""))) with { AlreadyDone = true });
            return End.Step;
        }
        var context = new StepContext(scope, step, entry, guardReaders);
        var result = await RunKindAsync(step, context, cancellationToken);
        foreach (var (name, value) in result.Facts)
            scope.Facts[name] = value;
        if (result.Guard is { } guard)
            scope.Guards[guard.Name] = guard;
        Finished(step, context.Attempt, startedAt, context, result);
        return Next(step, context, result);
    }

    private async Task<StepResult> RunKindAsync(Step step, StepContext context, CancellationToken cancellationToken)
    {
        // A check may be dropped at any time; work on the zone only by the sternest stop, and then what became of it is not known.
        var stop = step.Changes ? scope.Stop.Now : scope.Stop.Abort;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop);
        try
        {
            if (kinds.Find(step.Kind) is not { } kind)
                return StepResult.Failed(Finding.Of("step-kind-unknown", ("kind", step.Kind), ("step", step.Name)));
            if (!step.Changes)
                context.TellStart();
            // An execution's own cancel needs the link until it is done: it watches the stop itself.
            return await kind.RunAsync(context, step.Changes ? cancellationToken : either.Token);
        }
        catch (PhaseHoldException hold)
        {
            return hold.Kind == DecisionKind.UnknownOutcome ? new StepResult { Outcome = StepOutcome.Unknown, Findings = [hold.Reason] } : Broken(step, context, hold.Reason);
        }
        catch (DoneOutOfRecordException done)
        {
            return StepResult.Succeeded(Finding.Of("step-done-out-of-record", ("step", step.Name), ("execution", done.Execution))) with { AlreadyDone = true };
        }
        catch (StepTimeLimitException)
        {
            return new StepResult { Outcome = StepOutcome.TimedOut, Findings = [Finding.Of("time-limit-passed", ("limit", Durations.Text(step.TimeLimit)))] };
        }
        catch (SshLinkException e) when (!cancellationToken.IsCancellationRequested)
        {
            return Broken(step, context, e.Reason);
        }
        catch (RemoteShellException e)
        {
            return Broken(step, context, e.Reason);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new StepResult { Outcome = StepOutcome.Cancelled, Findings = [Finding.Of("step-stopped", ("step", step.Name))] };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogBroken(e, step.Name, scope.Command.Zone);
            return Broken(step, context, Finding.Of("worker-error", ("step", step.Name), ("error", $"{e.GetType().Name}: {e.Message}")));
        }
    }

    /// <summary>Where something was begun on the zone and its end was not seen, nobody knows.</summary>
    private static StepResult Broken(Step step, StepContext context, Finding reason) =>
        new() { Outcome = step.Changes && !step.Repeatable && context.Begun ? StepOutcome.Unknown : StepOutcome.Failed, Findings = [reason] };

    private End Next(Step step, StepContext context, StepResult result)
    {
        if (result.Outcome is StepOutcome.Succeeded or StepOutcome.Skipped)
        {
            if (!result.AlreadyThere)
                return End.Step;
            Report(n => new PhaseSucceeded { ZoneUpgradeId = scope.ZoneUpgradeId, Epoch = scope.Epoch, Sequence = n, WorkerId = WorkerId, At = scope.Now, Phase = scope.Phase.Name, AlreadyThere = true });
            return End.Phase;
        }
        if (result.Outcome == StepOutcome.Cancelled && scope.Stop.Mode is { } mode)
        {
            Stopped(mode, step.Name, scope.Cancelled?.OutcomeUnknown ?? (step.Changes && context.Begun), result.Findings);
            return End.Phase;
        }
        if (result.EndsZone)
        {
            Report(n => new PhaseFailed
            {
                ZoneUpgradeId = scope.ZoneUpgradeId,
                Epoch = scope.Epoch,
                Sequence = n,
                WorkerId = WorkerId,
                At = scope.Now,
                Phase = scope.Phase.Name,
                Step = step.Name,
                Reason = result.Findings.Count > 0 ? result.Findings[0] : Finding.Of("step-failed", ("step", step.Name)),
            });
            return End.Phase;
        }
        Held(StepQuestions.For(step, result, scope.Names));
        return End.Phase;
    }

    /// <summary>The zone could not be looked at, or is not to be touched. What runs there, or has run, is then neither known nor begun again.</summary>
    private DecisionRequest Question(Step step, DecisionKind kind, Finding reason, IReadOnlyList<string>? choices = null) => new()
    {
        Kind = IsRunning(step) ? DecisionKind.UnknownOutcome : kind,
        Step = step.Name,
        Question = reason,
        Choices = IsRunning(step) ? [Choices.CheckAgain, Choices.Fail] : choices ?? StepChoices.For(kind == DecisionKind.UnknownOutcome ? StepOutcome.Unknown : StepOutcome.Failed, step.Required),
        Fingerprint = Fingerprints.Of(step.Name, reason, scope.Names),
    };

    private void Finished(Step step, int attempt, DateTimeOffset startedAt, StepContext? context, StepResult result) => Report(n => new StepFinished
    {
        ZoneUpgradeId = scope.ZoneUpgradeId,
        Epoch = scope.Epoch,
        Sequence = n,
        WorkerId = WorkerId,
        At = scope.Now,
        Phase = scope.Phase.Name,
        Step = step.Name,
        Attempt = attempt,
        Outcome = result.Outcome,
        AlreadyDone = result.AlreadyDone,
        StartedAt = startedAt,
        ExecutionId = context?.ExecutionId,
        ExitCode = result.ExitCode,
        TranscriptOffset = context?.TranscriptOffset ?? 0,
        Findings = result.Findings,
        Facts = result.Facts,
        Guard = result.Guard,
        Debts = result.Debts,
        Backups = result.Backups,
    });

    private void Held(DecisionRequest decision) => Report(n => new PhaseHeld
    {
        ZoneUpgradeId = scope.ZoneUpgradeId,
        Epoch = scope.Epoch,
        Sequence = n,
        WorkerId = WorkerId,
        At = scope.Now,
        Phase = scope.Phase.Name,
        Decision = decision,
    });

    private void Stopped(StopMode mode, string? step, bool outcomeUnknown, IReadOnlyList<Finding>? findings = null) => Report(n => new PhaseStopped
    {
        ZoneUpgradeId = scope.ZoneUpgradeId,
        Epoch = scope.Epoch,
        Sequence = n,
        WorkerId = WorkerId,
        At = scope.Now,
        Phase = scope.Phase.Name,
        Step = step,
        Mode = mode,
        OutcomeUnknown = outcomeUnknown,
        Findings = findings ?? [],
    });

    private void Report(Func<long, IPhaseReport> make)
    {
        while (scope.Answers.TakeLate() is { } late)
            AnswerReports.Send(scope, late, AnswerResult.Withdrawn);
        scope.Reports.Send(make);
    }

    private enum End
    {
        Step,
        Phase,
    }
}
