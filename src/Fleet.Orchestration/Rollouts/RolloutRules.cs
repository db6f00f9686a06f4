using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Rollouts;

/// <summary>A zone's row as the rollout reads it, in the transaction in which it decides.</summary>
internal sealed record ZoneStanding
{
    public required ZoneState State { get; init; }
    public int StartsTaken { get; init; }
    public bool CountsAsFailure { get; init; }
    public string? ReachedUntil { get; init; }

    /// <summary>A person has it, or another zone upgrade works on its firstbox.</summary>
    public bool Blocked { get; init; }

    /// <summary>Why its calendar lets nothing begin there now; null: it lets it.</summary>
    public Finding? Closed { get; init; }

    /// <summary>How long its windows for all phases stay open; null: nothing closes them.</summary>
    public TimeSpan? WindowLeft { get; init; }

    /// <summary>What the check after its wave found; null: nobody has told of it yet.</summary>
    public ZoneLook? Look { get; init; }

    public bool IsEnded => State is ZoneState.Succeeded or ZoneState.Failed or ZoneState.Skipped or ZoneState.Aborted or ZoneState.Unknown;
}

/// <summary>Which zones may start, when waves and the rollout end. Pure and total.</summary>
internal static partial class RolloutRules
{
    /// <summary>Looks at all zones again. A zone starts only by what this returns being committed.</summary>
    public static Change<Rollout> Evaluate(Rollout rollout, IReadOnlyDictionary<Guid, ZoneStanding> zones, DateTimeOffset now)
    {
        if (rollout.IsEnded)
            return Change.Of(rollout);
        var audit = new List<AuditEntry>();
        if (rollout.State == RolloutState.WaitingApproval)
            rollout = AwaitApproval(rollout, now, audit);
        if (rollout.State == RolloutState.Scheduled)
            rollout = Fire(rollout, now, audit);
        if (rollout.IsEnded || rollout.State is RolloutState.Scheduled or RolloutState.WaitingApproval)
            return Change.Of(rollout, audit);
        var row = CountFailures(rollout, zones, audit);
        if (row.State == RolloutState.Running)
        {
            row = KeepTime(row, zones, now, audit);
            row = Judge(row, zones, now, audit);
            row = Start(row, zones, now, audit);
        }

        return Change.Of(Close(row, zones, now, audit), audit);
    }

    /// <summary>A rollout that was to begin while nobody could begin it ends, rather than beginning at another hour than somebody chose.</summary>
    private static Rollout Fire(Rollout row, DateTimeOffset now, List<AuditEntry> audit)
    {
        if (now < row.StartsAt)
            return row;
        if (now >= row.ExpiresAt)
            return End(row with { Reason = Finding.Of("schedule-expired", ("at", $"{row.StartsAt:yyyy-MM-dd HH:mm 'UTC'}"), ("until", $"{row.ExpiresAt:yyyy-MM-dd HH:mm 'UTC'}")) }, RolloutState.Aborted, now, audit);
        audit.Add(Entry(row, Actors.Coordinator, "rollout-begun", ("by", row.StartedBy)));
        return row with { State = RolloutState.Running, StartedAt = now };
    }

    private static Rollout CountFailures(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> zones, List<AuditEntry> audit)
    {
        if (row.Stopped || Spent(row, zones) is not { } spent)
            return row;
        audit.Add(Entry(row, Actors.Coordinator, "rollout-stopped", [.. spent.Args.Select(a => (a.Key, (string?)a.Value))]));
        return row with { Stopped = true, Reason = spent };
    }

