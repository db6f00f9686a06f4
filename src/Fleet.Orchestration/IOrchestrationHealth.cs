using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration;

/// <summary>For /health/ready.</summary>
public interface IOrchestrationHealth
{
    /// <summary>Nothing: ready. Else what is not, like a database that cannot be reached.</summary>
    Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken);
}
