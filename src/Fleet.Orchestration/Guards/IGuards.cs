using Fleet.Contracts.Phases;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Guards;

/// <summary>Guards that are in force now, over all zones, ended zone upgrades included.</summary>
public interface IGuards
{
    Task<IReadOnlyList<GuardView>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Takes away a guard that stayed in force when its zone upgrade ended. The zone's nodes are looked at first; what stands in the way is asked about.</summary>
    /// <param name="guard">Null: the zone has one only.</param>
    Task<Result<GuardView>> ReleaseAsync(string zone, string? guard, string? comment, string actor, CancellationToken cancellationToken);
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

    /// <summary>It is in force for longer than it should be.</summary>
    public bool Overdue { get; init; }

    /// <summary>The dead-man's rule on the firstbox; null: there is none.</summary>
    public GuardWatch? Watch { get; init; }

    /// <summary>A person said that it is to be taken away; a worker is at it, or will be.</summary>
    public bool Releasing { get; init; }
}
