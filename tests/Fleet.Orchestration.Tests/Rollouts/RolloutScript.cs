using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Rollouts;

/// <summary>A rollout's rules over zone rows that a test moves by hand.</summary>
internal sealed class RolloutScript
{
    public Rollout Row { get; set; }
    public Dictionary<Guid, ZoneStanding> Zones { get; } = [];

    public RolloutScript(IReadOnlyList<InventoryZone> zones, int? maxParallel = null, string failures = "0", string? until = null)
    {
        Row = new Rollout
        {
            Id = Guid.NewGuid(),
            Name = "test",
            Package = Samples.Package,
            Runbook = new RunbookRef("qingcloud-upgrade", Samples.Runbook.Digest),
            Phases = [],
            Strategy = Waves.StrategyFor(maxParallel, FailureLimit.Parse(failures)),
            Until = until,
            Zones = Waves.Plan(zones, maxParallel, _ => Guid.NewGuid()),
            StartedBy = "ops",
            StartedAt = default,
        };
        foreach (var zone in Row.Zones)
            Zones[zone.ZoneUpgradeId] = new ZoneStanding { State = ZoneState.Waiting };
    }

    public IEnumerable<string> Running => Row.Included.Where(z => RolloutRules.IsRunning(z, Zones[z.ZoneUpgradeId])).Select(z => z.Zone);

    public RolloutScript Evaluate()
    {
        Row = RolloutRules.Evaluate(Row, Zones, default).Row;
        return this;
    }

    public RolloutScript Set(string zone, Func<ZoneStanding, ZoneStanding> change)
    {
        var id = Row.Find(zone)!.ZoneUpgradeId;
        Zones[id] = change(Zones[id]);
        return this;
    }

    /// <summary>The zone's row follows its start.</summary>
    public RolloutScript Follow(string zone) => Set(zone, s => s with { State = ZoneState.Running, StartsTaken = Row.Find(zone)!.Starts });

    public RolloutScript End(string zone, ZoneState state) =>
        Set(zone, s => s with { State = state, StartsTaken = Row.Find(zone)!.Starts, CountsAsFailure = state is ZoneState.Failed or ZoneState.Unknown });

    public static IReadOnlyList<InventoryZone> Many(int count, Func<int, string?>? region = null) => [.. Enumerable.Range(1, count).Select(i => Samples.Zone($"z{i}", region: region?.Invoke(i)))];
}
