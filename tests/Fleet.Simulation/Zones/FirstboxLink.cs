using System.Text;
using Fleet.Checking;
using Fleet.Contracts.Decisions;
using Fleet.Simulation.Scheduling;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;

namespace Fleet.Simulation.Zones;

/// <summary>One connection of one worker to a firstbox, shell and runner in one. Each verb takes its time, and the link may break before it was heard and after it took effect.</summary>
internal sealed class FirstboxLink(World world, Firstbox firstbox, SimProcess worker, Action crash) : IRemoteShell, IRemoteRunner
{
    private readonly CancellationTokenSource _cut = new();

    public void Cut() => _cut.Cancel();

    public ValueTask DisposeAsync()
    {
        _cut.Cancel();
        return ValueTask.CompletedTask;
    }

    public Task<RemoteResult> RunAsync(string script, CancellationToken cancellationToken, int maxOutputBytes = 16 * 1024 * 1024) => VerbAsync(
        () => new RemoteResult(
            0,
            Encoding.UTF8.GetBytes(
                script.Contains("sim-flags", StringComparison.Ordinal) ? string.Join(',', firstbox.Flagged)
                : script.Contains("sim-busy", StringComparison.Ordinal) ? firstbox.Active?.Id ?? ""
                : script.Contains("sim-check", StringComparison.Ordinal) ? (world.Chaos.Strikes(Fault.StepFails) ? "bad" : "ok")
                : "--fleet--\n--fleet--\n"),
            []),
        cancellationToken);

