using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Rollouts;

internal static class RolloutViews
{
    public static RolloutView Of(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> standings, IReadOnlyList<ZoneUpgradeView> zones, int openDecisions)
    {
        var states = row.Included.Select(z => standings[z.ZoneUpgradeId].State).ToList();
        return new RolloutView
        {
            Id = row.Id,
            Name = row.Name,
            State = row.State,
            Reason = row.Reason,
            Package = row.Package,
            Runbook = row.Runbook,
            Waves = [.. row.Included.GroupBy(z => z.Wave).OrderBy(g => g.Key).Select(g => new WaveView(g.Key, RolloutRules.StateOf(row, g.Key, standings), [.. g.Select(z => z.Zone)]))],
            Zones = zones,
            Phases = row.Phases,
            Counts = new ZoneCounts
            {
                Waiting = states.Count(s => s == ZoneState.Waiting),
                Running = states.Count(s => s == ZoneState.Running),
                Held = states.Count(s => s == ZoneState.Held),
                Succeeded = states.Count(s => s == ZoneState.Succeeded),
                Failed = states.Count(s => s == ZoneState.Failed),
                Skipped = states.Count(s => s == ZoneState.Skipped),
                Aborted = states.Count(s => s == ZoneState.Aborted),
                Unknown = states.Count(s => s == ZoneState.Unknown),
            },
            MaxParallel = row.Strategy.MaxParallel,
            Budget = row.Budget,
            Failures = RolloutRules.Failures(row, standings),
            Until = row.Until,
            Interactive = row.Interactive,
            StartedBy = row.StartedBy,
            StartedAt = row.StartedAt,
            EndedAt = row.EndedAt,
            OpenDecisions = openDecisions,
            TraceId = ZoneUpgradeViews.TraceIdOf(row.TraceParent),
        };
    }
}
