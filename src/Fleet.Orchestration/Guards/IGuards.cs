using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Guards;

/// <summary>Guards that are in force now, over all zones, ended zone upgrades included.</summary>
public interface IGuards
{
    Task<IReadOnlyList<GuardView>> ListAsync(CancellationToken cancellationToken);
}

public sealed record GuardView
{
    public required string Name { get; init; }
    public required string Zone { get; init; }
    public required Guid ZoneUpgradeId { get; init; }
    public required Guid RolloutId { get; init; }
    public required string RolloutName { get; init; }
    public required ZoneState ZoneState { get; init; }

    /// <summary>Null while it is being set: some nodes may carry it.</summary>
    public DateTimeOffset? Since { get; init; }
    public required IReadOnlyList<string> Nodes { get; init; }
    public IReadOnlyList<string> HadBefore { get; init; } = [];

    /// <summary>Who said that it stays although the zone upgrade ended.</summary>
    public string? KeptBy { get; init; }
}