    public Task<int?> StreamAsync(string commandLine, ReadOnlyMemory<byte> input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> onOutput, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AppendFileAsync(string remotePath, Stream source, long offset, IProgress<long>? progress, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RunnerReply> AttachAsync(AttachZone attach, CancellationToken cancellationToken) => VerbAsync(
        () =>
        {
            if (attach.Epoch < firstbox.Fence)
                return new RunnerReply(Refusal.Fenced, $"{firstbox.Fence}", null);
            if (attach.Epoch > firstbox.Fence && attach.KnownFence < firstbox.Fence)
                return new RunnerReply(Refusal.Ahead, $"{firstbox.Fence}", null);
            firstbox.Fence = attach.Epoch;
            firstbox.Installation = attach.Installation;
            return new RunnerReply(Refusal.None, "", null);
        },
        cancellationToken);

    public Task<ExecutionStatus> StatusAsync(string executionId, CancellationToken cancellationToken) => VerbAsync(() => Status(world.Sabotage == Sabotage.RunnerForgets && world.Random.Next(2) == 0 ? null : firstbox.Find(executionId)), cancellationToken);

    public Task<IReadOnlyList<string>> RunsAsync(string prefix, CancellationToken cancellationToken) => VerbAsync<IReadOnlyList<string>>(
        () => [.. firstbox.Runs.Where(r => r.Id.StartsWith(prefix + ".", StringComparison.Ordinal)).Select(r => r.Id[(prefix.Length + 1)..])], cancellationToken);

    public async Task<StartReply> StartAsync(StartExecution start, OutputHandler onOutput, CancellationToken cancellationToken)
    {
        var reply = await VerbAsync(
            () =>
            {
                var known = firstbox.Find(start.ExecutionId);
                if (IsFenced(start.Epoch))
                    return new StartReply(Refusal.Fenced, $"{firstbox.Fence}", Status(known));
                if (known is not null && world.Sabotage != Sabotage.RunnerForgets)
                    return new StartReply(Refusal.None, "", Status(known));
                if (start.BootId != firstbox.BootId)
                    return new StartReply(Refusal.Rebooted, firstbox.BootId, Status(null));
                if (firstbox.Active is { } busy && world.Sabotage != Sabotage.RunnerForgets)
                    return new StartReply(Refusal.Busy, busy.Id, Status(null));
                if (world.Chaos.Strikes(Fault.DiskFull))
                    return new StartReply(Refusal.DiskFull, "", Status(null));
                return new StartReply(Refusal.None, "", Status(firstbox.Start(start)));
            },
            cancellationToken);
        return reply.Refusal != Refusal.None ? reply : reply with { Status = await FollowAsync(start.ExecutionId, 0, onOutput, cancellationToken) };
    }

    public async Task<ExecutionStatus> FollowAsync(string executionId, long offset, OutputHandler onOutput, CancellationToken cancellationToken)
    {
        Live();
        if (firstbox.Find(executionId) is not { } run)
            return Status(null);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cut.Token);
        var reading = false;
        while (true)
        {
            var seen = run.Changed.Version;
            var fresh = run.From(offset);
            if (fresh.Length > 0 || run.Reading != reading)
            {
                reading = run.Reading;
                await onOutput(offset, fresh, 0, reading, cancellationToken);
                offset += fresh.Length;
                continue;
            }

            if (run.State != ExecutionState.Running)
                return await VerbAsync(() => Status(run), cancellationToken);
            try
            {
                await run.Changed.WaitAsync(seen, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Live();
            }

            if (world.Chaos.Strikes(Fault.LinkCut))
                Cut();
            Live();
        }
    }

    public Task<AnswerReply> AnswerAsync(string executionId, long epoch, long offset, string text, CancellationToken cancellationToken) => VerbAsync(
        () => IsFenced(epoch) ? new AnswerReply(AnswerState.Refused, false, Refusal.Fenced, "")
            : firstbox.Find(executionId)?.Answer(offset, text, world.Sabotage == Sabotage.AnswersAnyPrompt) ?? new AnswerReply(AnswerState.Refused, false, Refusal.NotRunning, ""),
        cancellationToken);

    public Task<CancelReply> CancelAsync(string executionId, long epoch, TimeSpan grace, CancellationToken cancellationToken) => VerbAsync(
        () =>
        {
            if (IsFenced(epoch))
                return new CancelReply(Refusal.Fenced, "", 0, null);
            var run = firstbox.Find(executionId);
            run?.Kill();
            return new CancelReply(Refusal.None, "", 0, Status(run));
        },
        cancellationToken);

    public Task<RunnerReply> ResolveAsync(string executionId, long epoch, string verdict, CancellationToken cancellationToken) => VerbAsync(
        () =>
        {
            if (IsFenced(epoch))
                return new RunnerReply(Refusal.Fenced, "", null);
            if (firstbox.Find(executionId) is { } run)
                run.Verdict = verdict;
            return new RunnerReply(Refusal.None, "", null);
        },
        cancellationToken);

    public Task<RunnerReply> CleanAsync(string executionId, long epoch, CancellationToken cancellationToken) => VerbAsync(() => new RunnerReply(Refusal.None, "", null), cancellationToken);

    // No zone here allows a dead-man's rule.
    public Task<WatchReply> ArmAsync(ArmWatch arm, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<WatchReply> RenewAsync(string watchId, long epoch, string installation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<WatchReply> DisarmAsync(string watchId, long epoch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<WatchReply> WatchAsync(string watchId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<FencedReply> FencedAsync(long epoch, string script, CancellationToken cancellationToken) => VerbAsync(
        () =>
        {
            if (IsFenced(epoch))
                return new FencedReply(Refusal.Fenced, $"{firstbox.Fence}", null);
            world.Tell(new Effect(world.Now, firstbox.Name, "", script));
            return new FencedReply(Refusal.None, "", new RemoteResult(0, [], []));
        },
        cancellationToken);

    private bool IsFenced(long epoch) => epoch < firstbox.Fence;

    private async Task<T> VerbAsync<T>(Func<T> effect, CancellationToken cancellationToken)
    {
        await TravelAsync(cancellationToken);
        var result = effect();
        await TravelAsync(cancellationToken);
        return result;
    }

    private async Task TravelAsync(CancellationToken cancellationToken)
    {
        Live();
        if (world.Chaos.Strikes(Fault.WorkerCrash))
        {
            crash();
            await new TaskCompletionSource().Task;
        }

        if (world.Chaos.Strikes(Fault.LinkCut))
            Cut();
        await Task.Delay(TimeSpan.FromMilliseconds(1 + world.Random.Next(40)), worker.Time, cancellationToken);
        Live();
    }

    private void Live()
    {
        if (_cut.IsCancellationRequested)
            throw new SshLinkException(Finding.Of("ssh-link-broken"), transient: true);
    }

    private ExecutionStatus Status(ZoneRun? run) => new(
        run?.State ?? ExecutionState.Absent, run?.Exit, run?.Cancelled ?? false, run?.Printed ?? 0, run?.Printed ?? 0, run?.Reading ?? false, firstbox.BootId, firstbox.Fence, firstbox.Installation, firstbox.Active?.Id, 0)
    {
        Verdict = run?.Verdict,
    };
}
