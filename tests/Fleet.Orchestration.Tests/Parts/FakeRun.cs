using System.Collections.Concurrent;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Tests.Parts;

/// <summary>One dispatch in a fake worker's hands.</summary>
internal sealed class FakeRun(FakeWorker worker, ExecutePhase command)
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _waits = [];
    private long _last;
    private long _recorded;
    private long _terminal = long.MaxValue;

    public ExecutePhase Command { get; } = command;
    public ConcurrentQueue<AnswerPrompt> Answers { get; } = [];
    public ConcurrentQueue<StopPhase> Stops { get; } = [];
    public Phase Phase => Samples.Runbook.FindPhase(Command.Phase)!;
    public CancellationToken Stopped => _stop.Token;

    public void Stop() => _stop.Cancel();

    /// <returns>True: the last report is recorded, all is let go.</returns>
    public bool Recorded(long upTo)
    {
        lock (_lock)
        {
            _recorded = Math.Max(_recorded, upTo);
            foreach (var wait in _waits)
                wait.TrySetResult();
            _waits.Clear();
            return _recorded >= _terminal;
        }
    }

    public Task AcceptAsync() => ReportAsync((n, at) => new PhaseAccepted { ZoneUpgradeId = Command.ZoneUpgradeId, Epoch = Command.Epoch, Sequence = n, WorkerId = worker.Id, At = at, Phase = Command.Phase });

    /// <summary>Every open step begins and succeeds, then the phase.</summary>
    public async Task CarryOutAsync(Func<Step, Task<bool>>? instead = null)
    {
        foreach (var step in Phase.Steps)
        {
            if (Command.Ledger.FirstOrDefault(e => e.Phase == Phase.Name && e.Step == step.Name)?.State is LedgerState.Succeeded or LedgerState.Ignored or LedgerState.MarkedDone or LedgerState.Skipped)
                continue;
            if (instead is not null && await instead(step))
                return;
            await StepAsync(step, StepOutcome.Succeeded);
        }

        await SucceedAsync();
    }

    /// <summary>Only what the rules look at: the first step of each phase, guards, packages.</summary>
    public async Task HurryAsync()
    {
        foreach (var step in Phase.Steps.Where((s, i) => i == 0 || s.Guard is not null || s.UpgradesPackages))
            await StepAsync(step, StepOutcome.Succeeded);
        await SucceedAsync();
    }

    public async Task StepAsync(Step step, StepOutcome outcome, Finding? finding = null)
    {
        await StartingAsync(step);
        await FinishedAsync(step, outcome, finding);
    }

    public Task StartingAsync(Step step) => ReportAsync((n, at) => new StepStarting
    {
        ZoneUpgradeId = Command.ZoneUpgradeId,
        Epoch = Command.Epoch,
        Sequence = n,
        WorkerId = worker.Id,
        At = at,
        Phase = Command.Phase,
        Step = step.Name,
        Attempt = AttemptOf(step),
        ExecutionId = step.Changes ? ExecutionId(step) : null,
        BootId = "boot",
        Guard = step.Kind == "set-guard" ? GuardNow(step, released: false) : null,
    });

    public Task FinishedAsync(Step step, StepOutcome outcome, Finding? finding = null, IReadOnlyDictionary<string, string>? facts = null, params IReadOnlyList<Debt> debts) => ReportAsync((n, at) => new StepFinished
    {
        ZoneUpgradeId = Command.ZoneUpgradeId,
        Epoch = Command.Epoch,
        Sequence = n,
        WorkerId = worker.Id,
        At = at,
        Phase = Command.Phase,
        Step = step.Name,
        Attempt = AttemptOf(step),
        Outcome = outcome,
        StartedAt = at,
        Findings = finding is null ? [] : [finding],
        Facts = facts ?? new Dictionary<string, string>(),
        Debts = debts,
        Guard = outcome == StepOutcome.Succeeded && step.Guard is not null ? GuardNow(step, step.Kind == "release-guard") : null,
    });

    public Task SucceedAsync(bool alreadyThere = false) => LastAsync((n, at) => new PhaseSucceeded
    {
        ZoneUpgradeId = Command.ZoneUpgradeId,
        Epoch = Command.Epoch,
        Sequence = n,
        WorkerId = worker.Id,
        At = at,
        Phase = Command.Phase,
        AlreadyThere = alreadyThere,
    });

    public Task HoldAsync(Step step, DecisionKind kind, params string[] choices) => LastAsync((n, at) => new PhaseHeld
    {
        ZoneUpgradeId = Command.ZoneUpgradeId,
        Epoch = Command.Epoch,
        Sequence = n,
        WorkerId = worker.Id,
        At = at,
        Phase = Command.Phase,
        Decision = new DecisionRequest { Kind = kind, Step = step.Name, Question = Finding.Of("step-failed", ("step", step.Name)), Choices = choices, Fingerprint = $"{kind}:{step.Name}" },
    });

    public Task StopAsync(StopMode mode, bool unknown = false) => LastAsync((n, at) => new PhaseStopped
    {
        ZoneUpgradeId = Command.ZoneUpgradeId,
        Epoch = Command.Epoch,
        Sequence = n,
        WorkerId = worker.Id,
        At = at,
        Phase = Command.Phase,
        Mode = mode,
        OutcomeUnknown = unknown,
    });

    public Task PromptAsync(Step step, long offset, string rule, string? component = null, bool safePoint = false, IReadOnlyList<string>? failed = null, int nodes = 0) => ReportAsync((n, at) => new PromptRaised
    {
        ZoneUpgradeId = Command.ZoneUpgradeId,
        Epoch = Command.Epoch,
        Sequence = n,
        WorkerId = worker.Id,
        At = at,
        Phase = Command.Phase,
        Step = step.Name,
        Attempt = AttemptOf(step),
        ExecutionId = ExecutionId(step),
        Offset = offset,
        Rule = rule,
        Text = $"Are you sure about {component}",
        Component = component,
        SafePoint = safePoint,
        FailedNodes = failed ?? [],
        Nodes = nodes,
        Fingerprint = $"prompt:{rule}:{component}",
    });

    public Task AnsweredAsync(AnswerPrompt answer) => ReportAsync((n, at) => new PromptAnswered
    {
        ZoneUpgradeId = Command.ZoneUpgradeId,
        Epoch = Command.Epoch,
        Sequence = n,
        WorkerId = worker.Id,
        At = at,
        DecisionId = answer.DecisionId,
        ExecutionId = answer.ExecutionId,
        Offset = answer.Offset,
        Result = AnswerResult.Applied,
    });

    public async Task<AnswerPrompt> AnswerToAsync(long offset)
    {
        while (true)
        {
            if (Answers.FirstOrDefault(a => a.Offset == offset) is { } answer)
                return answer;
            await Task.Delay(10, Stopped);
        }
    }

    public async Task<StopPhase> StopAskedAsync()
    {
        while (true)
        {
            if (Stops.TryPeek(out var stop))
                return stop;
            await Task.Delay(10, Stopped);
        }
    }

    private Task LastAsync(Func<long, DateTimeOffset, IPhaseReport> make)
    {
        lock (_lock)
            _terminal = _last + 1;
        return ReportAsync(make);
    }

    /// <summary>Sends until it is recorded, as a worker does.</summary>
    private async Task ReportAsync(Func<long, DateTimeOffset, IPhaseReport> make)
    {
        var number = ++_last;
        var report = make(number, TimeProvider.System.GetUtcNow());
        while (true)
        {
            Task recorded;
            lock (_lock)
            {
                if (_recorded >= number)
                    return;
                var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waits.Add(wait);
                recorded = wait.Task;
            }

            Stopped.ThrowIfCancellationRequested();
            await worker.SendAsync(Endpoints.ZoneUpgrades, report);
            await Task.WhenAny(recorded, Task.Delay(500, Stopped));
            Stopped.ThrowIfCancellationRequested();
        }
    }

    private int AttemptOf(Step step) => Command.Ledger.FirstOrDefault(e => e.Phase == Command.Phase && e.Step == step.Name)?.Attempt ?? 1;

    private string ExecutionId(Step step) => $"{Command.ZoneUpgradeId:N}.{step.Name}.{AttemptOf(step)}.main";

    private GuardState GuardNow(Step step, bool released) => new()
    {
        Name = step.Guard!,
        Since = TimeProvider.System.GetUtcNow(),
        Nodes = ["hyper01", "hyper02"],
        Released = released,
        Watch = Command.Traits.DeadMan is { } limit
            ? new GuardWatch { Id = $"{Command.ZoneUpgradeId:N}.{step.Guard}", Limit = limit, State = released ? GuardWatchState.Disarmed : GuardWatchState.Armed, RenewedAt = TimeProvider.System.GetUtcNow() }
            : null,
    };
}
