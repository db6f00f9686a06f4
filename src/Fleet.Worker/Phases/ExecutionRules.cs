using Fleet.Worker.Executions;

namespace Fleet.Worker.Phases;

internal enum ExecutionAction
{
    Start,
    Follow,
    TakeResult,
    Unknown,
}

/// <summary>What to do with an execution, by what the zone shows and what the record says. Only what neither ever saw started may start.</summary>
internal static class ExecutionRules
{
    /// <param name="recordedStarted">The record that this dispatch came with says that it was started.</param>
    public static ExecutionAction Decide(ExecutionState state, int? exit, bool recordedStarted) => state switch
    {
        ExecutionState.Absent or ExecutionState.Staged => recordedStarted ? ExecutionAction.Unknown : ExecutionAction.Start,
        ExecutionState.Running => ExecutionAction.Follow,
        ExecutionState.Exited when exit is not null => ExecutionAction.TakeResult,
        _ => ExecutionAction.Unknown,
    };

    /// <summary>Why the outcome is unknown, as a finding's code.</summary>
    public static string WhyUnknown(ExecutionState state) => state switch
    {
        ExecutionState.Absent or ExecutionState.Staged => "execution-absent",
        ExecutionState.Orphan => "execution-orphan",
        ExecutionState.Exited => "execution-without-code",
        _ => "execution-lost",
    };
}
