using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Debts;

internal sealed class DebtsService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, TimeProvider time) : IDebts
{
    public async Task<IReadOnlyList<DebtView>> ListAsync(string? zone, bool openOnly, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Debts.AsNoTracking().Where(d => (zone == null || d.Zone == zone) && (!openOnly || d.SettledAt == null))
            .OrderBy(d => d.Zone).ThenBy(d => d.Since).ToListAsync(cancellationToken);
        return [.. rows.Select(View)];
    }

    public Task<Result<DebtView>> SettleAsync(Guid id, string? comment, string actor, CancellationToken cancellationToken) =>
        transactions.RunAsync(
            async (db, _) =>
            {
                if (await db.Debts.FindAsync([id], cancellationToken) is not { } row)
                    return Result.NotFound<DebtView>(Finding.Of("debt-not-found", ("id", id.ToString("N"))));
                if (row.SettledAt is not null)
                    return Result.Ok(View(row));
                row.SettledAt = time.GetUtcNow();
                row.SettledBy = actor;
                row.Comment = comment;
                var args = new Dictionary<string, string> { ["kind"] = Words.Of(row.Debt.Kind), ["what"] = row.Debt.What, ["comment"] = comment ?? string.Empty };
                AuditWriter.Add(db, [new AuditEntry { Actor = actor, Code = "debt-settled", Args = args, Zone = row.Zone, ZoneUpgradeId = row.ZoneUpgradeId }], time.GetUtcNow());
                return Result.Ok(View(row));
            },
            cancellationToken);

    internal static DebtView View(DebtRow row) => new()
    {
        Id = row.Id,
        Zone = row.Zone,
        ZoneUpgradeId = row.ZoneUpgradeId,
        Debt = row.Debt,
        Since = row.Since,
        SettledAt = row.SettledAt,
        SettledBy = row.SettledBy,
        Comment = row.Comment,
    };
}
