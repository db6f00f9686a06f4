using System.Text.Json.Serialization;

namespace Fleet.Contracts.Phases;

/// <summary>Coordinator → worker: stop. Owed until a last report of the dispatch is recorded.</summary>
public sealed record StopPhase(Guid ZoneUpgradeId, long Epoch, StopMode Mode, string Reason);

[JsonConverter(typeof(KebabCaseEnumConverter<StopMode>))]
public enum StopMode
{
    /// <summary>Between steps: let go there. An open component prompt simply stays open and keeps its slot.</summary>
    Pause,

    /// <summary>At the next safe point: cancel the script there (never by answering no), let go.</summary>
    Abort,

    /// <summary>Kill in mid-work. What is on the nodes becomes unknown.</summary>
    AbortNow,
}
