using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Calendars;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Reconciling;

/// <summary>Zone upgrades whose rows are to be looked at, because what they go by has changed since: their rollout, the time, who has the zone.</summary>
internal sealed class DueZones(FleetDbContext db, CalendarFile calendar, DateTimeOffset now)
{
    /// <summary>Behind their rollout's row, before a window that closed or opened, or over their time limit.</summary>
    public async Task<IReadOnlyList<Guid>> OfAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        var zones = await (
            from upgrade in db.ZoneUpgrades.AsNoTracking()
            where upgrade.RolloutId == rollout.Id && upgrade.EndedAt == null
            join zone in db.Zones.AsNoTracking() on upgrade.Zone equals zone.Name
            select new { upgrade.CorrelationId, upgrade.State, upgrade.Work, upgrade.StartsTaken, upgrade.Stance, upgrade.Phase, zone.Zone, Taken = zone.TakenBy != null }).ToListAsync(cancellationToken);
        // Whether a phase was begun, and for how long a zone is at work, only its row knows.
        var limit = rollout.Strategy.ZoneTimeLimit;
        var limited = limit is not null;
        var rows = calendar.Windows.Count == 0 && !limited ? [] : await db.ZoneUpgrades.AsNoTracking()
            .Where(z => z.RolloutId == rollout.Id && z.EndedAt == null && z.StartedAt != null && (limited || z.Work == Work.None)).Select(z => z.Row).ToDictionaryAsync(z => z.Id, cancellationToken);
        var behind = zones.Select(z => new ZoneFollowing(
                z.CorrelationId, Enum.Parse<ZoneState>(z.State), z.Work, z.StartsTaken, z.Stance, z.Taken || IsClosed(z.State, z.Phase, z.Zone, rollout, rows.GetValueOrDefault(z.CorrelationId))))
            .Where(z => z.IsBehind(rollout)).Select(z => z.Id);
        var late = rows.Values.Where(z => z.LateSince is null && limit is { } longest && ZoneUpgradeRules.TimeOverAt(z, longest) <= now).Select(z => z.Id);
        return [.. behind, .. late];
    }

    /// <summary>A kept guard's release and an errand outlive their rollout: one that waited for a person in the zone goes on once the zone is given back.</summary>
    public async Task<IReadOnlyList<Guid>> AfterwardsAsync(CancellationToken cancellationToken) => await (
        from upgrade in db.ZoneUpgrades.AsNoTracking()
        where upgrade.EndedAt == null && upgrade.State == nameof(ZoneState.Running) && upgrade.Work == Work.None
        join rollout in db.Rollouts.AsNoTracking() on upgrade.RolloutId equals rollout.CorrelationId
        where rollout.EndedAt != null
        join zone in db.Zones.AsNoTracking() on upgrade.Zone equals zone.Name
        where zone.TakenBy == null
        select upgrade.CorrelationId).ToListAsync(cancellationToken);

    /// <summary>With a question whose time is over. Those about waves expire with their rollouts' rows.</summary>
    public async Task<IReadOnlyList<Guid>> UnansweredAsync(IReadOnlyCollection<Guid> rollouts, CancellationToken cancellationToken)
    {
        if (rollouts.Count == 0)
            return [];
        var open = await db.Decisions.AsNoTracking().Where(d => d.State == DecisionState.Open && rollouts.Contains(d.RolloutId)).Select(d => new { d.ZoneUpgradeId, d.Decision }).ToListAsync(cancellationToken);
        return [.. open.Where(d => d.ZoneUpgradeId != Guid.Empty && d.Decision.ExpiresAt <= now).Select(d => d.ZoneUpgradeId)];
    }

    private bool IsClosed(string state, string? phase, InventoryZone zone, Rollout rollout, ZoneUpgrade? row)
    {
        if (phase is null || state is not (nameof(ZoneState.Running) or nameof(ZoneState.Held)))
            return false;
        var (openings, member) = (CalendarRules.Of(calendar, zone), rollout.Find(zone.Name));
        return CalendarRules.Closed(openings, phase, member?.Waiver is not null, now) is not null
            || (row is not null && !ZoneUpgradeRules.HasBegun(row, phase) && CalendarRules.TooShort(openings, phase, member, now) is not null);
    }
}
