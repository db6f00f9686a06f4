using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Rollouts;

/// <summary>What people do with a part of a rollout: one zone, or one wave.</summary>
internal static partial class RolloutRules
{
    /// <summary>One zone starts nothing, and stands at its next safe point; the others go on.</summary>
    public static Change<Rollout> PauseZone(Rollout row, string zone, IReadOnlyDictionary<Guid, ZoneStanding> zones, string? comment, string actor)
    {
        if (row.IsEnded || row.State == RolloutState.Aborting)
            return Refuse(row);
        if (row.Find(zone) is not { } member)
            return Change.Refuse(row, NotThere(row, zone));
        if (zones[member.ZoneUpgradeId] is { IsEnded: true } ended)
            return Change.Refuse(row, Finding.Of("zone-ended-already", ("zone", zone), ("state", Words.Of(ended.State))));
        return member.PausedBy is not null
            ? Change.Of(row)
            : Change.Of(With(row, member with { PausedBy = actor }), Entry(row, actor, "zone-paused", ("comment", comment)) with { Zone = zone, ZoneUpgradeId = member.ZoneUpgradeId });
    }

    public static Change<Rollout> ResumeZone(Rollout row, string zone, string? comment, string actor)
    {
        if (row.IsEnded || row.State == RolloutState.Aborting)
            return Refuse(row);
        if (row.Find(zone) is not { } member)
            return Change.Refuse(row, NotThere(row, zone));
        return member.PausedBy is null
            ? Change.Of(row)
            : Change.Of(With(row, member with { PausedBy = null }), Entry(row, actor, "zone-pause-ended", ("comment", comment)) with { Zone = zone, ZoneUpgradeId = member.ZoneUpgradeId });
    }

    /// <summary>All zones of one wave, also those that come to it later.</summary>
    public static Change<Rollout> PauseWave(Rollout row, string wave, string? comment, string actor) => SetWave(row, wave, actor, Entry(row, actor, "wave-paused", ("wave", wave), ("comment", comment)));

    public static Change<Rollout> ResumeWave(Rollout row, string wave, string? comment, string actor) => SetWave(row, wave, null, Entry(row, actor, "wave-pause-ended", ("wave", wave), ("comment", comment)));

    /// <summary>One more zone, in a wave that has not begun: the named one, else the last of them, else one of its own behind all others.</summary>
    /// <param name="zone">As it is to be; its wave is chosen here.</param>
    public static Change<Rollout> Add(Rollout row, RolloutZone zone, string? wave, IReadOnlyDictionary<Guid, ZoneStanding> zones, string? comment, string actor)
    {
        if (row.IsEnded || row.State == RolloutState.Aborting)
            return Refuse(row);
        if (row.Strategy.Approvals is not null && row.Find(zone.Zone) is null)
            return Change.Refuse(row, Finding.Of("approved-not-widened", ("rollout", row.Name)));
        if (row.Find(zone.Zone) is { } known)
        {
            var where = row.Waves.FirstOrDefault(w => w.Index == known.Wave)?.Name ?? $"{known.Wave}";
            return !known.Excluded && (wave is null || wave == where) ? Change.Of(row) : Change.Refuse(row, Finding.Of(known.Excluded ? "zone-excluded-before" : "zone-in-wave-already", ("zone", zone.Zone), ("wave", where)));
        }

        var later = row.Waves.Where(w => w.StartedAt is null && !row.Zones.Any(z => z.Wave >= w.Index && IsBegun(z, zones[z.ZoneUpgradeId]))).ToList();
        if (wave is not null && row.Waves.All(w => w.Name != wave))
            return Change.Refuse(row, NoSuchWave(row, wave));
        if (wave is not null && later.All(w => w.Name != wave))
            return Change.Refuse(row, Finding.Of("wave-begun-already", ("wave", wave), ("later", later.Count == 0 ? "-" : string.Join(", ", later.Select(w => w.Name)))));
        var chosen = wave is null ? later.LastOrDefault() ?? Behind(row) : later.First(w => w.Name == wave);
        zone = zone with { Wave = chosen.Index };
        if (OutOfOrder(row, zone, zones) is { } problem)
            return Change.Refuse(row, problem);
        var members = row.Zones.Append(zone).OrderBy(z => z.Wave).ToList();
        return Change.Of(
            row with { Zones = members, Waves = row.Waves.Any(w => w.Index == chosen.Index) ? row.Waves : [.. row.Waves, chosen] },
            Entry(row, actor, "rollout-zone-added", ("wave", chosen.Name), ("comment", comment)) with { Zone = zone.Zone, ZoneUpgradeId = zone.ZoneUpgradeId });
    }

    private static RolloutWave Behind(Rollout row)
    {
        var names = row.Waves.Select(w => w.Name).ToHashSet();
        var number = Enumerable.Range(1, names.Count + 1).First(n => !names.Contains($"added-{n}"));
        return new RolloutWave { Index = row.Zones.Select(z => z.Wave).Concat(row.Waves.Select(w => w.Index)).Max() + 1, Name = $"added-{number}" };
    }

    /// <summary>A global zone that would come after its subs have begun, or before them, against the strategy.</summary>
    private static Finding? OutOfOrder(Rollout row, RolloutZone zone, IReadOnlyDictionary<Guid, ZoneStanding> zones)
    {
        var (globals, subs) = (row.Included.Where(z => z.Zone == zone.Global).ToList(), row.Included.Where(z => z.Global == zone.Zone).ToList());
        var before = row.Strategy.GlobalZones switch
        {
            GlobalOrder.First => subs.FirstOrDefault(s => s.Wave < zone.Wave || IsBegun(s, zones[s.ZoneUpgradeId])),
            GlobalOrder.Last => globals.FirstOrDefault(g => g.Wave < zone.Wave || IsBegun(g, zones[g.ZoneUpgradeId])),
            _ => null,
        };
        var after = row.Strategy.GlobalZones switch
        {
            GlobalOrder.First => globals.FirstOrDefault(g => g.Wave > zone.Wave),
            GlobalOrder.Last => subs.FirstOrDefault(s => s.Wave > zone.Wave),
            _ => null,
        };
        return (before ?? after) is { } other
            ? Finding.Of("zone-added-out-of-order", ("zone", zone.Zone), ("other", other.Zone), ("order", row.Strategy.GlobalZones == GlobalOrder.First ? "first" : "last"))
            : null;
    }

    private static Change<Rollout> SetWave(Rollout row, string wave, string? pausedBy, AuditEntry audit)
    {
        if (row.IsEnded || row.State == RolloutState.Aborting)
            return Refuse(row);
        if (row.Waves.FirstOrDefault(w => w.Name == wave) is not { } found)
            return Change.Refuse(row, NoSuchWave(row, wave));
        return found.PausedBy is null == pausedBy is null
            ? Change.Of(row)
            : Change.Of(row.With(found with { PausedBy = pausedBy }), audit);
    }

    private static Rollout With(Rollout row, RolloutZone zone) => row with { Zones = [.. row.Zones.Select(z => z.ZoneUpgradeId == zone.ZoneUpgradeId ? zone : z)] };

    private static Finding NotThere(Rollout row, string zone) => Finding.Of("zone-not-in-rollout", ("zone", zone), ("rollout", row.Name));

    private static Finding NoSuchWave(Rollout row, string wave) => Finding.Of("wave-not-found", ("wave", wave), ("rollout", row.Name), ("waves", row.Waves.Count == 0 ? "-" : string.Join(", ", row.Waves.Select(w => w.Name))));
}
