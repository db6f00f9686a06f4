using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Server.Api.Rollouts;

/// <summary>Makes a timeline out of recorded steps.</summary>
internal static class Timeline
{
    public static TimelineDocument Of(RolloutView rollout, IReadOnlyList<ZoneUpgradeView> zones, DateTimeOffset now) => new()
    {
        Rollout = rollout.Id,
        Name = rollout.Name,
        StartedAt = rollout.StartedAt,
        EndedAt = rollout.EndedAt ?? now,
        Running = rollout.EndedAt is null,
        Phases = rollout.Phases,
        Zones = [.. zones.Select(z => Of(z, rollout.Phases, now))],
    };

    private static ZoneTimeline Of(ZoneUpgradeView zone, IReadOnlyList<string> phases, DateTimeOffset now) => new()
    {
        Zone = zone.Name,
        State = zone.State,
        StartedAt = zone.StartedAt,
        EndedAt = zone.EndedAt,
        Phases = [.. zone.Steps.Where(s => phases.Contains(s.Phase)).GroupBy(s => s.Phase).Select(phase => Of(phase.Key, [.. phase], now)).OrderBy(p => p.StartedAt)],
    };

    private static PhaseTimeline Of(string phase, IReadOnlyList<StepRecord> steps, DateTimeOffset now)
    {
        var start = steps.Min(s => s.StartedAt);
        DateTimeOffset? end = steps.All(s => s.EndedAt is not null) ? steps.Max(s => s.EndedAt) : null;
        return new PhaseTimeline(phase, start, end, Seconds(start, end ?? now), [.. steps.Select(s => new StepTimeline(s.Step, s.Attempt, s.StartedAt, s.EndedAt, Seconds(s.StartedAt, s.EndedAt ?? now), s.Outcome))]);
    }

    private static double Seconds(DateTimeOffset start, DateTimeOffset end) => Math.Max(0, Math.Round((end - start).TotalSeconds, 3));
}
