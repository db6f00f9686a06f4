using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration;

internal sealed class OrchestrationHealth(IDbContextFactory<FleetDbContext> contexts) : IOrchestrationHealth
{
    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            await db.Installations.AsNoTracking().AnyAsync(cancellationToken);
            return [];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return [Finding.Of("store-unreachable", ("reason", e.Message))];
        }
    }
}
