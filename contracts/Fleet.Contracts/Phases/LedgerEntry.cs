using System.Text.Json.Serialization;

namespace Fleet.Contracts.Phases;

/// <summary>What the record says of one step. A worker runs only the steps that are <see cref="LedgerState.Open"/> or have no entry, and looks after those <see cref="LedgerState.Started"/>.</summary>
public sealed record LedgerEntry
{
    public required string Phase { get; init; }
    public required string Step { get; init; }

    /// <summary>1 and up; raised only by a recorded decision, or where the runbook declares the step repeatable.</summary>
    public required int Attempt { get; init; }

    public required LedgerState State { get; init; }

    /// <summary>Set from <c>StepStarting</c> on, for a step that runs under the remote runner.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>The firstbox's boot id that was read before the start.</summary>
    public string? BootId { get; init; }

    /// <summary>A parameter: nothing was chosen, and whatever this step came to an earlier time, its condition decides again.</summary>
    public const string Anew = "anew";

    /// <summary>What people chose for this step: <c>choice</c>, <c>nodes</c>, <c>items</c>, <c>from</c>, <c>by</c>, <c>comment</c>; or <c>anew</c>.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes of the execution's transcript that are stored.</summary>
    public long TranscriptOffset { get; init; }

    /// <summary>The prompt that waits, if the record knows one.</summary>
    public long? OpenPromptOffset { get; init; }
}

[JsonConverter(typeof(KebabCaseEnumConverter<LedgerState>))]
public enum LedgerState
{
    /// <summary>To be run (again), under the entry's attempt.</summary>
    Open,

    /// <summary>Started under its execution id; its end is not recorded.</summary>
    Started,
    Succeeded,

    /// <summary>Failed, and a person let the zone go on.</summary>
    Ignored,

    /// <summary>A person said that it is done.</summary>
    MarkedDone,

    /// <summary>Its conditions do not hold here, or a person skipped it.</summary>
    Skipped,
    Failed,
    TimedOut,
    Unknown,
    Cancelled,
}
