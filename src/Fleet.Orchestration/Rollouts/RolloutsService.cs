using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Rollouts;
using Fleet.Contracts.Traces;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Model;
using Fleet.Runbooks.Strategies;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Rollouts;

internal sealed partial class RolloutsService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, PlanReader reader, TimeProvider time) : IRollouts
{
    public async Task<Result<RolloutView>> StartAsync(StartRollout start, string actor, CancellationToken cancellationToken)
    {
        var id = await transactions.RunAsync(
            async (db, outgoing) =>
            {
                var inputs = await reader.ReadAsync(db, start, past: false, time.GetUtcNow(), cancellationToken);
                if (!inputs.Ok)
                    return inputs.As<PlanInputs, Guid>();
                var planned = start.Plan is { } plan ? (await db.Plans.FindAsync([plan], cancellationToken))?.Plan : null;
                if (start.Plan is not null && ChangesSince(start.Plan, planned, inputs.Value) is { Count: > 0 } changes)
                    return Result.Conflict<Guid>([Finding.Of("plan-changed", ("plan", start.Plan[..12])), .. changes]);
                var active = await db.Rollouts.Where(r => r.EndedAt == null).Select(r => r.Name).ToListAsync(cancellationToken);
                var rollout = Make(inputs.Value, active, actor);
                if (planned is null && rollout.Strategy.Approvals is not null)
                    planned = await PlanAsync(db, inputs.Value, actor, rollout.StartedAt, cancellationToken);
                rollout = RolloutRules.AskForApproval(rollout with { Plan = planned?.View.Hash, PlanSelector = planned?.Selector }, rollout.StartedAt);
                await RolloutUnit.ListQuestionsAsync(db, rollout with { Approval = null }, rollout, cancellationToken);
                Add(db, rollout, inputs.Value.Waves.Zones.ToDictionary(z => z.Zone.Name, z => z.Zone));
                AuditWriter.Add(db, [RolloutRules.Entry(
                    rollout, actor, "rollout-started", ("name", rollout.Name), ("zones", string.Join(',', start.Zones)), ("package", rollout.Package.FileName), ("runbook", rollout.Runbook.Digest),
                    ("strategy", rollout.Strategy.Name), ("plan", rollout.Plan), ("at", start.StartsAt is { } at ? $"{at:u}" : null), ("until", start.Until))], rollout.StartedAt);
                outgoing.Publish(new RolloutDue(rollout.Id));
                return Result.Ok(rollout.Id);
            },
            cancellationToken);
        return id.Ok ? await ViewAsync(id.Value, cancellationToken) : id.As<Guid, RolloutView>();
    }

    public async Task<IReadOnlyList<Finding>> CheckSettingsAsync(StartRollout start, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var active = await db.Rollouts.Where(r => r.EndedAt == null).Select(r => r.Name).ToListAsync(cancellationToken);
        return StartCheck.Settings(start, active.ToHashSet(), await reader.RunbookAsync(db, start.RunbookDigest, cancellationToken));
    }

