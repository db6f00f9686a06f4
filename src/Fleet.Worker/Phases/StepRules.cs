using Fleet.Contracts.Phases;

namespace Fleet.Worker.Phases;

internal enum StepAction
{
    /// <summary>The record has its end.</summary>
    Pass,

    /// <summary>Nothing is recorded: its condition decides.</summary>
    Consider,

    /// <summary>It was begun, or a person wants it: run it or look after it.</summary>
    Run,
}

/// <summary>What the ledger leaves to do of a step.</summary>
internal static class StepRules
{
    public static StepAction Decide(LedgerEntry? entry) => entry switch
    {
        null => StepAction.Consider,
        { State: LedgerState.Succeeded or LedgerState.Ignored or LedgerState.MarkedDone or LedgerState.Skipped } => StepAction.Pass,
        // A step that ran once is not skipped because its own effect changed what its condition looks at.
        { State: LedgerState.Open, Attempt: 1, ExecutionId: null, Parameters.Count: 0 } => StepAction.Consider,
        // An errand goes through its steps anew each time that somebody asks for it.
        { State: LedgerState.Open, ExecutionId: null } open when open.Parameters.ContainsKey(LedgerEntry.Anew) => StepAction.Consider,
        _ => StepAction.Run,
    };

    /// <summary>It was started as far as the record knows, and its end was not seen: whatever the zone shows of it, it is not begun again under this attempt.</summary>
    public static bool MayHaveRun(LedgerEntry? entry) => entry is { State: LedgerState.Started or LedgerState.Unknown or LedgerState.TimedOut, ExecutionId: not null };
}
