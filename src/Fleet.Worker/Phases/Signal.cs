namespace Fleet.Worker.Phases;

/// <summary>
/// Tells waiters that something changed. Who waits says which change it has seen, so none between its look and its wait is missed. A waiter goes on where its own
/// context lets it, never inside <see cref="Set"/>; so it may be set under a lock, and a simulation that owns the context owns the order.
/// </summary>
internal sealed class Signal
{
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource<bool>> _waiters = [];
    private long _version;

    /// <summary>How often it was set.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
                return _version;
        }
    }

    public void Set()
    {
        lock (_lock)
        {
            _version++;
            foreach (var waiter in _waiters)
                waiter.TrySetResult(true);
            _waiters.Clear();
        }
    }

    /// <summary>Returns when it was set after <paramref name="seen"/>.</summary>
    public Task WaitAsync(long seen, CancellationToken cancellationToken) => WaitAsync(seen, Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

    /// <returns>False: <paramref name="most"/> passed first.</returns>
    public async Task<bool> WaitAsync(long seen, TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_version > seen)
                return true;
            _waiters.Add(waiter);
        }

        try
        {
            await using var cancelled = cancellationToken.UnsafeRegister(static (w, token) => ((TaskCompletionSource<bool>)w!).TrySetCanceled(token), waiter);
            await using var late = most == Timeout.InfiniteTimeSpan ? null : time.CreateTimer(static w => ((TaskCompletionSource<bool>)w!).TrySetResult(false), waiter, most, Timeout.InfiniteTimeSpan);
            return await waiter.Task;
        }
        finally
        {
            lock (_lock)
                _waiters.Remove(waiter);
        }
    }
}
