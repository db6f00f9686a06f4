using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Workers;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Calendars;
using Fleet.Runbooks.Model;
using Fleet.Runbooks.Strategies;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fleet.Orchestration.Planning;

/// <summary>Reads what a plan or a start is made from, and tells all that is wrong with what was asked.</summary>
/// <param name="pools">Null: nobody asks which pools have workers.</param>
internal sealed class PlanReader(RunbookCatalog runbooks, LivePools? pools)
{
    public const string BuiltInRunbook = "qingcloud-upgrade";

    /// <summary>So many past upgrades are looked at, the newest.</summary>
    private const int MostPast = 500;

    /// <param name="past">With how long upgrades took: for a plan that people read, not for holding a start against one.</param>
    public async Task<Result<PlanInputs>> ReadAsync(FleetDbContext db, StartRollout start, bool past, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var zones = await db.Zones.AsNoTracking().Where(z => start.Zones.Contains(z.Name)).ToDictionaryAsync(z => z.Name, cancellationToken);
        var active = await db.Rollouts.AsNoTracking().Where(r => r.EndedAt == null).Select(r => r.Name).ToListAsync(cancellationToken);
        var package = (await db.Packages.FindAsync([start.PackageDigest], cancellationToken))?.Package;
        var runbook = await RunbookAsync(db, start.RunbookDigest, cancellationToken);
        var problems = StartCheck.Problems(start, zones.Keys.ToHashSet(), active.ToHashSet(), package is not null, runbook);
        if (problems.Count > 0)
            return Result.Invalid<PlanInputs>(problems);
        var calendar = await CalendarStore.ReadAsync(db, cancellationToken);
        problems = [.. StartCheck.Schedule(start, now), .. NeverOpen(start, zones, calendar, runbook!, now)];
        if (problems.Count > 0)
            return Result.Invalid<PlanInputs>(problems);
        var strategy = StartCheck.Strategy(start.Strategy).File;
        problems = await SkewAsync(db, strategy?.MaxSkew, strategy?.GlobalZones ?? GlobalOrder.Any, zones.Keys.ToHashSet(), package!, cancellationToken);
        if (problems.Count > 0)
            return Result.Invalid<PlanInputs>(problems);
        var waves = WavePlanner.Plan([.. start.Zones.Select(z => zones[z].Zone)], strategy, start.MaxParallel, start.MaxFailures is { } failures ? Amount.Parse(failures) : null);
        if (!waves.Ok)
            return Result.Invalid<PlanInputs>(waves.Problems);
        return Result.Ok(new PlanInputs
        {
            Start = start,
            Package = package!,
            Runbook = runbook!,
            Waves = waves.Value,
            Zones = await KnowledgeAsync(db, zones, now, cancellationToken),
            Calendar = calendar,
            Now = now,
            // What fits into a window is known from how long it took.
            Past = past || calendar.Windows.Count > 0 ? await PastAsync(db, cancellationToken) : [],
        });
    }

