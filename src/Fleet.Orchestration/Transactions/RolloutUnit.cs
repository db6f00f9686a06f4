using Fleet.Contracts.Decisions;
using Fleet.Contracts.Rollouts;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Facts;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Transactions;

/// <summary>
/// The one way in which a rollout's row changes. It reads its zones' rows first; a zone starts, and its firstbox is taken, by the commit of this. So are the checks of a wave that has baked asked for, and its questions listed.
/// </summary>
internal sealed class RolloutUnit(RunbookCatalog runbooks, PlanReader plans, TimeProvider time)
{
    public async Task<Decided<Rollout>> DecideAsync(
        FleetDbContext db, RolloutSaga saga, Func<Rollout, IReadOnlyDictionary<Guid, ZoneStanding>, DateTimeOffset, Change<Rollout>> decide, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = saga.Row;
        var change = decide(before, await WithLooksAsync(db, before, await StandingsAsync(db, saga.CorrelationId, before, now, cancellationToken), cancellationToken), now);
        var outgoing = new Outgoing();
        if (change.Refusal is not null)
            return new(change, outgoing);
        // Between the plan and its hour the world may have changed; what begins is what was planned, or nothing.
        if (before is { Plan: { } plan, PlanSelector: { } selector } && RolloutWork.Begins(before, change.Row) && await plans.ChangesSinceAsync(db, plan, selector, now, cancellationToken) is { Count: > 0 } changes)
            change = RolloutRules.Outdated(before, changes, now);
        AuditWriter.Add(db, change.Audit, now);
        if (ReferenceEquals(before, change.Row))
            return new(change, outgoing);
        saga.Show(change.Row);
        await TakeFirstboxesAsync(db, before, change.Row, cancellationToken);
        await ListQuestionsAsync(db, before, change.Row, cancellationToken);
        await LookAsync(db, before, change.Row, now, outgoing, cancellationToken);
        outgoing.Add(RolloutWork.Tell(before, change.Row));
        return new(change, outgoing);
    }

    public static async Task<IReadOnlyDictionary<Guid, ZoneStanding>> StandingsAsync(FleetDbContext db, Guid rolloutId, Rollout rollout, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var calendar = await CalendarStore.ReadAsync(db, cancellationToken);
        var zones = await (
            from upgrade in db.ZoneUpgrades.AsNoTracking()
            where upgrade.RolloutId == rolloutId
            join zone in db.Zones.AsNoTracking() on upgrade.Zone equals zone.Name into found
            from zone in found.DefaultIfEmpty()
            join firstbox in db.Firstboxes.AsNoTracking() on zone.Address equals firstbox.Address into boxes
            from firstbox in boxes.DefaultIfEmpty()
            select new
            {
                upgrade.CorrelationId,
                upgrade.State,
                upgrade.StartsTaken,
                upgrade.CountsAsFailure,
                upgrade.ReachedUntil,
                upgrade.Phase,
                Zone = zone != null ? zone.Zone : null,
                Known = zone != null,
                Taken = zone != null && zone.TakenBy != null,
                Holder = firstbox != null ? firstbox.HolderId : null,
            }).ToListAsync(cancellationToken);
        return zones.ToDictionary(z => z.CorrelationId, z => new ZoneStanding
        {
            State = Enum.Parse<ZoneState>(z.State),
            StartsTaken = z.StartsTaken,
            CountsAsFailure = z.CountsAsFailure,
            ReachedUntil = z.ReachedUntil,
            Blocked = RolloutWork.IsBlocked(z.Known, z.Taken, z.Holder, z.CorrelationId),
        } is var standing && z.Zone is not null && standing.State == ZoneState.Waiting ? RolloutWork.WithCalendar(standing, rollout, z.CorrelationId, z.Phase, CalendarRules.Of(calendar, z.Zone), now) : standing);
    }

    /// <summary>What the checks of waves that are being judged have found so far.</summary>
    private async Task<IReadOnlyDictionary<Guid, ZoneStanding>> WithLooksAsync(FleetDbContext db, Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> standings, CancellationToken cancellationToken)
    {
        var looks = row.Waves.Where(w => w is { IsGated: true, Verdict: null }).Select(w => w.LookId).OfType<Guid>().ToList();
        if (looks.Count == 0)
            return standings;
        var checks = await db.ZoneChecks.AsNoTracking().Where(c => looks.Contains(c.CheckId) && c.EndedAt != null).Select(c => c.Check).ToListAsync(cancellationToken);
        if (checks.Count == 0)
            return standings;
        var runbook = await runbooks.GetAsync(db, row.Runbook.Digest, cancellationToken);
        var ids = checks.ConvertAll(c => row.Find(c.Zone)!.ZoneUpgradeId);
        var facts = await db.ZoneUpgrades.AsNoTracking().Where(z => ids.Contains(z.CorrelationId)).ToDictionaryAsync(z => z.CorrelationId, z => z.Row.Facts, cancellationToken);
        var looked = new Dictionary<Guid, ZoneStanding>(standings);
        foreach (var (check, id) in checks.Zip(ids))
            looked[id] = looked[id] with { Look = LookRules.Of(check, HealthBaseline.Read(facts[id]), runbook) };
        return looked;
    }

