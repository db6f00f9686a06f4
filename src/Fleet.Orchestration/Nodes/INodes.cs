using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration.Nodes;

/// <summary>Nodes that were quarantined, and bringing them back.</summary>
public interface INodes
{
    /// <summary>A worker looks at the nodes, puts their settings back, updates their packages and looks at them again; what goes wrong is asked about as in an upgrade. On the zone's newest upgrade, which must have succeeded.</summary>
    Task<Result<Readmission>> ReadmitAsync(string zone, IReadOnlyList<string> nodes, string? comment, string actor, CancellationToken cancellationToken);
}

/// <param name="Rollout">The name of the rollout in whose record it is done.</param>
public sealed record Readmission(string Zone, Guid ZoneUpgradeId, string Rollout, IReadOnlyList<string> Nodes);
