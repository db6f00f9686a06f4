using System.Text.Json.Serialization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;

namespace Fleet.Contracts.Checks;

/// <summary>
/// Coordinator → pool: look at one zone as a rollout would before it starts, and change nothing there. Sent again until its result is recorded or its time is over;
/// looking twice is harmless, and the first result counts.
/// </summary>
public sealed record CheckZone
{
    public required int Contract { get; init; }
    public required Guid ZoneCheckId { get; init; }
    public required string Zone { get; init; }
    public required FirstboxConnection Connection { get; init; }
    public required ZoneTraits Traits { get; init; }
    public required RunbookRef Runbook { get; init; }

    /// <summary>Null: nothing is held against a package's versions and size.</summary>
    public PackageRef? Package { get; init; }
}

/// <summary>Worker → coordinator: what was found on one zone. May come twice; the first counts.</summary>
public sealed record ZoneChecked
{
    public required Guid ZoneCheckId { get; init; }
    public required string Zone { get; init; }
    public required string WorkerId { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The way to the firstbox, in order; the first that is not well ends the list, and then nothing else was looked at.</summary>
    public required IReadOnlyList<ProbeStage> Stages { get; init; }
    public required IReadOnlyList<CheckedStep> Steps { get; init; }

    /// <summary>What was learned (name → value; a structured value is JSON).</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">The runbook's step, or <c>ssh</c>, <c>clock</c>, <c>leftovers</c>, <c>nodes</c>.</param>
/// <param name="Decision">What kind of question a rollout would ask about it; null: none.</param>
public sealed record CheckedStep(string Name, CheckVerdict Verdict, IReadOnlyList<Finding> Findings, DecisionKind? Decision = null);

[JsonConverter(typeof(KebabCaseEnumConverter<CheckVerdict>))]
public enum CheckVerdict
{
    Well,

    /// <summary>A rollout would go on; somebody should know it.</summary>
    Remark,

    /// <summary>A rollout would hold the zone there and ask.</summary>
    Asks,

    /// <summary>A rollout would end the zone as failed there, without a question.</summary>
    Stops,

    /// <summary>The zone is at the package's versions: nothing is left to do.</summary>
    AlreadyThere,

    /// <summary>Not looked at; the finding says why.</summary>
    Skipped,
}
