using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Workers;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Transactions;

/// <summary>Writes a change and all that follows from it into one context.</summary>
internal static class ZoneUpgradeWriter
{
    /// <summary>The fact with the platform's own list of nodes.</summary>
    private const string AllNodes = "nodes.all";

    public static async Task WriteAsync(
        FleetDbContext db, ZoneUpgradeSaga saga, ZoneRow? zone, Change<ZoneUpgrade> change, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        var before = saga.Row;
        var after = change.Row;
        AuditWriter.Add(db, change.Audit, now);
        if (ReferenceEquals(before, after))
            return;
        saga.Show(after);
        await LeaseAsync(db, before, after, now, lease, cancellationToken);
        await DecisionsAsync(db, before, after, cancellationToken);
        await GuardsAsync(db, before, after, now, cancellationToken);
        foreach (var debt in after.Debts.Skip(before.Debts.Count))
            db.Debts.Add(new DebtRow { Id = Guid.NewGuid(), ZoneUpgradeId = after.Id, Zone = after.Zone, Debt = debt, Since = now });
        if (after.Facts.GetValueOrDefault(AllNodes) is { } nodes && nodes != before.Facts.GetValueOrDefault(AllNodes))
            await SettleReadmittedAsync(db, after, [.. nodes.Split(',')], now, cancellationToken);
        if (after.IsEnded && !before.IsEnded)
            await LetGoAsync(db, zone, after, now, cancellationToken);
    }

    private static async Task LeaseAsync(FleetDbContext db, ZoneUpgrade before, ZoneUpgrade after, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        var change = LeaseRules.After(before, after);
        if (change == LeaseChange.None)
            return;
        var row = await db.Leases.FindAsync([after.Id], cancellationToken);
        if (change == LeaseChange.Remove)
        {
            if (row is not null)
                db.Leases.Remove(row);
            return;
        }

        if (row is null)
        {
            db.Leases.Add(new LeaseRow { ZoneUpgradeId = after.Id, Epoch = after.Epoch, WorkerId = after.WorkerId!, ExpiresAt = now + lease });
            return;
        }

        row.Epoch = after.Epoch;
        row.WorkerId = after.WorkerId!;
        row.ExpiresAt = now + lease;
    }

    private static async Task DecisionsAsync(FleetDbContext db, ZoneUpgrade before, ZoneUpgrade after, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(before.Decisions, after.Decisions))
            return;
        var known = before.Decisions.ToDictionary(d => d.Id);
        foreach (var decision in after.Decisions)
        {
            var old = known.GetValueOrDefault(decision.Id);
            // What a policy is about to answer is asked of nobody.
            if (ReferenceEquals(old, decision) || decision.AwaitsPolicy)
                continue;
            if (await db.Decisions.FindAsync([decision.Id], cancellationToken) is { } row)
            {
                row.State = decision.State;
                row.Decision = decision;
                continue;
            }

            db.Decisions.Add(new DecisionRow
            {
                Id = decision.Id,
                ZoneUpgradeId = after.Id,
                RolloutId = after.RolloutId,
                Zone = after.Zone,
                State = decision.State,
                Fingerprint = decision.Fingerprint,
                AskedAt = decision.AskedAt,
                Decision = decision,
            });
        }
    }

    private static async Task GuardsAsync(FleetDbContext db, ZoneUpgrade before, ZoneUpgrade after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(before.Guards, after.Guards) && ReferenceEquals(before.KeptGuards, after.KeptGuards) && before.State == after.State)
            return;
        foreach (var guard in after.Guards)
        {
            var row = await db.Guards.FindAsync([after.Id, guard.Name], cancellationToken);
            if (row is null)
            {
                row = new GuardRow { ZoneUpgradeId = after.Id, Name = guard.Name, RolloutId = after.RolloutId, Zone = after.Zone, Guard = guard };
                db.Guards.Add(row);
            }

            row.Guard = guard;
            row.Released = guard.Released;
            row.KeptBy = after.KeptGuards.GetValueOrDefault(guard.Name);
            row.ZoneState = after.State;
            if (guard.Released)
                await SettleDebtAsync(db, after.Zone, guard.Name, now, cancellationToken);
        }
    }

    /// <summary>A guard that was kept with a debt and is released later settles that debt.</summary>
    private static async Task SettleDebtAsync(FleetDbContext db, string zone, string guard, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await db.Debts.Where(d => d.Zone == zone && d.SettledAt == null).ToListAsync(cancellationToken);
        foreach (var debt in open.Where(d => d.Debt.Kind == DebtKind.GuardInForce && d.Debt.What == guard))
        {
            debt.SettledAt = now;
            debt.SettledBy = Actors.Coordinator;
        }
    }

    /// <summary>A quarantined node that the platform lists again was put back.</summary>
    private static async Task SettleReadmittedAsync(FleetDbContext db, ZoneUpgrade after, HashSet<string> nodes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await db.Debts.Where(d => d.Zone == after.Zone && d.SettledAt == null).ToListAsync(cancellationToken);
        foreach (var debt in open.Where(d => d.Debt.Kind == DebtKind.QuarantinedNode && nodes.Contains(d.Debt.What)))
        {
            debt.SettledAt = now;
            debt.SettledBy = Actors.Coordinator;
            var args = new Dictionary<string, string> { ["kind"] = Words.Of(debt.Debt.Kind), ["what"] = debt.Debt.What, ["comment"] = "listed again" };
            AuditWriter.Add(db, [new AuditEntry { Actor = Actors.Coordinator, Code = "debt-settled", Args = args, Zone = after.Zone, ZoneUpgradeId = after.Id, RolloutId = after.RolloutId }], now);
        }
    }

    private static async Task LetGoAsync(FleetDbContext db, ZoneRow? zone, ZoneUpgrade after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var firstbox in await db.Firstboxes.Where(f => f.HolderId == after.Id).ToListAsync(cancellationToken))
            firstbox.HolderId = null;
        if (zone is not null && after.Facts.Count > 0)
        {
            zone.Facts = after.Facts;
            zone.ChangedAt = now;
        }
    }
}
