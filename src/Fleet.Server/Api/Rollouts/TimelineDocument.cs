using Fleet.Contracts.Phases;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Server.Api.Rollouts;

/// <summary>How long each phase took on each zone.</summary>
public sealed record TimelineDocument
{
    public required Guid Rollout { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Now, while it runs.</summary>
    public required DateTimeOffset EndedAt { get; init; }
    public required bool Running { get; init; }
    public required IReadOnlyList<string> Phases { get; init; }
    public required IReadOnlyList<ZoneTimeline> Zones { get; init; }
}

public sealed record ZoneTimeline
{
    public required string Zone { get; init; }
    public required ZoneState State { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public required IReadOnlyList<PhaseTimeline> Phases { get; init; }
}

/// <param name="Seconds">From its first step's start to its last step's end, waiting for people included.</param>
public sealed record PhaseTimeline(string Phase, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, double Seconds, IReadOnlyList<StepTimeline> Steps);

public sealed record StepTimeline(string Step, int Attempt, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, double Seconds, StepOutcome? Outcome);