    private static async Task LookAsync(FleetDbContext db, Rollout before, Rollout after, DateTimeOffset now, Outgoing outgoing, CancellationToken cancellationToken)
    {
        var looks = RolloutWork.Looks(before, after);
        if (looks.Count == 0)
            return;
        var ids = looks.Select(l => l.Zone.ZoneUpgradeId).ToList();
        var upgraded = await db.ZoneUpgrades.AsNoTracking().Where(z => ids.Contains(z.CorrelationId) && z.State == nameof(ZoneState.Succeeded)).Select(z => z.CorrelationId).ToListAsync(cancellationToken);
        var names = looks.Select(l => l.Zone.Zone).ToList();
        var known = await db.Zones.AsNoTracking().Where(z => names.Contains(z.Name)).ToDictionaryAsync(z => z.Name, cancellationToken);
        var addresses = known.Values.Select(z => z.Address).ToList();
        var held = await db.Firstboxes.AsNoTracking().Where(f => addresses.Contains(f.Address) && f.HolderId != null).Select(f => f.Address).ToListAsync(cancellationToken);
        foreach (var (zone, look) in looks.Where(l => upgraded.Contains(l.Zone.ZoneUpgradeId)))
        {
            // No package: nothing is to be upgraded, only to be seen.
            var check = new ZoneCheck { Id = Guid.CreateVersion7(now), CheckId = look, Zone = zone.Zone, Runbook = after.Runbook, RolloutId = after.Id, AskedBy = Actors.Coordinator, AskedAt = now };
            var row = known.GetValueOrDefault(zone.Zone);
            var why = row is null ? Finding.Of("zone-not-found", ("zone", zone.Zone)) : held.Contains(row.Address) ? Finding.Of("check-zone-under-way", ("zone", zone.Zone)) : null;
            db.ZoneChecks.Add(ZoneCheckRow.For(why is null ? check : check with { EndedAt = now, Unanswered = why }));
            if (why is null)
                outgoing.Sends.Add(ChecksOwed.Of(check, row!.Zone));
            else
                outgoing.Publish(new RolloutDue(after.Id));
        }
    }

    public static async Task ListQuestionsAsync(FleetDbContext db, Rollout before, Rollout after, CancellationToken cancellationToken)
    {
        foreach (var decision in RolloutWork.Questions(before, after))
        {
            if (await db.Decisions.FindAsync([decision.Id], cancellationToken) is { } row)
            {
                row.State = decision.State;
                row.Decision = decision;
                continue;
            }

            db.Decisions.Add(new DecisionRow { Id = decision.Id, RolloutId = after.Id, Zone = "", State = decision.State, Fingerprint = decision.Fingerprint, AskedAt = decision.AskedAt, Decision = decision });
        }
    }

    private static async Task TakeFirstboxesAsync(FleetDbContext db, Rollout before, Rollout after, CancellationToken cancellationToken)
    {
        foreach (var started in RolloutWork.Started(before, after))
        {
            var zone = await db.Zones.FindAsync([started.Zone], cancellationToken) ?? throw new InvalidOperationException($"The zone {started.Zone} was started although it is not in the inventory.");
            await TakeAsync(db, zone.Address, started.ZoneUpgradeId, cancellationToken);
        }
    }

    /// <summary>Two that take one firstbox at once conflict on its version, or on its key, and the later one looks again.</summary>
    private static async Task TakeAsync(FleetDbContext db, string address, Guid holder, CancellationToken cancellationToken)
    {
        var firstbox = await db.Firstboxes.FindAsync([address], cancellationToken);
        if (firstbox is null)
        {
            db.Firstboxes.Add(new FirstboxRow { Address = address, HolderId = holder });
            return;
        }

        if (firstbox.HolderId is { } other && other != holder)
            throw new DbUpdateConcurrencyException($"The firstbox {address} was taken by {other} meanwhile.");
        firstbox.HolderId = holder;
    }
}
