using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Phases;

/// <summary>What one step of one dispatch may see and do. It owns the step's tickets, its record and its clock.</summary>
internal sealed partial class StepContext(DispatchScope scope, Step step, LedgerEntry? entry, IReadOnlyDictionary<string, IGuardReader> guardReaders) : IStepContext, IStepRecord
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(1);

    private readonly StepClock _clock = new(scope.Time, step.TimeLimit);
    private Action<string>? _onLine;
    private string? _lastProgress;
    private long _lastProgressAt;
    private bool _recorded;

    public ExecutePhase Command => scope.Command;
    public Runbook Runbook => scope.Runbook;
    public Phase Phase => scope.Phase;
    public Step Step => step;
    public int Attempt { get; } = entry?.Attempt ?? 1;
    public IReadOnlyDictionary<string, string> Parameters { get; } = entry?.Parameters ?? new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Facts => scope.Facts;

    /// <summary>The last execution of this step, once there is one.</summary>
    public string? ExecutionId { get; private set; }
    public long TranscriptOffset { get; private set; }

    /// <summary>Something was begun on the zone for this step, now or by an earlier dispatch.</summary>
    public bool Begun { get; private set; } = entry?.State == LedgerState.Started;

    public DateTimeOffset Now => scope.Now;

    public GuardState? Guard(string name) => scope.Guards.GetValueOrDefault(name);

    public string Setting(string name) =>
        scope.Runbook.Settings.TryGetValue(name, out var value) ? value : throw new PhaseHoldException(Finding.Of("setting-missing", ("name", name), ("step", step.Name)));

    public string Expand(string command)
    {
        try
        {
            return CommandText.Expand(command, scope.Runbook.Settings, scope.Facts, scope.Command.Package);
        }
        catch (KeyNotFoundException e)
        {
            throw new PhaseHoldException(Finding.Of("placeholder-unknown", ("name", e.Message), ("step", step.Name)));
        }
        catch (UnsafeValueException e)
        {
            throw new PhaseHoldException(Finding.Of("placeholder-unsafe", ("name", e.Name), ("step", step.Name)));
        }
    }

    public bool WasStarted => entry?.State == LedgerState.Started;

    public async Task<bool> RanBeforeAsync(CancellationToken cancellationToken)
    {
        for (var attempt = Attempt - 1; attempt > 0; attempt--)
        {
            if ((await StatusAsync(ExecutionIds.For(scope.ZoneUpgradeId, step.Name, attempt, "main"), cancellationToken)).State is not (ExecutionState.Absent or ExecutionState.Staged))
                return true;
        }
        return false;
    }

    public void OnLine(Action<string>? onLine) => _onLine = onLine;

    public Task<RemoteResult> ReadAsync(string script, CancellationToken cancellationToken) =>
        LimitedAsync(ct => scope.Link.UseAsync((shell, _) => shell.RunAsync(script, ct), ct), cancellationToken);

    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        LimitedAsync(async ct =>
        {
            await Task.Delay(delay, scope.Time, ct);
            return true;
        }, cancellationToken);

    public async Task<FencedReply> ChangeAsync(string script, CancellationToken cancellationToken, GuardState? guard = null)
    {
        if (!_recorded || guard is not null)
            await RecordStartAsync(null, null, guard, cancellationToken);
        var reply = await LimitedAsync(async ct =>
        {
            await scope.Lease.WhenHeldAsync(ct);
            return await scope.Link.UseAsync((_, runner) => runner.FencedAsync(scope.Epoch, script, ct), ct);
        }, cancellationToken);
        return reply.Refusal == Refusal.Fenced ? throw new PhaseHoldException(Refusals.Told(reply.Refusal, reply.Detail)) : reply;
    }

    public async Task<ExecutionOutcome> ExecuteAsync(string script, CancellationToken cancellationToken, string part = "main", GuardState? guard = null)
    {
        var checkAgain = Parameters.GetValueOrDefault("choice") == Choices.CheckAgain;
        var id = ExecutionIds.For(scope.ZoneUpgradeId, step.Name, ExecutionAttempt(checkAgain), part);
        var recordedStarted = checkAgain || (StepRules.MayHaveRun(entry) && entry!.ExecutionId == id);
        var stored = entry?.ExecutionId == id ? entry.TranscriptOffset : 0;
        scope.View.Change(v => v with { ExecutionId = id, ExecutionState = null });
        var status = await StatusAsync(id, cancellationToken);
        var action = ExecutionRules.Decide(status.State, status.Exit, recordedStarted);
        StartExecution? start = null;
        switch (action)
        {
            case ExecutionAction.TakeResult when status.Cleaned:
                ExecutionId = id;
                throw new DoneOutOfRecordException(id);
            case ExecutionAction.Unknown:
                ExecutionId = id;
                return new ExecutionOutcome(ExecutionEnd.Unknown, null, "", status.Printed, false, scope.Now, [], Finding.Of(ExecutionRules.WhyUnknown(status.State), ("execution", id), ("step", step.Name)));
            case ExecutionAction.Start:
                if (await FreeZoneAsync(id, status, cancellationToken) is { } busy)
                    return new ExecutionOutcome(ExecutionEnd.Refused, null, "", 0, false, scope.Now, [], busy);
                await NeedGuardsAsync(cancellationToken);
                await RecordStartAsync(id, status.BootId, guard, cancellationToken);
                await LimitedAsync(async ct =>
                {
                    await scope.Lease.WhenHeldAsync(ct);
                    return true;
                }, cancellationToken);
                start = new StartExecution { ExecutionId = id, Epoch = scope.Epoch, BootId = status.BootId, Script = script };
                break;
        }

        ExecutionId = id;
        Begun = true;
        var follower = new ExecutionFollower(scope, step, Attempt, id, stored, _clock, _onLine);
        return await StayAsync(follower, action, start, id, part, stored, cancellationToken);
    }

    public void Progress(string what, long? done = null, long? total = null)
    {
        var finished = done is not null && done == total;
        if (what == _lastProgress && !finished && scope.Time.GetElapsedTime(_lastProgressAt) < ProgressEvery)
            return;
        _lastProgress = what;
        _lastProgressAt = scope.Time.GetTimestamp();
        scope.Reports.Send(n => new StepProgressed
        {
            ZoneUpgradeId = scope.ZoneUpgradeId,
            Epoch = scope.Epoch,
            Sequence = n,
            WorkerId = scope.Options.WorkerId,
            At = scope.Now,
            Phase = scope.Phase.Name,
            Step = step.Name,
            What = what,
            Done = done,
            Total = total,
        });
    }

    /// <summary>Tells that the step begins, for those that change nothing: nothing waits for it.</summary>
    public void TellStart() => SendStart(null, null, null);

    // To look again means: at what was started then.
    private int ExecutionAttempt(bool checkAgain) =>
        !checkAgain ? Attempt
        : entry?.ExecutionId is { } id && ExecutionIds.Parse(id) is { } name ? name.Attempt
        : Math.Max(1, Attempt - 1);

    private Task<ExecutionStatus> StatusAsync(string id, CancellationToken cancellationToken) =>
        LimitedAsync(ct => scope.Link.UseAsync((_, runner) => runner.StatusAsync(id, ct), ct), cancellationToken);

    /// <summary>An execution that nothing is known of any more blocks the zone until a person has decided about it. Null when nothing is in the way.</summary>
    private async Task<Finding?> FreeZoneAsync(string id, ExecutionStatus status, CancellationToken cancellationToken)
    {
        if (status.Active is not { Length: > 0 } active || active == id)
            return null;
        var other = await StatusAsync(active, cancellationToken);
        var gone = other.State is ExecutionState.Lost || (other.State == ExecutionState.Exited && other.Exit is null) || (other.State == ExecutionState.Orphan && other.LiveProcesses == 0);
        if (gone && ResolveRules.Verdict(active, scope.ZoneUpgradeId, step.Name, Attempt, Parameters, scope.Command.Ledger) is { } verdict)
        {
            await scope.Lease.WhenHeldAsync(cancellationToken);
            var reply = await LimitedAsync(ct => scope.Link.UseAsync((_, runner) => runner.ResolveAsync(active, scope.Epoch, verdict, ct), ct), cancellationToken);
            return reply.Refusal == Refusal.None ? null : Refusals.Told(reply.Refusal, reply.Detail);
        }
        return other.State is ExecutionState.Exited && other.Exit is not null
            ? null
            : Finding.Of(gone ? "zone-execution-unresolved" : "zone-busy", ("detail", active), ("execution", active), ("state", other.State.ToString().ToLowerInvariant()));
    }

    private async Task NeedGuardsAsync(CancellationToken cancellationToken)
    {
        foreach (var name in step.NeedsGuards)
        {
            if (Guard(name) is not { Released: false, Since: not null } guard)
                throw new PhaseHoldException(Finding.Of("guard-not-set", ("guard", name), ("step", step.Name)));
            if (!guardReaders.TryGetValue(name, out var reader))
                throw new PhaseHoldException(Finding.Of("guard-unknown", ("guard", name), ("step", step.Name)));
            if (await reader.MissingAsync(this, guard, cancellationToken) is { } missing)
                throw new PhaseHoldException(missing);
        }
    }

    private async Task RecordStartAsync(string? executionId, string? bootId, GuardState? guard, CancellationToken cancellationToken)
    {
        var sequence = SendStart(executionId, bootId, guard);
        await LimitedAsync(async ct =>
        {
            await scope.Reports.RecordedAsync(sequence, ct);
            return true;
        }, cancellationToken);
        if (guard is not null)
            scope.Guards[guard.Name] = guard;
        _recorded = true;
        Begun = true;
    }

    private long SendStart(string? executionId, string? bootId, GuardState? guard) => scope.Reports.Send(n => new StepStarting
    {
        ZoneUpgradeId = scope.ZoneUpgradeId,
        Epoch = scope.Epoch,
        Sequence = n,
        WorkerId = scope.Options.WorkerId,
        At = scope.Now,
        Phase = scope.Phase.Name,
        Step = step.Name,
        Attempt = Attempt,
        ExecutionId = executionId,
        BootId = bootId,
        Guard = guard,
    });

    private async Task<T> LimitedAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_clock.Left + TimeSpan.FromMilliseconds(1), scope.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, scope.Stop.Now, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (Exception e) when (e is not PhaseHoldException && limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested && !scope.Stop.Now.IsCancellationRequested)
        {
            throw new StepTimeLimitException();
        }
    }

    private sealed class SentSoFar(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
