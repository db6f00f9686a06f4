namespace Fleet.Worker.Phases;

/// <summary>One at a time.</summary>
internal sealed class Turn
{
    private readonly Lock _lock = new();
    private readonly Signal _freed = new();
    private bool _taken;

    /// <returns>Disposed, it lets the next one in.</returns>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            long seen;
            lock (_lock)
            {
                if (!_taken)
                {
                    _taken = true;
                    return new Release(this);
                }
                seen = _freed.Version;
            }
            await _freed.WaitAsync(seen, cancellationToken);
        }
    }

    private sealed class Release(Turn turn) : IDisposable
    {
        public void Dispose()
        {
            lock (turn._lock)
            {
                turn._taken = false;
                turn._freed.Set();
            }
        }
    }
}
