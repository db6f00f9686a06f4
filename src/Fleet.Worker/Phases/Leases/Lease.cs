namespace Fleet.Worker.Phases.Leases;

/// <summary>
/// A run's right to change its zone. It counts from the moment at which a beat was sent that the coordinator then recorded, by this machine's steady clock,
/// so it always ends here before it ends there. Expired, the run only reads and waits; lost, it stops.
/// </summary>
internal sealed class Lease(TimeProvider time, TimeSpan duration) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _lost = new();
    private long? _sentAt;
    private readonly Signal _renewed = new();

    public TimeSpan Duration => duration;

    /// <summary>Cancelled when the coordinator said that someone else has it.</summary>
    public CancellationToken Lost => _lost.Token;

    public bool IsHeld
    {
        get
        {
            lock (_lock)
                return !_lost.IsCancellationRequested && _sentAt is { } sent && LeaseRules.IsHeld(time.GetElapsedTime(sent), duration);
        }
    }

    /// <param name="sentAt">The timestamp of the beat (or acceptance) that was recorded.</param>
    public void Renew(long sentAt)
    {
        lock (_lock)
        {
            if (_sentAt is { } known && known >= sentAt)
                return;
            _sentAt = sentAt;
            _renewed.Set();
        }
    }

    public void Lose()
    {
        try
        {
            _lost.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Its run has ended by itself in the same moment.
        }
    }

    public async Task WhenHeldAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = _renewed.Version;
            if (IsHeld)
                return;
            _lost.Token.ThrowIfCancellationRequested();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lost.Token);
            await _renewed.WaitAsync(seen, either.Token);
        }
    }

    public void Dispose() => _lost.Dispose();
}
