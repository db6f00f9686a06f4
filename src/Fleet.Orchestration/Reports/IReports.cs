namespace Fleet.Orchestration.Reports;

/// <summary>All that is on record of a rollout, for a report about it.</summary>
public interface IReports
{
    /// <param name="id">The Guid, the name, or an unambiguous beginning of either.</param>
    Task<Result<ReportMaterial>> ReadAsync(string id, CancellationToken cancellationToken);
}
