using System.Text.Json.Serialization;
using Fleet.Contracts;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Rollouts;

/// <summary>Zones that may run side by side: what holds for them, and how far the wave is.</summary>
internal sealed record RolloutWave
{
    public required int Index { get; init; }
    public required string Name { get; init; }

    /// <summary>Null: the rollout's.</summary>
    public Amount? MaxParallel { get; init; }
    public Amount? MaxFailures { get; init; }
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Null: the next wave follows at once, and nothing is looked at.</summary>
    public TimeSpan? Bake { get; init; }
    public VerdictActions Actions { get; init; } = VerdictActions.Default;

    /// <summary>Who lets its zones stand at their next safe points, or not start.</summary>
    public string? PausedBy { get; init; }
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When all its zones had ended: it bakes from then on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The check of its zones after baking; null: none was asked for yet.</summary>
    public Guid? LookId { get; init; }
    public int Looks { get; init; }
    public WaveVerdict? Verdict { get; init; }
    public IReadOnlyList<Finding> Because { get; init; } = [];

    /// <summary>The next wave may begin.</summary>
    public DateTimeOffset? PassedAt { get; init; }
    public string? PassedBy { get; init; }

    /// <summary>How many questions about its verdict there were.</summary>
    public int Asked { get; init; }

    /// <summary>The newest of them, open or not.</summary>
    public Decision? Decision { get; init; }

    /// <summary>A verdict is owed before the next wave begins.</summary>
    [JsonIgnore]
    public bool IsGated => Bake is not null && PassedAt is null;
}

/// <summary>What the zones of a wave show after it.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<WaveVerdict>))]
public enum WaveVerdict
{
    Succeeded,

    /// <summary>A zone is worse than before its upgrade.</summary>
    Failed,

    /// <summary>There is a zone of which nobody knows.</summary>
    Inconclusive,
}

/// <summary>How an upgraded zone looked after baking.</summary>
internal sealed record ZoneLook(LookHealth Health, IReadOnlyList<Finding> Findings);

internal enum LookHealth
{
    Well,
    Worse,

    /// <summary>It could not be looked at.</summary>
    Unknown,
}
