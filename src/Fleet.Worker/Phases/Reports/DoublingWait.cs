namespace Fleet.Worker.Phases.Reports;

/// <summary>Waits that double from the first to the most.</summary>
internal sealed class DoublingWait(TimeSpan first, TimeSpan most)
{
    private int _doubled;

    public TimeSpan Next()
    {
        var wait = first * Math.Pow(2, _doubled);
        if (wait >= most)
            return most;
        _doubled++;
        return wait;
    }

    public void Reset() => _doubled = 0;
}