    private static Rollout Start(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> zones, DateTimeOffset now, List<AuditEntry> audit)
    {
        var running = row.Included.Where(z => IsRunning(z, zones[z.ZoneUpgradeId])).ToList();
        var room = new Room(row, zones);
        var open = new Dictionary<int, bool>();
        var started = new HashSet<Guid>();
        foreach (var zone in row.Included)
        {
            if (running.Count >= room.Limit)
                break;
            if (!CanStart(row, zone, zones[zone.ZoneUpgradeId]) || !IsOpen(zone.Wave))
                continue;
            // Where the budget is spent only what was begun goes on, and what a person wants.
            if (row.Stopped && !zone.Retried && zones[zone.ZoneUpgradeId].StartsTaken == 0)
                continue;
            if (!room.IsThereFor(zone, running) || Order.Of(row, zone, zones) != OrderState.Free)
                continue;
            running.Add(zone);
            started.Add(zone.ZoneUpgradeId);
            audit.Add(Entry(row, Actors.Coordinator, "zone-start-committed", ("wave", $"{zone.Wave}")) with { Zone = zone.Zone, ZoneUpgradeId = zone.ZoneUpgradeId });
        }

        return started.Count == 0 ? row : row with
        {
            Zones = [.. row.Zones.Select(z => started.Contains(z.ZoneUpgradeId) ? z with { Starts = zones[z.ZoneUpgradeId].StartsTaken + 1, Retried = false } : z)],
            Waves = [.. row.Waves.Select(w => w.StartedAt is null && row.MembersOf(w.Index).Any(z => started.Contains(z.ZoneUpgradeId)) ? w with { StartedAt = now } : w)],
        };

        bool IsOpen(int wave) => open.TryGetValue(wave, out var known) ? known : open[wave] = WaveIsOpen(row, wave, zones);
    }

    private static Rollout Close(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> zones, DateTimeOffset now, List<AuditEntry> audit)
    {
        var all = row.Included.Select(z => (Zone: z, Standing: zones[z.ZoneUpgradeId])).ToList();
        if (all.All(z => z.Standing.IsEnded))
        {
            // The last wave's verdict is owed too.
            var judged = row.Waves.All(w => !w.IsGated || !row.MembersOf(w.Index).Any());
            if (!judged && !row.Stopped && row.State != RolloutState.Aborting)
                return row;
            var well = judged && all.All(z => z.Standing.State is ZoneState.Succeeded or ZoneState.Skipped);
            return End(row, row.State == RolloutState.Aborting ? RolloutState.Aborted : well ? RolloutState.Succeeded : RolloutState.Failed, now, audit);
        }

        if (row.State == RolloutState.Aborting || all.Any(z => IsRunning(z.Zone, z.Standing)))
            return row;
        // A zone that was begun is not left in the middle: the rollout stays open for it.
        if (row.Stopped && all.All(z => z.Standing.IsEnded || !IsBegun(z.Zone, z.Standing)))
            return End(row, RolloutState.Failed, now, audit);
        // Zones that wait for one that did not succeed would wait for ever.
        if (row.State == RolloutState.Running && all.All(z => z.Standing.IsEnded || (!IsBegun(z.Zone, z.Standing) && Order.Of(row, z.Zone, zones) == OrderState.Never)))
            return End(row with { Reason = OrderBroken(row, zones) }, RolloutState.Failed, now, audit);
        if (row is { State: RolloutState.Running, Until: { } until }
            && all.All(z => z.Standing.IsEnded || z.Standing.ReachedUntil == until || (row.Stopped && !IsBegun(z.Zone, z.Standing))))
        {
            audit.Add(Entry(row, Actors.Coordinator, "rollout-until-reached", ("phase", until)));
            return row with { State = RolloutState.Paused, Reason = row.Stopped ? row.Reason : Finding.Of("until-reached", ("phase", until)) };
        }

        return row;
    }

    private static Rollout End(Rollout row, RolloutState state, DateTimeOffset now, List<AuditEntry> audit)
    {
        audit.Add(Entry(row, Actors.Coordinator, "rollout-ended", ("state", Words.Of(state))));
        return WithdrawQuestions(row, audit) with { State = state, EndedAt = now, Reason = state == RolloutState.Succeeded ? null : row.Reason };
    }

    public static int Failures(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> zones) => row.Included.Count(z => zones[z.ZoneUpgradeId].CountsAsFailure);

    /// <summary>Started and not ended, as this row or the zone's row has it; a held zone runs.</summary>
    public static bool IsRunning(RolloutZone zone, ZoneStanding standing) =>
        standing.State is ZoneState.Running or ZoneState.Held || (!standing.IsEnded && zone.Starts > standing.StartsTaken);

