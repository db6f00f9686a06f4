using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Identities;

internal sealed class IdentitiesService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, TimeProvider time) : IIdentities
{
    public async Task<IdentityView?> FindByTokenAsync(string tokenDigest, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Identities.AsNoTracking().Where(i => i.TokenDigest == tokenDigest).Select(i => new IdentityView(i.Name, i.Role)).FirstOrDefaultAsync(cancellationToken);
    }

    public Task<IdentityView> PutAsync(string name, IdentityRole role, string tokenDigest, string actor, CancellationToken cancellationToken) =>
        transactions.RunAsync(
            async (db, _) =>
            {
                var row = await db.Identities.FindAsync([name], cancellationToken);
                if (row is not null && row.Role == role && row.TokenDigest == tokenDigest)
                    return new IdentityView(name, role);
                if (row is null)
                    db.Identities.Add(new IdentityRow { Name = name, Role = role, TokenDigest = tokenDigest });
                else
                    (row.Role, row.TokenDigest) = (role, tokenDigest);
                var args = new Dictionary<string, string> { ["name"] = name, ["role"] = Words.Of(role) };
                AuditWriter.Add(db, [new AuditEntry { Actor = actor, Code = "identity-put", Args = args }], time.GetUtcNow());
                return new IdentityView(name, role);
            },
            cancellationToken);
}
