using Fleet.Contracts.Workers;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Simulation.Parts;

/// <summary>The database: rows with versions. A commit writes all or nothing, and fails when a row that it writes was written meanwhile.</summary>
internal sealed class Store
{
    /// <summary>How often something was committed.</summary>
    public long Version { get; set; }

    public Table<Guid, ZoneUpgrade> ZoneUpgrades { get; } = new();
    public Table<Guid, Rollout> Rollouts { get; } = new();
    public Table<string, FirstboxRow> Firstboxes { get; } = new();
    public Dictionary<Guid, Lease> Leases { get; } = [];
    public Dictionary<string, WorkerRow> Workers { get; } = [];
    public Dictionary<string, SimZoneRow> Zones { get; } = [];
    public Leader Leader { get; set; } = new(null, 0, DateTimeOffset.MinValue);
    public Dictionary<string, List<byte>> Transcripts { get; } = [];

    internal sealed class Table<TKey, TRow>
        where TKey : notnull
        where TRow : class
    {
        private readonly Dictionary<TKey, (TRow Row, int Version)> _rows = [];

        public IEnumerable<TRow> All => _rows.Values.Select(r => r.Row);

        public (TRow? Row, int Version) Get(TKey key) => _rows.TryGetValue(key, out var known) ? known : (null, 0);

        public void Put(TKey key, TRow row) => _rows[key] = (row, Get(key).Version + 1);
    }
}

internal sealed record FirstboxRow(string Address, Guid? Holder, long Epoch);

internal sealed record Lease(Guid ZoneUpgradeId, long Epoch, string WorkerId, DateTimeOffset ExpiresAt);

internal sealed record WorkerRow(string Id, string Pool, long Beat, int FreeSlots, bool Draining, IReadOnlyList<HeldPhase> Holds, DateTimeOffset LastSeen);

internal sealed record SimZoneRow(InventoryZone Zone, bool Taken);

internal sealed record Leader(string? Holder, long Epoch, DateTimeOffset ExpiresAt);

/// <summary>One transaction: reads remember versions; writes wait for the commit.</summary>
internal sealed class Tx(Store store)
{
    private readonly Dictionary<Guid, (ZoneUpgrade Before, int Version, ZoneUpgrade? After)> _zones = [];
    private readonly Dictionary<Guid, (Rollout Before, int Version, Rollout? After)> _rollouts = [];
    private readonly Dictionary<string, (FirstboxRow Before, int Version, FirstboxRow? After)> _firstboxes = [];
    private readonly List<Action> _plain = [];

    public List<AuditEntry> Audit { get; } = [];

    /// <summary>What is told of the commit, once it is through.</summary>
    public List<Action> Committed { get; } = [];

    public ZoneUpgrade? Zone(Guid id)
    {
        if (_zones.TryGetValue(id, out var known))
            return known.After ?? known.Before;
        var (row, version) = store.ZoneUpgrades.Get(id);
        if (row is not null)
            _zones[id] = (row, version, null);
        return row;
    }

    public Rollout? Rollout(Guid id)
    {
        if (_rollouts.TryGetValue(id, out var known))
            return known.After ?? known.Before;
        var (row, version) = store.Rollouts.Get(id);
        if (row is not null)
            _rollouts[id] = (row, version, null);
        return row;
    }

    public FirstboxRow Firstbox(string address)
    {
        if (_firstboxes.TryGetValue(address, out var known))
            return known.After ?? known.Before;
        var (row, version) = store.Firstboxes.Get(address);
        _firstboxes[address] = (row ?? new FirstboxRow(address, null, 0), version, null);
        return _firstboxes[address].Before;
    }

    public void Write(ZoneUpgrade row) => _zones[row.Id] = _zones[row.Id] with { After = row };

    public void Write(Rollout row) => _rollouts[row.Id] = _rollouts[row.Id] with { After = row };

    public void Write(FirstboxRow row) => _firstboxes[row.Address] = _firstboxes[row.Address] with { After = row };

    /// <summary>Rows without a version: the last one wins.</summary>
    public void Write(Action write) => _plain.Add(write);

    /// <summary>Nothing of it is to be written.</summary>
    public void Drop()
    {
        _zones.Clear();
        _rollouts.Clear();
        _firstboxes.Clear();
        _plain.Clear();
        Audit.Clear();
        Committed.Clear();
    }

    /// <returns>False: someone else was first; nothing was written.</returns>
    public bool Commit(bool anyRollout)
    {
        if (_zones.Any(z => z.Value.After is not null && store.ZoneUpgrades.Get(z.Key).Version != z.Value.Version)
            || (!anyRollout && _rollouts.Any(r => r.Value.After is not null && store.Rollouts.Get(r.Key).Version != r.Value.Version))
            || _firstboxes.Any(f => f.Value.After is not null && store.Firstboxes.Get(f.Key).Version != f.Value.Version))
            return false;
        store.Version++;
        foreach (var (id, zone) in _zones.Where(z => z.Value.After is not null))
            store.ZoneUpgrades.Put(id, zone.After!);
        foreach (var (id, rollout) in _rollouts.Where(r => r.Value.After is not null))
            store.Rollouts.Put(id, rollout.After!);
        foreach (var (address, firstbox) in _firstboxes.Where(f => f.Value.After is not null))
            store.Firstboxes.Put(address, firstbox.After!);
        foreach (var write in _plain)
            write();
        foreach (var told in Committed)
            told();
        return true;
    }
}