    private static bool IsBegun(RolloutZone zone, ZoneStanding standing) => standing.StartsTaken > 0 || zone.Starts > 0 || zone.Retried;

    private static bool CanStart(Rollout row, RolloutZone zone, ZoneStanding standing) =>
        standing is { State: ZoneState.Waiting, Blocked: false, Closed: null } && !IsPaused(row, zone) && Fits(row, zone, standing) && zone.Starts <= standing.StartsTaken && (standing.ReachedUntil is null || standing.ReachedUntil != row.Until);

    /// <summary>A zone that would still be at work when its window closes does not begin, as far as the past can tell; one that was begun, or is to stop at a phase, does.</summary>
    public static bool Fits(Rollout row, RolloutZone zone, ZoneStanding standing) =>
        zone.Waiver is not null || row.Until is not null || standing.StartsTaken > 0 || zone.Expected is not { } expected || standing.WindowLeft is not { } left || expected <= left;

    /// <summary>All earlier waves are through: ended, and judged where that was asked for; or waiting behind the phase where all are to wait.</summary>
    private static bool WaveIsOpen(Rollout row, int wave, IReadOnlyDictionary<Guid, ZoneStanding> zones)
    {
        var earlier = row.Included.Where(z => z.Wave < wave).Select(z => (z.Wave, Standing: zones[z.ZoneUpgradeId])).ToList();
        return earlier.All(z => z.Standing.IsEnded || (z.Standing.ReachedUntil is not null && z.Standing.ReachedUntil == row.Until))
            && row.Waves.Where(w => w.Index < wave && w.IsGated).All(w => earlier.Where(z => z.Wave == w.Index).ToList() is var members && (members.Count == 0 || members.Any(m => !m.Standing.IsEnded)));
    }

    public static WaveState StateOf(Rollout row, int wave, IReadOnlyDictionary<Guid, ZoneStanding> zones)
    {
        var members = row.Included.Where(z => z.Wave == wave).Select(z => (Zone: z, Standing: zones[z.ZoneUpgradeId])).ToList();
        if (members.All(m => m.Standing.IsEnded) && row.Waves.FirstOrDefault(w => w.Index == wave) is { IsGated: true, Verdict: var verdict })
            return verdict == WaveVerdict.Failed ? WaveState.Failed : WaveState.Baking;
        if (members.All(m => m.Standing.IsEnded))
            return members.All(m => m.Standing.State is ZoneState.Succeeded or ZoneState.Skipped) ? WaveState.Succeeded : WaveState.Failed;
        return members.Any(m => m.Standing.IsEnded || m.Standing.StartsTaken > 0 || IsRunning(m.Zone, m.Standing)) ? WaveState.Running : WaveState.Waiting;
    }

    /// <summary>Null: as many have failed as may, or fewer.</summary>
    private static Finding? Spent(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> zones)
    {
        var failures = Failures(row, zones);
        if (failures > row.Budget)
            return Finding.Of("budget-spent", ("failures", $"{failures}"), ("budget", $"{row.Budget}"));
        foreach (var wave in row.Waves)
        {
            if (wave.MaxFailures is not { } limit)
                continue;
            var members = row.MembersOf(wave.Index).ToList();
            var failed = members.Count(z => zones[z.ZoneUpgradeId].CountsAsFailure);
            if (failed > limit.Of(members.Count))
                return Finding.Of("wave-budget-spent", ("wave", wave.Name), ("failures", $"{failed}"), ("budget", $"{limit.Of(members.Count)}"));
        }

        return null;
    }

    internal static AuditEntry Entry(Rollout row, string actor, string code, params ReadOnlySpan<(string Name, string? Value)> args)
    {
        var named = new Dictionary<string, string>(args.Length);
        foreach (var (name, value) in args)
        {
            if (value is not null)
                named[name] = value;
        }

        return new AuditEntry { Actor = actor, Code = code, Args = named, RolloutId = row.Id };
    }
}