    /// <summary>What is not as a stored plan has it, with its zones selected anew; none: all is.</summary>
    public async Task<IReadOnlyList<Finding>> ChangesSinceAsync(FleetDbContext db, string hash, string selected, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.Plans.FindAsync([hash], cancellationToken) is not { Plan: var plan })
            return [Finding.Of("plan-not-found", ("plan", hash))];
        var inventory = await db.Zones.AsNoTracking().OrderBy(z => z.Name).Select(z => z.Zone).ToListAsync(cancellationToken);
        var selector = ZoneSelector.Parse(selected).Value!;
        // A name, and when it begins, are the rollout's and not the plan's.
        var start = plan.Start with { Zones = [.. inventory.Where(selector.Matches).Select(z => z.Name)], Name = null, StartsAt = null, ExpiresAt = null };
        var inputs = await ReadAsync(db, start, past: false, now, cancellationToken);
        return inputs.Ok ? PlanBasis.Changes(plan.Basis, PlanMaker.Basis(inputs.Value).Basis) : inputs.Problems;
    }

    /// <summary>See <see cref="SkewCheck.Problems"/>; with the versions that were read last.</summary>
    public static async Task<IReadOnlyList<Finding>> SkewAsync(FleetDbContext db, int? most, GlobalOrder order, IReadOnlySet<string> upgraded, PackageRef package, CancellationToken cancellationToken)
    {
        if (most is null)
            return [];
        var inventory = await db.Zones.AsNoTracking().ToListAsync(cancellationToken);
        var facts = await FactsAsync(db, inventory.ToDictionary(z => z.Name), cancellationToken);
        return SkewCheck.Problems(most, order, upgraded, [.. inventory.Select(z => z.Zone)], name => facts.GetValueOrDefault(name)?.GetValueOrDefault("versions.installer"), package.Installer);
    }

    /// <summary>Zones with a phase for which no window ever opens would wait for ever.</summary>
    private static IEnumerable<Finding> NeverOpen(StartRollout start, Dictionary<string, ZoneRow> zones, CalendarFile calendar, Runbook runbook, DateTimeOffset now)
    {
        if (calendar.Windows.Count == 0 && calendar.Freezes.Count == 0)
            yield break;
        var at = Instant.FromDateTimeOffset(start.StartsAt ?? now);
        foreach (var name in start.Zones)
        {
            var openings = CalendarRules.Of(calendar, zones[name].Zone);
            foreach (var phase in runbook.Phases.Select(p => p.Name).Where(p => !openings.IsOpen(p, at) && openings.OpensAt(p, at) is null).Take(1))
                yield return Finding.Of("window-never-opens", ("zone", name), ("phase", phase));
        }
    }

    public async Task<Runbook?> RunbookAsync(FleetDbContext db, string? digest, CancellationToken cancellationToken)
    {
        var row = digest is null
            ? await db.Runbooks.AsNoTracking().Where(r => r.Name == BuiltInRunbook).OrderByDescending(r => r.AddedAt).Select(r => r.Digest).FirstOrDefaultAsync(cancellationToken)
            : await db.Runbooks.AsNoTracking().Where(r => r.Digest == digest).Select(r => r.Digest).FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : await runbooks.GetAsync(db, row, cancellationToken);
    }

    private async Task<IReadOnlyDictionary<string, ZoneKnowledge>> KnowledgeAsync(FleetDbContext db, Dictionary<string, ZoneRow> zones, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var names = zones.Keys.ToList();
        var checks = await ChecksAsync(db, names, cancellationToken);
        var busy = await (
            from upgrade in db.ZoneUpgrades.AsNoTracking()
            where names.Contains(upgrade.Zone) && upgrade.EndedAt == null
            join rollout in db.Rollouts.AsNoTracking() on upgrade.RolloutId equals rollout.CorrelationId
            where rollout.EndedAt == null
            select new { upgrade.Zone, rollout.Name }).ToListAsync(cancellationToken);
        Func<string, bool> isLive = pools is null ? _ => true : await pools.ReadAsync(db, now, cancellationToken);
        return zones.ToDictionary(z => z.Key, z =>
        {
            var check = checks.GetValueOrDefault(z.Key);
            return new ZoneKnowledge(Newer(z.Value, check), check, z.Value.TakenBy, busy.FirstOrDefault(b => b.Zone == z.Key)?.Name, isLive(z.Value.Zone.Pool));
        });
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> FactsAsync(FleetDbContext db, Dictionary<string, ZoneRow> zones, CancellationToken cancellationToken)
    {
        var checks = await ChecksAsync(db, [.. zones.Keys], cancellationToken);
        return zones.ToDictionary(z => z.Key, z => Newer(z.Value, checks.GetValueOrDefault(z.Key)));
    }

    /// <summary>The newest check of each zone that a worker has told of.</summary>
    private static Task<Dictionary<string, ZoneCheck>> ChecksAsync(FleetDbContext db, List<string> names, CancellationToken cancellationToken) => db.ZoneChecks.AsNoTracking()
        .Where(c => names.Contains(c.Zone) && c.Answered)
        .GroupBy(c => c.Zone).Select(g => g.OrderByDescending(c => c.AskedAt).First()).ToDictionaryAsync(c => c.Zone, c => c.Check, cancellationToken);

    /// <summary>The newer reading counts: an upgrade since the check has changed what it saw.</summary>
    private static IReadOnlyDictionary<string, string> Newer(ZoneRow zone, ZoneCheck? check) => check is not null && (zone.Facts.Count == 0 || check.AskedAt > zone.ChangedAt) ? check.Result!.Facts : zone.Facts;

    private static async Task<IReadOnlyList<PastUpgrade>> PastAsync(FleetDbContext db, CancellationToken cancellationToken)
    {
        var rows = await (
            from upgrade in db.ZoneUpgrades.AsNoTracking()
            where upgrade.State == nameof(ZoneState.Succeeded) && upgrade.StartsTaken == 1
            join zone in db.Zones.AsNoTracking() on upgrade.Zone equals zone.Name
            orderby upgrade.EndedAt descending
            select new { upgrade.Row, zone.Zone }).Take(MostPast).ToListAsync(cancellationToken);
        return [.. rows.Where(r => r.Row is { StartedAt: not null, EndedAt: not null } && !WasThere(r.Row))
            .Select(r => PastUpgrade.Of(r.Row, ZoneLikeness.Of(r.Zone.Traits, r.Row.Facts, r.Row.Facts.GetValueOrDefault("versions.old-installer"), r.Row.Package)))];
    }

    /// <summary>A zone that was found at its target was only looked at.</summary>
    private static bool WasThere(ZoneUpgrade row) => row.PhasesDone.Count <= 1;
}
