using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.Orchestration.Rollouts;

[JsonConverter(typeof(KebabCaseEnumConverter<RolloutState>))]
public enum RolloutState
{
    Scheduled,
    WaitingApproval,
    Running,
    Paused,
    Aborting,
    Succeeded,
    Failed,
    Aborted,
}

[JsonConverter(typeof(KebabCaseEnumConverter<WaveState>))]
public enum WaveState
{
    Waiting,
    Running,

    /// <summary>All its zones have ended; its verdict is owed.</summary>
    Baking,
    Succeeded,
    Failed,
}
