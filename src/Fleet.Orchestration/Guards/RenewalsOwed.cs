using Fleet.Contracts;
using Fleet.Contracts.Guards;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Guards;

/// <summary>A renewal is owed to the pool of its zone while the guard is in force, ended zone upgrades included.</summary>
internal static class RenewalsOwed
{
    public static async Task<IReadOnlyList<(OwedMessage Message, GuardWatch Watch)>> ReadAsync(FleetDbContext db, Installation installation, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var guards = (await db.Guards.AsNoTracking().Where(g => !g.Released).ToListAsync(cancellationToken)).Where(g => g.Guard.Watch is { } watch && WatchRules.IsRenewed(watch)).ToList();
        if (guards.Count == 0)
            return [];
        var names = guards.Select(g => g.Zone).Distinct().ToList();
        var zones = await (
            from zone in db.Zones.AsNoTracking()
            where names.Contains(zone.Name)
            join firstbox in db.Firstboxes.AsNoTracking() on zone.Address equals firstbox.Address into boxes
            from firstbox in boxes.DefaultIfEmpty()
            select new { zone.Name, zone.Zone, Epoch = firstbox == null ? 0 : firstbox.Epoch }).ToDictionaryAsync(z => z.Name, cancellationToken);
        return [.. guards.Where(g => zones.ContainsKey(g.Zone)).Select(g => (Of(g, zones[g.Zone].Zone, Math.Max(zones[g.Zone].Epoch, installation.FirstEpoch), installation.Id, now), g.Guard.Watch!))];
    }

    private static OwedMessage Of(GuardRow guard, Zones.InventoryZone zone, long epoch, string installation, DateTimeOffset now) => new($"{guard.ZoneUpgradeId:N}/watch/{guard.Name}", Endpoints.Pool(zone.Pool), new RenewWatch
    {
        Contract = ContractNumber.Current,
        ZoneUpgradeId = guard.ZoneUpgradeId,
        Guard = guard.Name,
        WatchId = guard.Guard.Watch!.Id,
        Zone = guard.Zone,
        Installation = installation,
        Epoch = epoch,
        Connection = zone.Connection,
        AskedAt = now,
    });
}
