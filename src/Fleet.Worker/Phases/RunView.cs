using Fleet.Contracts.Workers;

namespace Fleet.Worker.Phases;

/// <summary>What a run is at, for heartbeats: written by the run, read by others.</summary>
internal sealed class RunView(Guid zoneUpgradeId, long epoch, string phase)
{
    private readonly Lock _lock = new();
    private HeldPhase _now = new() { ZoneUpgradeId = zoneUpgradeId, Epoch = epoch, Phase = phase };

    public HeldPhase Now
    {
        get
        {
            lock (_lock)
                return _now;
        }
    }

    public void Change(Func<HeldPhase, HeldPhase> change)
    {
        lock (_lock)
            _now = change(_now);
    }
}
