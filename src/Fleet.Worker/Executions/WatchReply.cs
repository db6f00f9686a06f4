using Fleet.Contracts.Phases;

namespace Fleet.Worker.Executions;

/// <summary>What is undone on the firstbox once nobody of Fleet has been there for too long.</summary>
internal sealed record ArmWatch
{
    public required string WatchId { get; init; }
    public required long Epoch { get; init; }

    /// <summary>Whole seconds, one or more.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>POSIX-sh, run as <c>sh plan look</c> and, where that said nothing and ended in 0, as <c>sh plan release</c>. What either says is why nothing, or not all, was released. Travels on standard input.</summary>
    public required string Plan { get; init; }
}

/// <param name="Detail">What the runner said where it refused.</param>
/// <param name="Status">Null where it refused.</param>
internal sealed record WatchReply(Refusal Refusal, string Detail, WatchStatus? Status);

/// <param name="Age">Since the last renewal, counted on the firstbox; null: there was none since it booted.</param>
/// <param name="OutcomeAt">By the firstbox's clock.</param>
internal sealed record WatchStatus(GuardWatchState State, TimeSpan? Limit, TimeSpan? Age, GuardWatchOutcome Outcome, DateTimeOffset? OutcomeAt, string? Why)
{
    public static WatchStatus Absent { get; } = new(GuardWatchState.Absent, null, null, GuardWatchOutcome.None, null, null);

    /// <summary>Its loop was gone, and was begun again.</summary>
    public bool Revived { get; init; }

    /// <summary>It has touched flags of the guard.</summary>
    public bool HasActed => Outcome is GuardWatchOutcome.Partly or GuardWatchOutcome.Released;

    /// <summary>Null when the line tells of no watch.</summary>
    public static WatchStatus? Of(RunnerLine line) => line.Text("watch") is not { } word ? null : new WatchStatus(
        word switch
        {
            "armed" => GuardWatchState.Armed,
            "stopped" => GuardWatchState.Stopped,
            "disarmed" => GuardWatchState.Disarmed,
            "released" => GuardWatchState.Released,
            _ => GuardWatchState.Absent,
        },
        Seconds(line.Number("limit")),
        Seconds(line.Number("age")),
        line.Text("outcome") switch
        {
            "kept" => GuardWatchOutcome.Kept,
            "partly" => GuardWatchOutcome.Partly,
            "released" => GuardWatchOutcome.Released,
            _ => GuardWatchOutcome.None,
        },
        line.Number("at") is { } at and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
        line.Text("verdict"))
    {
        Revived = line.Flag("revived"),
    };

    private static TimeSpan? Seconds(long? seconds) => seconds is { } known and < 1_000_000_000 ? TimeSpan.FromSeconds(known) : null;
}
