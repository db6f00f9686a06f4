namespace Fleet.Worker.Phases;

/// <summary>Something happened: whoever waits looks again. Set many times it wakes once.</summary>
internal sealed class WakeUp
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _signal = New();

    public void Set()
    {
        lock (_lock)
            _signal.TrySetResult();
    }

    public async Task WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        Task signal;
        lock (_lock)
            signal = _signal.Task;
        try
        {
            await signal.WaitAsync(most, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Time to look again.
        }
        lock (_lock)
        {
            if (_signal.Task.IsCompleted)
                _signal = New();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
