namespace Fleet.Worker.Phases;

/// <summary>
/// Tells waiters that something changed. Who waits says which change it has seen, so none between its look and its wait is missed. A waiter goes on where its own
/// context lets it, never inside <see cref="Set"/>; so it may be set under a lock, and a simulation that owns the context owns the order.
/// </summary>
internal sealed class Signal
{
    private readonly Lock _lock = new();
    private readonly List<Waiter> _waiters = [];
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
                waiter.End(true);
            _waiters.Clear();
        }
    }

    /// <summary>Returns when it was set after <paramref name="seen"/>.</summary>
    public Task WaitAsync(long seen, CancellationToken cancellationToken) => WaitAsync(seen, Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

    /// <returns>False: <paramref name="most"/> passed first.</returns>
    public Task<bool> WaitAsync(long seen, TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<bool>(cancellationToken);
        var waiter = new Waiter(this);
        lock (_lock)
        {
            if (_version > seen)
                return Task.FromResult(true);
            _waiters.Add(waiter);
        }

        waiter.Arm(most, time, cancellationToken);
        return waiter.Task;
    }

    private void Remove(Waiter waiter)
    {
        lock (_lock)
            _waiters.Remove(waiter);
    }

    /// <summary>Waits have no async method of their own: most of them end by a cancel, which would be thrown and caught once more for each.</summary>
    private sealed class Waiter(Signal signal) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private readonly Lock _ending = new();
        private CancellationTokenRegistration _cancel;
        private ITimer? _late;
        private bool _ended;

        public void Arm(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
        {
            var cancel = cancellationToken.UnsafeRegister(static (w, token) => ((Waiter)w!).Leave(token), this);
            var late = most == Timeout.InfiniteTimeSpan ? null : time.CreateTimer(static w => ((Waiter)w!).Leave(null), this, most, Timeout.InfiniteTimeSpan);
            lock (_ending)
            {
                (_cancel, _late) = (cancel, late);
                if (!_ended)
                    return;
            }

            LetGo();
        }

        /// <summary>Called under the signal's lock: it takes no lock that waits for anything but itself.</summary>
        public void End(bool was)
        {
            TrySetResult(was);
            Ended();
        }

        private void Leave(CancellationToken? cancelled)
        {
            signal.Remove(this);
            if (cancelled is { } token)
                TrySetCanceled(token);
            else
                TrySetResult(false);
            Ended();
        }

        private void Ended()
        {
            lock (_ending)
            {
                _ended = true;
            }

            LetGo();
        }

        /// <summary>Never waits for a callback that runs: it may wait for the signal's lock.</summary>
        private void LetGo()
        {
            _cancel.Unregister();
            _late?.Dispose();
        }
    }
}
