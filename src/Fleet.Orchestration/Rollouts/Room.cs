using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Rollouts;

/// <summary>How many zones may run side by side. Pure.</summary>
internal sealed class Room
{
    private readonly Rollout _row;
    private readonly Dictionary<(string What, string Value), int> _sizes = [];

    public Room(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> zones)
    {
        _row = row;
        Limit = row.Strategy.SlowStart ? Math.Min(row.MaxParallel, SlowStart(row.Included.Count(z => zones[z.ZoneUpgradeId].State == ZoneState.Succeeded))) : row.MaxParallel;
    }

    /// <summary>Of all in the rollout.</summary>
    public int Limit { get; }

    /// <summary>1, 2, 4 …: twice as many each time as many as before have succeeded.</summary>
    internal static int SlowStart(int succeeded) => 1 << Math.Min(10, int.Log2(succeeded + 1));

    /// <summary>Within its wave, its pool and each of its labels that has a limit.</summary>
    public bool IsThereFor(RolloutZone zone, IReadOnlyList<RolloutZone> running)
    {
        if (_row.Waves.FirstOrDefault(w => w.Index == zone.Wave)?.MaxParallel is { } inWave && IsFull("wave", $"{zone.Wave}", z => z.Wave == zone.Wave, inWave, running))
            return false;
        if (zone.Pool is { } pool && _row.Strategy.PerPool.TryGetValue(pool, out var inPool) && IsFull("pool", pool, z => z.Pool == pool, inPool, running))
            return false;
        if (_row.Strategy.MaxPerRegion is { } inRegion && zone.Region is not null && running.Count(z => z.Region == zone.Region) >= inRegion)
            return false;
        return _row.Strategy.PerLabel.All(l => !zone.Labels.TryGetValue(l.Key, out var value) || !IsFull($"label {l.Key}", value, z => z.Labels.GetValueOrDefault(l.Key) == value, l.Value, running));
    }

    /// <summary>A share is of those alike in the rollout.</summary>
    private bool IsFull(string what, string value, Func<RolloutZone, bool> isAlike, Amount limit, IReadOnlyList<RolloutZone> running)
    {
        if (!_sizes.TryGetValue((what, value), out var size))
            _sizes[(what, value)] = size = _row.Included.Count(isAlike);
        return running.Count(isAlike) >= limit.AtLeastOneOf(size);
    }
}