    public async Task<IReadOnlyList<RolloutView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ids = await db.Rollouts.AsNoTracking().OrderByDescending(r => r.StartedAt).Select(r => r.CorrelationId).ToListAsync(cancellationToken);
        var views = new List<RolloutView>(ids.Count);
        foreach (var id in ids)
            views.Add(await RolloutReader.ReadAsync(db, id, zones: false, time.GetUtcNow(), cancellationToken));
        return views;
    }

    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<string>>> ZonesAsync(IReadOnlyCollection<Guid>? rollouts, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var named = await db.ZoneUpgrades.AsNoTracking().Where(z => rollouts == null || rollouts.Contains(z.RolloutId)).Select(z => new { z.RolloutId, z.Zone }).ToListAsync(cancellationToken);
        return named.GroupBy(z => z.RolloutId).ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Select(z => z.Zone)]);
    }

    public async Task<string?> ZoneOfAsync(Guid zoneUpgrade, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ZoneUpgrades.AsNoTracking().Where(z => z.CorrelationId == zoneUpgrade).Select(z => z.Zone).SingleOrDefaultAsync(cancellationToken);
    }

    public async Task<Result<RolloutView>> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await RolloutReader.MatchAsync(db, id, cancellationToken);
        return found.Ok ? Result.Ok(await RolloutReader.ReadAsync(db, found.Value, zones: true, time.GetUtcNow(), cancellationToken)) : found.As<Guid, RolloutView>();
    }

    public async Task<Result<ZoneUpgradeView>> FindZoneAsync(string id, string zone, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await RolloutReader.MatchAsync(db, id, cancellationToken);
        if (!found.Ok)
            return found.As<Guid, ZoneUpgradeView>();
        return await RolloutReader.ReadZoneAsync(db, found.Value, zone, time.GetUtcNow(), cancellationToken) is { } view ? Result.Ok(view) : Result.NotFound<ZoneUpgradeView>(NotInRollout(zone, id));
    }

    public async Task<Result<ZoneUpgradeView>> FindNewestAsync(string zone, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var newest = await db.ZoneUpgrades.AsNoTracking().Where(z => z.Zone == zone)
            .OrderByDescending(z => z.StartedAt != null).ThenByDescending(z => z.StartedAt).ThenByDescending(z => z.CreatedAt)
            .Select(z => (Guid?)z.RolloutId).FirstOrDefaultAsync(cancellationToken);
        return newest is { } rollout && await RolloutReader.ReadZoneAsync(db, rollout, zone, time.GetUtcNow(), cancellationToken) is { } view
            ? Result.Ok(view)
            : Result.NotFound<ZoneUpgradeView>(Finding.Of("zone-never-upgraded", ("zone", zone)));
    }

    private static IReadOnlyList<Finding> ChangesSince(string hash, StoredPlan? planned, PlanInputs inputs) =>
        planned is null ? [Finding.Of("plan-not-found", ("plan", hash))] : PlanBasis.Changes(planned.Basis, PlanMaker.Basis(inputs).Basis);

    /// <summary>What is approved has a hash, whether or not somebody asked for the plan before.</summary>
    private static async Task<StoredPlan> PlanAsync(FleetDbContext db, PlanInputs inputs, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var plan = PlanMaker.Make(inputs, string.Join(',', inputs.Start.Zones), actor, now);
        if (await db.Plans.FindAsync([plan.View.Hash], cancellationToken) is null)
            db.Plans.Add(new PlanRow { Hash = plan.View.Hash, MadeAt = now, Plan = plan });
        return plan;
    }

    private Rollout Make(PlanInputs inputs, IReadOnlyCollection<string> active, string actor)
    {
        var start = inputs.Start;
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return new Rollout
        {
            Id = id,
            Name = start.Name ?? NameFor(inputs.Package, now, active),
            Package = inputs.Package,
            Runbook = new RunbookRef(inputs.Runbook.Name, inputs.Runbook.Digest),
            Phases = [.. inputs.Runbook.Phases.Select(p => p.Name)],
            Strategy = inputs.Waves.Strategy,
            Waves = inputs.Waves.Waves,
            Interactive = start.Interactive,
            Until = start.Until,
            Zones = [.. inputs.Waves.Members(_ => Guid.CreateVersion7(now)).Zip(inputs.Waves.Zones, (member, zone) => PlanEstimates.WithExpected(inputs, member, zone.Zone))],
            State = start.StartsAt is null ? RolloutState.Running : RolloutState.Scheduled,
            StartsAt = start.StartsAt?.ToUniversalTime(),
            ExpiresAt = start.StartsAt is { } at ? (start.ExpiresAt ?? at + StartCheck.Lateness).ToUniversalTime() : null,
            StartedBy = actor,
            StartedAt = now,
            TraceParent = SpanIds.TraceParent(id),
        };
    }

    private static void Add(FleetDbContext db, Rollout rollout, IReadOnlyDictionary<string, InventoryZone> zones)
    {
        db.Rollouts.Add(RolloutSaga.For(rollout));
        foreach (var zone in rollout.Zones)
            db.ZoneUpgrades.Add(ZoneUpgradeSaga.For(MakeZone(rollout, zone), zones[zone.Zone].Pool, rollout.StartedAt));
    }

    private static ZoneUpgrade MakeZone(Rollout rollout, RolloutZone zone) => new()
    {
        Id = zone.ZoneUpgradeId,
        RolloutId = rollout.Id,
        Zone = zone.Zone,
        Package = rollout.Package,
        Runbook = rollout.Runbook,
        Interactive = rollout.Interactive,
        TraceParent = SpanIds.TraceParent(zone.ZoneUpgradeId),
    };

    /// <summary>Null: nothing is known, or no window asks.</summary>

    private static string NameFor(PackageRef package, DateTimeOffset now, IReadOnlyCollection<string> active)
    {
        var name = $"{package.Installer}-{package.Qingcloud}-{now:MMdd}";
        for (var n = 2; active.Contains(name); n++)
            name = $"{package.Installer}-{package.Qingcloud}-{now:MMdd}-{n}";
        return name;
    }

    private static Finding NotInRollout(string zone, string rollout) => Finding.Of("zone-not-in-rollout", ("zone", zone), ("rollout", rollout));

    private async Task<Result<RolloutView>> ViewAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return Result.Ok(await RolloutReader.ReadAsync(db, id, zones: true, time.GetUtcNow(), cancellationToken));
    }
}
