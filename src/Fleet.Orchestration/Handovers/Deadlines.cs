using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Calendars;
using Fleet.Runbooks.Loading;
using NodaTime;

namespace Fleet.Orchestration.Handovers;

/// <summary>What happens by itself, and when. Pure.</summary>
internal static class Deadlines
{
    public static IEnumerable<Deadline> Of(Rollout row, DateTimeOffset now)
    {
        if (row is { State: RolloutState.Scheduled, StartsAt: { } begins, ExpiresAt: { } expires })
            yield return new Deadline(begins, Finding.Of("deadline-begins", ("until", $"{expires:yyyy-MM-dd HH:mm 'UTC'}")), row.Name, []);
        if (row.State != RolloutState.Running || row.Stopped)
            yield break;
        if (row.Strategy.TimeLimit is { } limit)
            yield return new Deadline(row.StartedAt + limit, Finding.Of("deadline-time-over", ("limit", DurationText.Format(limit))), row.Name, []);
        foreach (var wave in row.Waves)
        {
            var members = row.MembersOf(wave.Index).Select(z => z.Zone).ToList();
            if (wave is { TimeLimit: { } inWave, StartedAt: { } since, EndedAt: null } && since + inWave > now)
                yield return new Deadline(since + inWave, Finding.Of("deadline-wave-over", ("wave", wave.Name), ("limit", DurationText.Format(inWave))), row.Name, members);
            if (wave is { IsGated: true, EndedAt: { } ended, Bake: { } bake, Verdict: null } && ended + bake > now)
                yield return new Deadline(ended + bake, Finding.Of("deadline-wave-look", ("wave", wave.Name)), row.Name, members);
        }
    }

    /// <summary>Zones at work that are to count as failures if they are not through by then.</summary>
    public static IEnumerable<Deadline> Of(Rollout rollout, IEnumerable<ZoneUpgrade> zones) => rollout.Strategy.ZoneTimeLimit is not { } limit ? [] :
        from zone in zones
        where zone.LateSince is null
        let over = ZoneUpgradeRules.TimeOverAt(zone, limit)
        where over is not null
        select new Deadline(over.Value, Finding.Of("deadline-zone-time-over", ("limit", DurationText.Format(limit))), rollout.Name, [zone.Zone]);

    /// <param name="rollouts">Names.</param>
    public static IEnumerable<Deadline> Of(IEnumerable<DecisionView> decisions, IReadOnlyDictionary<Guid, string> rollouts) =>
        from decision in decisions
        where decision.ExpiresAt is not null
        group decision by (decision.ExpiresAt, decision.RolloutId, decision.Fingerprint) into alike
        select new Deadline(
            alike.Key.ExpiresAt!.Value,
            Finding.Of(alike.First().Zone is null ? "deadline-unanswered-rollout" : "deadline-unanswered", ("decision", alike.First().Id.ToString("N")[..8]), ("count", $"{alike.Count()}")),
            rollouts.GetValueOrDefault(alike.Key.RolloutId),
            [.. alike.Select(d => d.Zone).OfType<string>()]);

    /// <summary>Zones whose windows close or open at the same time are one line.</summary>
    /// <param name="zones">Those at work or waiting: zone, what its calendar says, its phase, whether it is at work.</param>
    public static IEnumerable<Deadline> Of(string rollout, IEnumerable<(string Zone, Openings Openings, string Phase, bool AtWork)> zones, DateTimeOffset now)
    {
        var at = Instant.FromDateTimeOffset(now);
        return zones
            .Where(z => z.Openings is not { Windows.Count: 0, Freezes.Count: 0 })
            .Select(z => z.Openings.IsOpen(z.Phase, at)
                ? (z.Zone, When: z.AtWork ? z.Openings.OpenUntil(z.Phase, at) : null, Code: "deadline-window-closes")
                : (z.Zone, When: z.Openings.OpensAt(z.Phase, at), Code: "deadline-window-opens"))
            .Where(z => z.When is not null)
            .GroupBy(z => (z.When, z.Code))
            .Select(g => new Deadline(g.Key.When!.Value.ToDateTimeOffset(), Finding.Of(g.Key.Code), rollout, [.. g.Select(z => z.Zone)]));
    }

    public static IEnumerable<Deadline> Of(IEnumerable<GuardView> guards, TimeSpan alarmAfter, DateTimeOffset now)
    {
        foreach (var guard in guards)
        {
            if (guard.Since is { } since)
            {
                var level = GuardAlarms.Level(now - since, alarmAfter);
                yield return new Deadline(since + (alarmAfter * (level == 0 ? 1 : Math.Pow(2, level))), Finding.Of("deadline-guard-alarm", ("guard", guard.Name)), guard.RolloutName, [guard.Zone]);
            }

            if (guard.Watch is { } watch && WatchRules.IsRenewed(watch))
                yield return new Deadline(watch.RenewedAt + watch.Limit, Finding.Of("deadline-watch", ("guard", guard.Name), ("limit", DurationText.Format(watch.Limit))), guard.RolloutName, [guard.Zone]);
        }
    }
}
