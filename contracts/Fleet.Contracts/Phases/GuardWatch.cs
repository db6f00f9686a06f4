using System.Text.Json.Serialization;

namespace Fleet.Contracts.Phases;

/// <summary>The dead-man's rule of a guard, as Fleet knows it: a loop on the firstbox that releases the guard once Fleet has not been heard of for as long as the limit, and nothing stands in the way.</summary>
public sealed record GuardWatch
{
    /// <summary>Its folder's name on the firstbox.</summary>
    public required string Id { get; init; }

    /// <summary>How long Fleet may be away, counted on the firstbox.</summary>
    public required TimeSpan Limit { get; init; }
    public required GuardWatchState State { get; init; }

    /// <summary>The last renewal that is known, by when it was asked for.</summary>
    public required DateTimeOffset RenewedAt { get; init; }

    /// <summary>What became of it when the limit had passed.</summary>
    public GuardWatchOutcome Outcome { get; init; }

    /// <summary>By the firstbox's clock.</summary>
    public DateTimeOffset? OutcomeAt { get; init; }

    /// <summary>What the firstbox says of the outcome: what stood in the way, or is left.</summary>
    public string? Why { get; init; }
}

[JsonConverter(typeof(KebabCaseEnumConverter<GuardWatchState>))]
public enum GuardWatchState
{
    /// <summary>In the record only: whether it was armed is not known yet.</summary>
    Planned,

    /// <summary>Its loop is alive.</summary>
    Armed,

    /// <summary>Its loop is gone: killed, or the firstbox was rebooted. The next renewal begins it again.</summary>
    Stopped,
    Disarmed,

    /// <summary>The limit had passed, and it released the guard.</summary>
    Released,

    /// <summary>The firstbox knows nothing of it.</summary>
    Absent,
}

[JsonConverter(typeof(KebabCaseEnumConverter<GuardWatchOutcome>))]
public enum GuardWatchOutcome
{
    /// <summary>The limit has not passed, as far as is known.</summary>
    None,

    /// <summary>The limit had passed; something stood in the way.</summary>
    Kept,

    /// <summary>It began to release, and not every node was read back as released.</summary>
    Partly,
    Released,
}
