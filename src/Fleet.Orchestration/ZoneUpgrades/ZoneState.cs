using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.Orchestration.ZoneUpgrades;

[JsonConverter(typeof(KebabCaseEnumConverter<ZoneState>))]
public enum ZoneState
{
    Waiting,
    Running,

    /// <summary>A decision is open; counts as running.</summary>
    Held,
    Succeeded,
    Failed,
    Skipped,
    Aborted,

    /// <summary>The outcome was never established, or was given up so.</summary>
    Unknown,
}
