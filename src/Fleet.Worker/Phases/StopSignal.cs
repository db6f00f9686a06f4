using Fleet.Contracts.Phases;

namespace Fleet.Worker.Phases;

/// <summary>What a run was asked to stop by. It only grows sterner: pause, abort, abort now.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly CancellationTokenSource _now = new();

    public StopMode? Mode { get; private set; }

    /// <summary>Cancelled from abort on.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <summary>Cancelled by abort now.</summary>
    public CancellationToken Now => _now.Token;

    /// <summary>Woken when the run is asked to stop.</summary>
    public WakeUp? Listener { get; set; }

    public void Request(StopMode mode)
    {
        lock (_lock)
        {
            if (Mode >= mode)
                return;
            Mode = mode;
        }
        try
        {
            if (mode >= StopMode.Abort)
                _abort.Cancel();
            if (mode == StopMode.AbortNow)
                _now.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Its run has ended by itself in the same moment.
        }
        Listener?.Set();
    }

    public void Dispose()
    {
        _abort.Dispose();
        _now.Dispose();
    }
}
