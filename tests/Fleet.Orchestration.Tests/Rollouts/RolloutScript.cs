using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Tests.Rollouts;

/// <summary>A rollout's rules over zone rows that a test moves by hand.</summary>
internal sealed class RolloutScript
{
    public Rollout Row { get; set; }
    public Dictionary<Guid, ZoneStanding> Zones { get; } = [];

    /// <summary>The time at which the rules look.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>What was audited so far.</summary>
    public List<AuditEntry> Audit { get; } = [];

    public RolloutScript(IReadOnlyList<InventoryZone> zones, int? maxParallel = null, string? failures = "0", string? until = null, string? strategy = null)
    {
        var file = strategy is null ? null : StrategyLoader.Load(strategy).Strategy ?? throw new ArgumentException(string.Join("; ", StrategyLoader.Load(strategy).Problems), nameof(strategy));
        var plan = WavePlanner.Plan(zones, file, maxParallel, failures is null ? null : Amount.Parse(failures));
        plan.Ok.ShouldBeTrue(string.Join(", ", plan.Problems.Select(p => p.Code)));
        Row = new Rollout
        {
            Id = Guid.NewGuid(),
            Name = "test",
            Package = Samples.Package,
            Runbook = new RunbookRef("qingcloud-upgrade", Samples.Runbook.Digest),
            Phases = [],
            Strategy = plan.Value!.Strategy,
            Waves = plan.Value.Waves,
            Until = until,
            Zones = plan.Value.Members(_ => Guid.NewGuid()),
            StartedBy = "ops",
            StartedAt = default,
        };
        foreach (var zone in Row.Zones)
            Zones[zone.ZoneUpgradeId] = new ZoneStanding { State = ZoneState.Waiting };
    }

    public IEnumerable<string> Running => Row.Included.Where(z => RolloutRules.IsRunning(z, Zones[z.ZoneUpgradeId])).Select(z => z.Zone);

    public RolloutScript Evaluate()
    {
        Do(RolloutRules.Evaluate(Row, Zones, Now));
        return this;
    }

    public RolloutScript Do(Change<Rollout> change)
    {
        change.Refusal.ShouldBeNull();
        Row = change.Row;
        Audit.AddRange(change.Audit);
        return this;
    }

    public RolloutScript After(TimeSpan time)
    {
        Now += time;
        return Evaluate();
    }

    /// <summary>All of these are upgraded, in whatever order they may run.</summary>
    public RolloutScript Succeed(params IReadOnlyList<string> zones)
    {
        foreach (var zone in zones)
            End(zone, ZoneState.Succeeded);
        return Evaluate();
    }

    public RolloutScript Look(string zone, LookHealth health, string? code = null) =>
        Set(zone, s => s with { Look = new ZoneLook(health, code is null ? [] : [Finding.Of(code, ("zone", zone))]) });

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
