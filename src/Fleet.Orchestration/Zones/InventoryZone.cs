using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Zones;

/// <summary>One zone as the inventory describes it, defaults applied.</summary>
public sealed record InventoryZone
{
    /// <summary><c>^[a-z0-9][a-z0-9-]{0,62}$</c></summary>
    public required string Name { get; init; }
    public required FirstboxConnection Connection { get; init; }
    public required ZoneTraits Traits { get; init; }

    /// <summary>A sub's global zone.</summary>
    public string? Global { get; init; }

    /// <summary>The workers that can reach it.</summary>
    public string Pool { get; init; } = "default";
}
