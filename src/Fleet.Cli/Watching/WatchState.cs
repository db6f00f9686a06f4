using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Watching;

/// <summary>What is known of a rollout while it is watched. Immutable: each change makes a new one.</summary>
internal sealed record WatchState
{
    public static WatchState Nothing { get; } = new();

    /// <summary>Without its zones; null until the first word came.</summary>
    public RolloutDocument? Rollout { get; init; }
    public IReadOnlyDictionary<string, RolloutZoneDocument> Zones { get; init; } = new Dictionary<string, RolloutZoneDocument>();
    public IReadOnlyList<DecisionDocument> Decisions { get; init; } = [];

    /// <summary>Why nothing new comes, if so.</summary>
    public string? Trouble { get; init; }

    public WatchState With(RolloutZoneDocument zone) => this with { Zones = new Dictionary<string, RolloutZoneDocument>(Zones) { [zone.Name] = zone }, Trouble = null };

    public WatchState With(RolloutDocument rollout) => this with { Rollout = rollout, Trouble = null };

    public bool Ended => Rollout?.State is RolloutState.Succeeded or RolloutState.Failed or RolloutState.Aborted;

    public bool NeedsPerson => Rollout is { OpenDecisions: > 0 };

    /// <summary>Every zone that was to go behind --until stands there, or ended: nothing more happens by itself.</summary>
    public bool StandsAtUntil =>
        Rollout is { Until: not null, OpenDecisions: 0 }
        && Zones.Count > 0
        && Zones.Values.All(z => IsEnd(z.State) || z.Standing == "until")
        && Zones.Values.Any(z => z.Standing == "until");

    /// <summary>In the order in which people look: what needs them, what went wrong, what runs, what waits, what is done.</summary>
    public IReadOnlyList<RolloutZoneDocument> InOrder() =>
        [.. Zones.Values.OrderBy(z => Rank(z.State)).ThenBy(z => z.Wave).ThenBy(z => z.Name, StringComparer.Ordinal)];

    public DecisionDocument? DecisionOf(string zone) => Decisions.FirstOrDefault(d => d.Zone == zone && d.State == Orchestration.Decisions.DecisionState.Open);

    /// <summary>Share of all phases of all zones that are done, 0 … 1.</summary>
    public double Done
    {
        get
        {
            var phases = Rollout?.Phases.Count ?? 0;
            var counted = Zones.Values.Where(z => z.State is not (ZoneState.Skipped or ZoneState.Aborted)).ToList();
            return phases == 0 || counted.Count == 0 ? 0 : counted.Average(z => z.State == ZoneState.Succeeded ? 1 : Math.Min(1, z.PhasesDone.Count / (double)phases));
        }
    }

    public static bool IsEnd(ZoneState state) => state is ZoneState.Succeeded or ZoneState.Failed or ZoneState.Skipped or ZoneState.Aborted or ZoneState.Unknown;

    private static int Rank(ZoneState state) => state switch
    {
        ZoneState.Held => 0,
        ZoneState.Failed or ZoneState.Unknown => 1,
        ZoneState.Running => 2,
        ZoneState.Waiting => 3,
        ZoneState.Aborted => 4,
        ZoneState.Succeeded => 5,
        _ => 6,
    };
}
