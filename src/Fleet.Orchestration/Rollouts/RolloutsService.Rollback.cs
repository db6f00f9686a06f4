using Fleet.Orchestration.RollbackSheets;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Rollouts;

internal sealed partial class RolloutsService
{
    public async Task<Result<RollbackSheet>> RollbackSheetAsync(string id, string zone, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await RolloutReader.MatchAsync(db, id, cancellationToken);
        if (!found.Ok)
            return found.As<Guid, RollbackSheet>();
        if (await db.ZoneUpgrades.AsNoTracking().FirstOrDefaultAsync(z => z.RolloutId == found.Value && z.Zone == zone, cancellationToken) is not { Row: { } row })
            return Result.NotFound<RollbackSheet>(NotInRollout(zone, id));
        var since = row.StartedAt ?? DateTimeOffset.MaxValue;
        return Result.Ok(SheetMaker.Of(new RollbackBasis
        {
            Row = row,
            Rollout = await db.Rollouts.AsNoTracking().Where(r => r.CorrelationId == found.Value).Select(r => r.Name).SingleAsync(cancellationToken),
            Runbook = (await reader.RunbookAsync(db, row.Runbook.Digest, cancellationToken))!,
            Debts = await RolloutReader.OpenDebtsAsync(db, row.Id, cancellationToken),
            TakenBy = await db.Zones.AsNoTracking().Where(z => z.Name == zone).Select(z => z.TakenBy).FirstOrDefaultAsync(cancellationToken),
            ReturnedAt = await db.Audit.AsNoTracking().Where(a => a.Zone == zone && a.Code == "zone-returned" && a.At >= since).OrderByDescending(a => a.At).Select(a => (DateTimeOffset?)a.At).FirstOrDefaultAsync(cancellationToken),
            Now = time.GetUtcNow(),
        }));
    }
}
