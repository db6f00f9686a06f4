namespace Fleet.Worker.Phases;

/// <summary>Something happened: the one who waits looks again. Set many times it wakes once.</summary>
internal sealed class WakeUp
{
    private readonly Signal _signal = new();
    private long _seen;

    public void Set() => _signal.Set();

    public async Task WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        await _signal.WaitAsync(_seen, most, time, cancellationToken);
        _seen = _signal.Version;
    }
}
