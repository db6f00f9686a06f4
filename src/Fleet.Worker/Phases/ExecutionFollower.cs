using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Transcripts;
using Fleet.Runbooks.Model;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases.Prompts;
using Fleet.Worker.Phases.Reports;
using Fleet.Worker.Phases.Transcripts;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Phases;

/// <summary>Starts or finds one execution and stays with it to its end: output to the transcript, prompts to the coordinator, answers to the script. A broken link costs time only.</summary>
internal sealed class ExecutionFollower
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);

    private readonly DispatchScope _scope;
    private readonly string _id;
    private readonly StepClock _clock;
    private readonly OutputTail _tail;
    private readonly PromptWatch _watch;
    private readonly PromptDesk _desk;
    private readonly TranscriptPump _pump;
    private readonly ShownTranscript _shown;
    private readonly long _from;
    private readonly WakeUp _wake = new();
    private readonly Lock _lock = new();
    private Task _flushing = Task.CompletedTask;

    public ExecutionFollower(DispatchScope scope, Step step, int attempt, string id, long storedBefore, StepClock clock, Action<string>? onLine)
    {
        _scope = scope;
        _id = id;
        _clock = clock;
        // Lines tell a kind how far the command is, so a takeover reads them all again; else only what the verdict needs.
        _from = onLine is null ? Math.Max(0, storedBefore - 256 * 1024) : 0;
        _tail = new OutputTail(_from) { OnLine = onLine };
        _watch = new PromptWatch(step.Prompts, scope.Options.PromptQuiet);
        _desk = new PromptDesk(scope, step, attempt, id);
        _pump = new TranscriptPump(scope.Transcripts, piece => new TranscriptFrame
        {
            ExecutionId = id,
            ZoneUpgradeId = scope.ZoneUpgradeId,
            Step = step.Name,
            Attempt = attempt,
            Offset = piece.Offset,
            Bytes = piece.Bytes,
            CutBefore = piece.CutBefore,
            Sealed = scope.Sealer.Seal(id, piece.Hidden),
        }, storedBefore, scope.Time, scope.Log);
        _shown = new ShownTranscript(scope.Redaction, _pump, _from);
    }

    public long Stored => _pump.Stored;

    /// <param name="start">Null: it was started before; find it and follow.</param>
    /// <param name="ended">It had ended when this dispatch looked.</param>
    public async Task<ExecutionOutcome> RunAsync(StartExecution? start, bool ended, CancellationToken cancellationToken)
    {
        var startedAt = _scope.Now;
        using var work = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pumping = _pump.RunAsync(cancellationToken);
        var following = FollowAsync(start, work.Token);
        var watching = ended ? DelayAsync(Timeout.InfiniteTimeSpan, work.Token) : WatchAsync(work.Token);
        var interrupted = false;
        try
        {
            interrupted = await Task.WhenAny(following, watching) == watching;
            if (interrupted)
            {
                // A failure of the watch ends the step; its verdict otherwise.
                await watching;
                if (_desk.Cancelled is not null)
                    await Task.WhenAny(following, DelayAsync(DrainLimit, cancellationToken));
            }
            else if (_desk.Cancelling)
            {
                // A cancelled command's end may be heard of before its cancel is answered, and only the answer says what is left of it.
                await watching;
            }
        }
        finally
        {
            work.Cancel();
            await Quietly(watching);
            if (interrupted)
                await Quietly(following);
        }

        var end = interrupted && !following.IsCompletedSuccessfully ? null : await following;
        await _desk.CloseAsync(cancellationToken);
        await Quietly(_flushing);
        await _shown.FlushAsync(cancellationToken);
        _pump.Complete();
        await pumping;
        _scope.View.Change(v => v with { ExecutionState = end?.Status is { } s ? s.State.ToString().ToLowerInvariant() : v.ExecutionState, OpenPromptOffset = null, OpenPromptFingerprint = null, TranscriptRead = _tail.End, TranscriptStored = _pump.Stored });
        return Outcome(end, startedAt, ended);
    }

    private ExecutionOutcome Outcome(FollowEnd? end, DateTimeOffset startedAt, bool ended)
    {
        ExecutionOutcome Of(ExecutionEnd how, Finding? problem, int? exit = null) => new(how, exit, _tail.Text, _tail.End, ended, startedAt, _desk.Answered, problem);

        if (end?.Refused is { } refused)
            return Of(ExecutionEnd.Refused, refused);
        if (_desk.Cancelled is { } cancel)
            return Of(ExecutionEnd.Cancelled, cancel);
        if (end?.Status is not { } status)
            return Of(ExecutionEnd.TimedOut, Finding.Of("time-limit-passed", ("limit", Durations.Text(_clock.Limit))).WithLines(ExecutionVerdict.LastLines(_tail.Text)));
        if (status is { State: ExecutionState.Exited, Cancelled: true })
            return Of(ExecutionEnd.Cancelled, Finding.Of("execution-cancelled").WithLines(ExecutionVerdict.LastLines(_tail.Text)), status.Exit);
        return status is { State: ExecutionState.Exited, Exit: { } exit }
            ? Of(ExecutionEnd.Exited, null, exit)
            : Of(ExecutionEnd.Unknown, Finding.Of(ExecutionRules.WhyUnknown(status.State), ("execution", _id)).WithLines(ExecutionVerdict.LastLines(_tail.Text)));
    }

    private async Task<FollowEnd> FollowAsync(StartExecution? start, CancellationToken cancellationToken)
    {
        ExecutionStatus? status = null;
        if (start is not null)
        {
            var begun = await StartAsync(start, cancellationToken);
            if (begun.Refused is not null)
                return begun;
            status = begun.Status;
        }
        var again = new DoublingWait(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (status is null or { State: ExecutionState.Running } || (status.State == ExecutionState.Exited && _tail.End < status.Printed))
        {
            var before = _tail.End;
            status = await _scope.Link.UseAsync((_, runner) => runner.FollowAsync(_id, Math.Max(_from, _tail.End), OnOutputAsync, cancellationToken), cancellationToken);
            if (status.State == ExecutionState.Running || _tail.End == before)
            {
                if (status.State != ExecutionState.Running)
                    break;
                await Task.Delay(again.Next(), _scope.Time, cancellationToken);
            }
        }
        return new FollowEnd(status, null);
    }

    private async Task<FollowEnd> StartAsync(StartExecution start, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var reply = await _scope.Link.OnceAsync((_, runner) => runner.StartAsync(start, OnOutputAsync, cancellationToken), cancellationToken);
                return reply.Refusal == Refusal.None ? new FollowEnd(reply.Status, null) : new FollowEnd(null, Refusals.Told(reply.Refusal, reply.Detail));
            }
            catch (SshLinkException e) when (e.Transient && !cancellationToken.IsCancellationRequested)
            {
                var status = await _scope.Link.UseAsync((_, runner) => runner.StatusAsync(_id, cancellationToken), cancellationToken);
                // Whether it was started is the zone's to say; asked to start again, the runner starts an id at most once.
                if (status.State is not (ExecutionState.Absent or ExecutionState.Staged))
                    return new FollowEnd(status.State == ExecutionState.Running ? null : status, null);
                await _scope.Lease.WhenHeldAsync(cancellationToken);
            }
        }
    }

    private async ValueTask OnOutputAsync(long offset, ReadOnlyMemory<byte> bytes, long cutBefore, bool blockedOnRead, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> fresh;
        long end;
        lock (_lock)
        {
            fresh = _tail.Take(offset, bytes);
            end = _tail.End;
            _watch.Feed(end - fresh.Length, fresh.Span, blockedOnRead, _scope.Time.GetElapsedTime(0));
        }
        if (!fresh.IsEmpty)
            await _shown.AddAsync(end - fresh.Length, fresh, cutBefore, cancellationToken);
        if (blockedOnRead)
            await _shown.FlushAsync(cancellationToken);
        _scope.View.Change(v => v with { ExecutionState = "running", TranscriptRead = end, TranscriptStored = _pump.Stored });
        _wake.Set();
    }

    /// <summary>Ends when the execution was cancelled as asked or its time limit passed.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        _scope.Stop.Listener = _wake;
        _scope.Answers.Listener = _wake;
        try
        {
            while (true)
            {
                if (_desk.MustCancel(_scope.Stop.Mode))
                {
                    await _desk.CancelAsync(_scope.Options.CancelGrace, cancellationToken);
                    return;
                }
                await LookAsync(cancellationToken);
                if (_desk.HasOpen)
                    _clock.Stand();
                else
                    _clock.GoOn();
                if (_clock.Passed)
                    return;
                if (!_desk.MustCancel(_scope.Stop.Mode))
                    await _wake.WaitAsync(NextLook(), _scope.Time, cancellationToken);
            }
        }
        finally
        {
            _scope.Stop.Listener = null;
            _scope.Answers.Listener = null;
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        SeenPrompt? seen;
        long end;
        string output;
        lock (_lock)
        {
            end = _watch.End;
            seen = _watch.Look(_scope.Time.GetElapsedTime(0));
            output = seen is null || _desk.IsOpen(seen) ? "" : _tail.Text;
        }
        _desk.Moved(end);
        // Not waited for: where transcripts are not stored just now, it has to be possible to ask and to cancel.
        if (seen is not null && _flushing.IsCompleted)
            _flushing = _shown.FlushAsync(cancellationToken);
        if (seen is not null)
            await _desk.RaiseAsync(seen, output, cancellationToken);
        await _desk.AnswerAsync(offset =>
        {
            lock (_lock)
                _watch.AnsweredAt(offset);
        }, cancellationToken);
    }

    private TimeSpan NextLook()
    {
        TimeSpan next;
        lock (_lock)
            next = _watch.NextLook(_scope.Time.GetElapsedTime(0));
        if (_desk.HasOpen && next > TimeSpan.FromSeconds(1))
            return next;
        return next < _clock.Left ? next : _clock.Left + TimeSpan.FromMilliseconds(1);
    }

    // Awaited in here, its cancelling goes on in this run's own context.
    private async Task DelayAsync(TimeSpan time, CancellationToken cancellationToken) => await Task.Delay(time, _scope.Time, cancellationToken);

    private static async Task Quietly(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e) when (e is OperationCanceledException or SshLinkException)
        {
            // It was told to end; why it ended is told by whoever told it.
        }
    }

    private sealed record FollowEnd(ExecutionStatus? Status, Finding? Refused);
}
