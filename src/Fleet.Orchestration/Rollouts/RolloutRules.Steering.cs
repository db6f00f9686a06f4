using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Rollouts;

internal static partial class RolloutRules
{
    public static Stance StanceOf(Rollout row) => row.State switch
    {
        RolloutState.Aborting or RolloutState.Aborted => row.AbortNow ? Stance.AbortNow : Stance.Abort,
        RolloutState.Paused => Stance.Pause,
        _ => Stance.Go,
    };

    /// <summary>What is wanted of one zone: a pause of its own or of its wave holds beside the rollout's word.</summary>
    public static Stance StanceOf(Rollout row, RolloutZone? zone)
    {
        var whole = StanceOf(row);
        return whole == Stance.Go && zone is not null && IsPaused(row, zone) ? Stance.Pause : whole;
    }

    /// <summary>A person lets this zone, or its wave, stand.</summary>
    public static bool IsPaused(Rollout row, RolloutZone zone) => zone.PausedBy is not null || row.Waves.Any(w => w.Index == zone.Wave && w.PausedBy is not null);

    public static Change<Rollout> Pause(Rollout row, string actor) => row.State switch
    {
        RolloutState.Paused => Change.Of(row),
        RolloutState.Running => Change.Of(row with { State = RolloutState.Paused, Reason = Finding.Of("paused-by", ("by", actor)) }, Entry(row, actor, "rollout-paused")),
        _ => Refuse(row),
    };

    /// <summary>Fleet was restored from a backup: what people ordered since is not on record, so nothing new begins before somebody has looked.</summary>
    /// <param name="taken">When the backup was taken.</param>
    public static Change<Rollout> Restore(Rollout row, DateTimeOffset taken, string actor) => row.State == RolloutState.Running
        ? Change.Of(row with { State = RolloutState.Paused, Reason = Finding.Of("paused-after-restore", ("taken", $"{taken:u}")) }, Entry(row, actor, "rollout-paused-after-restore", ("taken", $"{taken:u}")))
        : Change.Of(row);

    /// <summary>Goes on: after a pause, behind the phase where all wait, or after the budget was spent and is no longer.</summary>
    public static Change<Rollout> Resume(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> zones, string actor, DateTimeOffset now)
    {
        var stopped = row.Stopped && row.State is RolloutState.Running or RolloutState.Failed or RolloutState.Paused;
        if (!stopped && row.State is not (RolloutState.Paused or RolloutState.Running))
            return Refuse(row);
        // What was begun goes on after a pause; nothing else starts while the budget is spent.
        var spent = row.Stopped ? Spent(row, zones) : null;
        if (spent is not null && !(row.State == RolloutState.Paused && row.Included.Any(z => zones[z.ZoneUpgradeId] is { IsEnded: false } standing && IsBegun(z, standing))))
            return Change.Refuse(row, spent);
        if (!row.Stopped && row.State == RolloutState.Running)
            return Change.Of(row);
        // Only where all stand behind the phase is that what is resumed; a pause on the way there keeps it.
        var behind = row.Until is not null && row.Included.Select(z => zones[z.ZoneUpgradeId]).All(z => z.IsEnded || z.ReachedUntil == row.Until || (spent is not null && z.StartsTaken == 0));
        var audit = new List<AuditEntry> { Entry(row, actor, "rollout-resumed", ("behind", behind ? row.Until : null)) };
        var resumed = row with { State = RolloutState.Running, Stopped = spent is not null, Reason = spent, EndedAt = null, Until = behind ? null : row.Until };
        return Change.Of(row.Stopped && spent is null ? Waive(resumed, actor, now, audit) : resumed, audit);
    }

    public static Change<Rollout> Abort(Rollout row, bool now, string? comment, string actor)
    {
        if (row.IsEnded)
            return Refuse(row);
        if (row.State == RolloutState.Aborting && (row.AbortNow || !now))
            return Change.Of(row);
        var audit = new List<AuditEntry> { Entry(row, actor, now ? "rollout-abort-now" : "rollout-abort", ("comment", comment)) };
        return Change.Of(WithdrawQuestions(row, audit) with { State = RolloutState.Aborting, AbortNow = now, Reason = Finding.Of("aborted-by", ("by", actor)) }, audit);
    }

    /// <summary>One zone may start and run outside of its windows. A freeze stays one.</summary>
    public static Change<Rollout> Waive(Rollout row, string zone, string reason, string actor)
    {
        if (row.IsEnded || row.State == RolloutState.Aborting)
            return Refuse(row);
        return row.Find(zone) is { Waiver: not null }
            ? Change.Of(row)
            : Change.Of(row with { Zones = [.. row.Zones.Select(z => z.Zone == zone ? z with { Waiver = new WindowWaiver(actor, reason) } : z)] }, Entry(row, actor, "window-waived", ("comment", reason)) with { Zone = zone });
    }

    /// <summary>Other limits from now on. What runs goes on; a budget that was spent stays so until somebody resumes.</summary>
    public static Change<Rollout> Limit(Rollout row, int? maxParallel, Amount? maxFailures, string? comment, string actor)
    {
        if (row.IsEnded || row.State == RolloutState.Aborting)
            return Refuse(row);
        var strategy = row.Strategy with { MaxParallel = maxParallel is { } most ? new Amount(most, null) : row.Strategy.MaxParallel, MaxFailures = maxFailures ?? row.Strategy.MaxFailures };
        if (strategy == row.Strategy)
            return Change.Of(row);
        var all = row.Included.Count();
        if (row.Strategy.Approvals is not null && (strategy.MaxParallel.AtLeastOneOf(all) > row.MaxParallel || strategy.MaxFailures.Of(all) > row.Budget))
            return Change.Refuse(row, Finding.Of("approved-not-widened", ("rollout", row.Name)));
        return Change.Of(
            row with { Strategy = strategy },
            Entry(row, actor, "rollout-limits", ("max-parallel", $"{strategy.MaxParallel}"), ("max-failures", strategy.MaxFailures.ToString()), ("was-parallel", $"{row.Strategy.MaxParallel}"), ("was-failures", row.Strategy.MaxFailures.ToString()), ("comment", comment)));
    }

    /// <summary>One zone goes on by a person's word, as soon as there is room for it; the others stay as they are, the budget too.</summary>
    public static Change<Rollout> Retry(Rollout row, string zone, string actor)
    {
        if (row.State is RolloutState.Aborting or RolloutState.Aborted)
            return Refuse(row);
        return Change.Of(
            row with
            {
                State = row.IsEnded ? RolloutState.Running : row.State,
                EndedAt = null,
                Zones = [.. row.Zones.Select(z => z.Zone == zone ? z with { Retried = true, Excluded = false, PausedBy = null } : z)],
            },
            Entry(row, actor, "rollout-zone-retry") with { Zone = zone });
    }

    public static Change<Rollout> Exclude(Rollout row, string zone, string? comment, string actor) =>
        row.IsEnded
            ? Refuse(row)
            : Change.Of(row with { Zones = [.. row.Zones.Select(z => z.Zone == zone ? z with { Excluded = true } : z)] }, Entry(row, actor, "rollout-zone-excluded", ("comment", comment)) with { Zone = zone });

    private static Change<Rollout> Refuse(Rollout row) => Change.Refuse(row, Finding.Of("rollout-not-in-state", ("rollout", row.Name), ("state", Words.Of(row.State))));
}
