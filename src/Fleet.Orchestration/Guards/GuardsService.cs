using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Guards;

internal sealed class GuardsService(IDbContextFactory<FleetDbContext> contexts) : IGuards
{
    public async Task<IReadOnlyList<GuardView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Guards.AsNoTracking().Where(g => !g.Released).OrderBy(g => g.Zone).ToListAsync(cancellationToken);
        var ids = rows.Select(r => r.RolloutId).Distinct().ToList();
        var names = await db.Rollouts.AsNoTracking().Where(r => ids.Contains(r.CorrelationId)).ToDictionaryAsync(r => r.CorrelationId, r => r.Name, cancellationToken);
        return [.. rows.Select(r => new GuardView
        {
            Name = r.Name,
            Zone = r.Zone,
            ZoneUpgradeId = r.ZoneUpgradeId,
            RolloutId = r.RolloutId,
            RolloutName = names.GetValueOrDefault(r.RolloutId) ?? string.Empty,
            ZoneState = r.ZoneState,
            Since = r.Guard.Since,
            Nodes = r.Guard.Nodes,
            HadBefore = r.Guard.HadBefore,
            KeptBy = r.KeptBy,
        })];
    }
}
