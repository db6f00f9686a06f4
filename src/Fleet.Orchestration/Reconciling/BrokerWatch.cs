using MassTransit;

namespace Fleet.Orchestration.Reconciling;

/// <summary>Since when the broker is there: what was not heard while it was away says nothing about workers.</summary>
internal sealed class BrokerWatch(TimeProvider time) : IReceiveEndpointObserver
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _since;

    /// <summary>Null: it is away.</summary>
    public DateTimeOffset? Since
    {
        get
        {
            lock (_lock)
                return _since;
        }
    }

    public Task Ready(ReceiveEndpointReady ready)
    {
        lock (_lock)
            _since = time.GetUtcNow();
        return Task.CompletedTask;
    }

    public Task Faulted(ReceiveEndpointFaulted faulted)
    {
        lock (_lock)
            _since = null;
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;
}
