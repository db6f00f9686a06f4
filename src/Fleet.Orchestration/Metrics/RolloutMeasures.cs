using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;

namespace Fleet.Orchestration.Metrics;

/// <summary>What a change of a rollout's row adds: its own questions, about waves and its approval, that are no longer open. Pure.</summary>
internal static class RolloutMeasures
{
    public static IReadOnlyList<Measure> Of(Rollout before, Rollout after, DateTimeOffset now)
    {
        var open = Questions(before).Where(d => d.AwaitsPerson).Select(d => d.Id).ToHashSet();
        return [.. ZoneMeasures.Closed(Questions(after).Where(d => open.Contains(d.Id)), now)];
    }

    private static IEnumerable<Decision> Questions(Rollout rollout) => rollout.Waves.Select(w => w.Decision).Append(rollout.Approval).OfType<Decision>();
}
