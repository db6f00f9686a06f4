using Fleet.Contracts.Rollouts;
using Fleet.Contracts.ZoneUpgrades;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Runbooks.Calendars;

namespace Fleet.Orchestration.Transactions;

/// <summary>What follows from a rollout's new row. Pure: the unit only reads and writes.</summary>
internal static class RolloutWork
{
    /// <summary>The zones that this change starts: their firstboxes are taken by the same commit.</summary>
    public static IReadOnlyList<RolloutZone> Started(Rollout before, Rollout after)
    {
        var known = before.Zones.ToDictionary(z => z.ZoneUpgradeId, z => z.Starts);
        return [.. after.Zones.Where(z => z.Starts > known.GetValueOrDefault(z.ZoneUpgradeId))];
    }

    /// <summary>The zones of waves that are to be looked at by this change, each with its look; only those that were upgraded are.</summary>
    public static IReadOnlyList<(RolloutZone Zone, Guid Look)> Looks(Rollout before, Rollout after)
    {
        var known = before.Waves.ToDictionary(w => w.Index, w => w.LookId);
        return [.. after.Waves.Where(w => w.LookId is not null && w.LookId != known.GetValueOrDefault(w.Index)).SelectMany(w => after.MembersOf(w.Index).Select(z => (z, w.LookId!.Value)))];
    }

    /// <summary>Questions that this change asks, answers or withdraws.</summary>
    public static IReadOnlyList<Decision> Questions(Rollout before, Rollout after)
    {
        var known = before.Waves.ToDictionary(w => w.Index, w => w.Decision);
        var approval = ReferenceEquals(before.Approval, after.Approval) ? [] : new[] { after.Approval! };
        return [.. approval, .. after.Waves.Where(w => w.Decision is not null && !ReferenceEquals(w.Decision, known.GetValueOrDefault(w.Index))).Select(w => w.Decision!)];
    }

    /// <summary>A firstbox is another's: it is no zone of this rollout's to start.</summary>
    public static bool IsBlocked(bool known, bool taken, Guid? holder, Guid zoneUpgrade) => !known || taken || (holder is { } other && other != zoneUpgrade);

    /// <summary>Whether the calendar lets a waiting zone begin with the phase that is its next.</summary>
    public static ZoneStanding WithCalendar(ZoneStanding standing, Rollout rollout, Guid zoneUpgrade, string? phase, Openings openings, DateTimeOffset now)
    {
        if (openings is { Windows.Count: 0, Freezes.Count: 0 })
            return standing;
        var last = standing.ReachedUntil is null ? -1 : rollout.Phases.ToList().IndexOf(standing.ReachedUntil);
        var next = standing.ReachedUntil is null ? phase ?? rollout.Phases.FirstOrDefault() : rollout.Phases.ElementAtOrDefault(last + 1);
        if (next is null)
            return standing;
        var zone = rollout.Zones.FirstOrDefault(z => z.ZoneUpgradeId == zoneUpgrade);
        var begun = standing.StartsTaken > 0 && standing.ReachedUntil is null;
        return standing with { Closed = CalendarRules.Closed(openings, next, zone?.Waiver is not null, now) ?? (begun ? null : CalendarRules.TooShort(openings, next, zone, now)), WindowLeft = CalendarRules.Left(CalendarRules.ForWhole(openings), next, now) };
    }

    /// <summary>This change begins what was scheduled.</summary>
    public static bool Begins(Rollout before, Rollout after) => before.State == RolloutState.Scheduled && after.State == RolloutState.Running;

    public static Outgoing Tell(Rollout before, Rollout after)
    {
        var outgoing = new Outgoing();
        foreach (var started in Started(before, after))
            outgoing.Publish(new StartZoneUpgrade(started.ZoneUpgradeId, after.Id));
        var known = before.Zones.ToDictionary(z => z.ZoneUpgradeId);
        foreach (var zone in after.Zones.Where(z => before.Until != after.Until || RolloutRules.StanceOf(before, known.GetValueOrDefault(z.ZoneUpgradeId)) != RolloutRules.StanceOf(after, z)))
            outgoing.Publish(new ZoneUpgradeDue(zone.ZoneUpgradeId));

        if (before.State != after.State && !after.IsEnded)
            outgoing.Publish(new RolloutDue(after.Id));
        return outgoing;
    }
}
