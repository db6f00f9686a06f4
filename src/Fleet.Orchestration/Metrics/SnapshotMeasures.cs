using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Workers;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Metrics;

/// <summary>A snapshot as gauges. Pure.</summary>
internal static class SnapshotMeasures
{
    public static IEnumerable<Measure> Of(FleetRead read) => [.. Runs(read), .. Pools(read), .. Decisions(read), .. Guards(read), .. Rollouts(read), .. ZoneGauges.Of(read)];

    private static IEnumerable<Measure> Runs(FleetRead read)
    {
        var finalizing = read.AtWork.Values.Count(z => z.Ending is not null);
        yield return new(OrchestrationMetrics.RunsActive, read.Zones.Count(z => z.State == ZoneState.Waiting), ZoneMeasures.Pipeline, "pending");
        yield return new(OrchestrationMetrics.RunsActive, read.Zones.Count(z => z.State is ZoneState.Running or ZoneState.Held) - finalizing, ZoneMeasures.Pipeline, "executing");
        yield return new(OrchestrationMetrics.RunsActive, finalizing, ZoneMeasures.Pipeline, "finalizing");
    }

    /// <summary>Every pool that the inventory or a worker names, with zeros: what scales on them must see that nothing is owed.</summary>
    private static IEnumerable<Measure> Pools(FleetRead read)
    {
        foreach (var pool in read.Pools.Concat(read.Workers.Select(w => w.Pool)).Concat(read.Zones.Select(z => z.Pool)).Distinct())
        {
            var zones = read.Zones.Where(z => z.Pool == pool).ToList();
            yield return new(OrchestrationMetrics.PhasesOwed, zones.Count(z => z.Work is Work.Wanted or Work.Sent), pool);
            yield return new(OrchestrationMetrics.PhasesRunning, zones.Count(z => z.Work == Work.Accepted), pool);
            var workers = read.Workers.Where(w => w.Pool == pool).ToList();
            var alive = workers.Where(w => w.LastSeen >= read.Now - read.Lease).ToList();
            var dispatches = zones.Where(z => z.Work is Work.Sent or Work.Accepted).Select(z => Dispatch(read, z)).ToList();
            yield return new(OrchestrationMetrics.SlotsFree, PoolSlots.Free([.. alive.Select(w => new PoolWorker(w.Id, w.FreeSlots, w.Draining, w.Holds))], dispatches), pool);
            yield return new(OrchestrationMetrics.Workers, alive.Count(w => IsAvailable(w)), "available", pool);
            yield return new(OrchestrationMetrics.Workers, alive.Count(w => !IsAvailable(w)), "busy", pool);
            yield return new(OrchestrationMetrics.Workers, workers.Count(w => w.LastSeen < read.Now - read.Lease && !w.Draining), "offline", pool);
        }
    }

    private static PoolDispatch Dispatch(FleetRead read, FleetZone zone) => new(zone.Id, read.AtWork.GetValueOrDefault(zone.Id)?.Epoch ?? 0, read.AtWork.GetValueOrDefault(zone.Id)?.WorkerId);

    private static bool IsAvailable(WorkerRow worker) => worker is { FreeSlots: > 0, Draining: false };

    private static IEnumerable<Measure> Decisions(FleetRead read)
    {
        foreach (var kind in Enum.GetValues<DecisionKind>())
        {
            var open = read.Decisions.Where(d => d.Decision.Kind == kind).ToList();
            yield return new(OrchestrationMetrics.DecisionsOpen, open.Count, Words.Of(kind));
            if (open.Count > 0)
                yield return new(OrchestrationMetrics.DecisionAge, open.Max(d => Age(read, d.Decision.AskedAt)), Words.Of(kind));
        }
    }

    private static IEnumerable<Measure> Guards(FleetRead read)
    {
        yield return new(OrchestrationMetrics.GuardLimit, read.GuardLimit.TotalSeconds);
        foreach (var name in read.GuardNames)
            yield return new(OrchestrationMetrics.GuardsInForce, read.Guards.Count(g => g.Name == name), name);
        // A zone may have had several upgrades that left theirs in force.
        foreach (var guards in read.Guards.Where(g => g.Guard.Since is not null).GroupBy(g => (g.Name, Zone: read.PerZone ? g.Zone : null)))
            yield return new(OrchestrationMetrics.GuardAge, guards.Max(g => Age(read, g.Guard.Since!.Value)), guards.Key.Name, guards.Key.Zone);
    }

    private static IEnumerable<Measure> Rollouts(FleetRead read)
    {
        foreach (var rollout in read.Rollouts)
        {
            var zones = read.Zones.Where(z => z.RolloutId == rollout.Id).ToDictionary(z => z.Id);
            var included = rollout.Included.Where(z => zones.ContainsKey(z.ZoneUpgradeId)).ToList();
            yield return new(OrchestrationMetrics.BudgetUsed, included.Count(z => zones[z.ZoneUpgradeId].CountsAsFailure), rollout.Name);
            yield return new(OrchestrationMetrics.BudgetAllowed, rollout.Budget, rollout.Name);
            foreach (var wave in included.GroupBy(z => z.Wave))
            {
                foreach (var state in Enum.GetValues<ZoneState>())
                    yield return new(OrchestrationMetrics.WaveZones, wave.Count(z => zones[z.ZoneUpgradeId].State == state), rollout.Name, NameOf(rollout, wave.Key), Words.Of(state));
            }
        }
    }

    private static string NameOf(Rollout rollout, int wave) => rollout.Waves.FirstOrDefault(w => w.Index == wave)?.Name ?? $"{wave + 1}";

    internal static double Age(FleetRead read, DateTimeOffset since) => Math.Max(0, (read.Now - since).TotalSeconds);
}
