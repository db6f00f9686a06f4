namespace Fleet.Worker.Phases;

/// <summary>How much of a step's time limit is left. It stands still while a prompt waits for its answer: a night at a prompt is no hanging script.</summary>
internal sealed class StepClock(TimeProvider time, TimeSpan limit)
{
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _stood;
    private long? _standsSince;

    public TimeSpan Limit => limit;

    public TimeSpan Left
    {
        get
        {
            var left = limit - (time.GetElapsedTime(_start) - _stood - (_standsSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero));
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public bool Passed => Left == TimeSpan.Zero;

    public void Stand() => _standsSince ??= time.GetTimestamp();

    public void GoOn()
    {
        if (_standsSince is not { } since)
            return;
        _stood += time.GetElapsedTime(since);
        _standsSince = null;
    }
}
