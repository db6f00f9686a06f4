using Fleet.Contracts.Decisions;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Phases.Scripted;

/// <summary>One connection to a scripted zone; shell and runner in one.</summary>
internal sealed class ScriptedLink(ScriptedZone zone) : IRemoteShell, IRemoteRunner
{
    private readonly CancellationTokenSource _cut = new();
    private bool _attached;

    public void Cut() => _cut.Cancel();

    public ValueTask DisposeAsync()
    {
        _cut.Cancel();
        return ValueTask.CompletedTask;
    }

    public Task<RemoteResult> RunAsync(string script, CancellationToken cancellationToken, int maxOutputBytes = 16 * 1024 * 1024)
    {
        Live();
        return Task.FromResult(new RemoteResult(0, System.Text.Encoding.UTF8.GetBytes(zone.Read(script)), []));
    }

    public Task<int?> StreamAsync(string commandLine, ReadOnlyMemory<byte> input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> onOutput, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task AppendFileAsync(string remotePath, Stream source, long offset, IProgress<long>? progress, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RunnerReply> AttachAsync(AttachZone attach, CancellationToken cancellationToken)
    {
        Live();
        if (zone.Installation is { } other && other != attach.Installation && !attach.OverrideFence)
            return Task.FromResult(new RunnerReply(Refusal.ForeignInstallation, other, null) { Fence = zone.Fence });
        if (attach.Epoch < zone.Fence)
            return Task.FromResult(new RunnerReply(Refusal.Fenced, $"{zone.Fence}", null) { Fence = zone.Fence });
        if (attach.Epoch > zone.Fence && attach.KnownFence < zone.Fence)
            return Task.FromResult(new RunnerReply(Refusal.Ahead, $"{zone.Fence}", null) { Fence = zone.Fence });
        zone.Installation = attach.Installation;
        zone.Fence = attach.Epoch;
        _attached = true;
        return Task.FromResult(new RunnerReply(Refusal.None, "", null));
    }

    public Task<ExecutionStatus> StatusAsync(string executionId, CancellationToken cancellationToken)
    {
        Live();
        return Task.FromResult(Status(zone.Execution(executionId)));
    }

    public Task<IReadOnlyList<string>> RunsAsync(string prefix, CancellationToken cancellationToken)
    {
        Live();
        return Task.FromResult<IReadOnlyList<string>>([.. zone.Ids.Where(id => id.StartsWith(prefix + ".", StringComparison.Ordinal)).Select(id => id[(prefix.Length + 1)..])]);
    }

    public async Task<StartReply> StartAsync(StartExecution start, OutputHandler onOutput, CancellationToken cancellationToken)
    {
        Live();
        if (Fenced(start.Epoch) is { } fenced)
            return new StartReply(Refusal.Fenced, fenced, Status(null));
        if (start.BootId != zone.BootId)
            return new StartReply(Refusal.Rebooted, zone.BootId, Status(null));
        if (zone.Start(start) is not { } execution)
            return new StartReply(Refusal.BadInput, "no such command is scripted", Status(null));
        await FollowAsync(execution, 0, onOutput, cancellationToken);
        return new StartReply(Refusal.None, "", Status(execution));
    }

    public async Task<ExecutionStatus> FollowAsync(string executionId, long offset, OutputHandler onOutput, CancellationToken cancellationToken)
    {
        Live();
        if (zone.Execution(executionId) is { } execution)
            await FollowAsync(execution, offset, onOutput, cancellationToken);
        return Status(zone.Execution(executionId));
    }

    public Task<AnswerReply> AnswerAsync(string executionId, long epoch, long offset, string text, CancellationToken cancellationToken)
    {
        Live();
        if (Fenced(epoch) is { } fenced)
            return Task.FromResult(new AnswerReply(AnswerState.Refused, false, Refusal.Fenced, fenced));
        var reply = zone.Execution(executionId)?.Answer(offset, text) ?? new AnswerReply(AnswerState.Stale, false, Refusal.None, "absent");
        if (reply is { State: AnswerState.Applied, Duplicate: false })
            zone.Note($"answer {text}");
        return Task.FromResult(reply);
    }

    public async Task<CancelReply> CancelAsync(string executionId, long epoch, TimeSpan grace, CancellationToken cancellationToken)
    {
        Live();
        zone.Note("cancel");
        var execution = zone.Execution(executionId)!;
        execution.Kill();
        await execution.Ended.WaitAsync(cancellationToken);
        await zone.CancelReplies.WaitAsync(cancellationToken);
        return new CancelReply(Refusal.None, "", 0, Status(execution));
    }

    public Task<RunnerReply> ResolveAsync(string executionId, long epoch, string verdict, CancellationToken cancellationToken)
    {
        zone.Note($"resolve {verdict}");
        return Task.FromResult(new RunnerReply(Refusal.None, "", null));
    }

    public Task<RunnerReply> CleanAsync(string executionId, long epoch, CancellationToken cancellationToken)
    {
        zone.Note($"clean {executionId}");
        return Task.FromResult(new RunnerReply(Refusal.None, "", null));
    }

    // No zone here allows a dead-man's rule.
    public Task<WatchReply> ArmAsync(ArmWatch arm, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<WatchReply> RenewAsync(string watchId, long epoch, string installation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<WatchReply> DisarmAsync(string watchId, long epoch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<WatchReply> WatchAsync(string watchId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<FencedReply> FencedAsync(long epoch, string script, CancellationToken cancellationToken)
    {
        Live();
        if (Fenced(epoch) is { } fenced)
            return Task.FromResult(new FencedReply(Refusal.Fenced, fenced, null));
        zone.Note($"change {script}");
        return Task.FromResult(new FencedReply(Refusal.None, "", new RemoteResult(0, [], [])));
    }

    private async Task FollowAsync(ScriptedExecution execution, long offset, OutputHandler onOutput, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cut.Token);
        try
        {
            await execution.FollowAsync(offset, onOutput, either.Token);
        }
        catch (OperationCanceledException) when (_cut.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Live();
        }
    }

    private ExecutionStatus Status(ScriptedExecution? execution) => new(
        execution?.State ?? ExecutionState.Absent, execution?.Exit, execution?.Killed ?? false, execution?.Printed ?? 0, execution?.Printed ?? 0, execution?.Reading ?? false, zone.BootId, zone.Fence, null,
        zone.Executions.Any(e => e.State == ExecutionState.Running) ? "busy" : null, 0)
    {
        Cleaned = execution is { Cleaned: true },
    };

    private string? Fenced(long epoch) => !_attached ? "not attached" : epoch < zone.Fence ? $"{zone.Fence}" : null;

    private void Live()
    {
        if (_cut.IsCancellationRequested)
            throw new SshLinkException(Finding.Of("ssh-link-broken"), transient: true);
    }
}
