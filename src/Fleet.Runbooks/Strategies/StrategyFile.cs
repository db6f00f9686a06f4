using System.Text.Json.Serialization;

namespace Fleet.Runbooks.Strategies;

/// <summary>In which order, how many at once and how carefully zones are upgraded, as read from a file. Immutable; identified by the digest of the file's bytes.</summary>
public sealed record StrategyFile
{
    public required string Name { get; init; }

    /// <summary>Lower-case hex sha-256 of the file.</summary>
    public required string Digest { get; init; }

    /// <summary>Zones side by side, of all in the rollout; null: 4.</summary>
    public Amount? MaxParallel { get; init; }

    /// <summary>Label → so many zones side by side that have the same value of it.</summary>
    public IReadOnlyDictionary<string, Amount> MaxParallelPerLabel { get; init; } = new Dictionary<string, Amount>();

    /// <summary>Pool of workers → so many of its zones side by side.</summary>
    public IReadOnlyDictionary<string, Amount> MaxParallelPerPool { get; init; } = new Dictionary<string, Amount>();

    /// <summary>One zone first, two once it has succeeded, then four, up to the limit.</summary>
    public bool SlowStart { get; init; }

    /// <summary>So many zones may fail, of all in the rollout; null: none.</summary>
    public Amount? MaxFailures { get; init; }

    /// <summary>From its start; later no zone is started any more. Null: none.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>A zone that was at work, or waited for a person, for longer than this counts as a failure until it has succeeded. Null: none.</summary>
    public TimeSpan? ZoneTimeLimit { get; init; }

    public GlobalOrder GlobalZones { get; init; }

    /// <summary>By so many minor versions of the installer a sub zone may differ from its global zone, at any time of the rollout; a major version is too far always. 0 … 99; null: any.</summary>
    public int? MaxSkew { get; init; }

    /// <summary>After so long an unanswered question ends its zone as failed, and one about a wave stops the rollout; null: it stays open (hold).</summary>
    public TimeSpan? Unanswered { get; init; }

    /// <summary>Null: nobody has to approve.</summary>
    public ApprovalRule? Approvals { get; init; }

    /// <summary>At least one, in order.</summary>
    public required IReadOnlyList<WaveRule> Waves { get; init; }
}

/// <summary>Where a global zone stands to its sub zones in the same rollout.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GlobalOrder>))]
public enum GlobalOrder
{
    [JsonStringEnumMemberName("any")]
    Any,

    /// <summary>A sub zone starts only after its global zone has succeeded.</summary>
    [JsonStringEnumMemberName("first")]
    First,

    /// <summary>A global zone starts only after its sub zones have succeeded.</summary>
    [JsonStringEnumMemberName("last")]
    Last,
}

/// <summary>Which zones make a wave, and what its end has to show.</summary>
public sealed record WaveRule
{
    public required string Name { get; init; }

    /// <summary>1 and up, in the file.</summary>
    public required int Line { get; init; }
    public required int Column { get; init; }

    /// <summary>A selector, as commands take it; null: any zone that no earlier wave has.</summary>
    public string? Zones { get; init; }

    /// <summary>So many of them, or such a share of those that match; null: all.</summary>
    public Amount? Take { get; init; }

    /// <summary>Null: the rollout's.</summary>
    public Amount? MaxParallel { get; init; }

    /// <summary>So many of this wave may fail; null: what the rollout allows.</summary>
    public Amount? MaxFailures { get; init; }

    /// <summary>From its first zone's start; null: none.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>How long after the wave's end its zones are looked at again, for the verdict; null: the next wave follows at once.</summary>
    public TimeSpan? Bake { get; init; }
    public VerdictActions Verdict { get; init; } = VerdictActions.Default;
}

/// <summary>What follows from the verdict on a wave.</summary>
public sealed record VerdictActions(VerdictAction Succeeded, VerdictAction Failed, VerdictAction Inconclusive)
{
    public static VerdictActions Default { get; } = new(VerdictAction.GoOn, VerdictAction.Stop, VerdictAction.Ask);
}

[JsonConverter(typeof(JsonStringEnumConverter<VerdictAction>))]
public enum VerdictAction
{
    /// <summary>The next wave begins.</summary>
    [JsonStringEnumMemberName("go-on")]
    GoOn,

    /// <summary>Nothing more is started until a person resumes.</summary>
    [JsonStringEnumMemberName("stop")]
    Stop,

    /// <summary>A person is asked.</summary>
    [JsonStringEnumMemberName("ask")]
    Ask,
}
