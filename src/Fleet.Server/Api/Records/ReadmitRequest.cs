using Fleet.Orchestration.Nodes;

namespace Fleet.Server.Api.Records;

/// <param name="Nodes">Quarantined ones.</param>
/// <param name="Comment">Why; kept in the audit.</param>
public sealed record ReadmitRequest(IReadOnlyList<string> Nodes, string? Comment = null);

/// <param name="Rollout">The rollout in whose record it is done.</param>
public sealed record ReadmissionDocument(string Zone, Guid ZoneUpgradeId, string Rollout, IReadOnlyList<string> Nodes)
{
    public static ReadmissionDocument Of(Readmission readmission) => new(readmission.Zone, readmission.ZoneUpgradeId, readmission.Rollout, readmission.Nodes);
}
