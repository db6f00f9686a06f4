using System.Xml.Linq;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Identities;

/// <summary>Kept beside the keys of sessions, as an element that a key ring passes over: an older server beside this one reads its keys as before.</summary>
internal sealed class SessionsService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, TimeProvider time) : ISessions
{
    /// <summary>No key is called so: theirs begin with <c>key-</c> or <c>revocation-</c>.</summary>
    internal const string Prefix = "sessions-ended:";

    public async Task<bool> CountsAsync(string person, DateTimeOffset began, CancellationToken cancellationToken)
    {
        var id = IdOf(person);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.WebKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Id == id, cancellationToken) is not { } row || began > row.AddedAt;
    }

    public async Task<IReadOnlyList<EndedSessions>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. (await db.WebKeys.AsNoTracking().Where(k => k.Id.StartsWith(Prefix)).OrderByDescending(k => k.AddedAt).ToListAsync(cancellationToken)).Select(View)];
    }

    public Task<Result<EndedSessions>> EndAsync(string person, Caller caller, CancellationToken cancellationToken)
    {
        if (!Names.IsOfPerson(person))
            return Task.FromResult(Result.Invalid<EndedSessions>(Finding.Of("token-bad-name", ("name", person))));
        if (IdOf(person) != IdOf(caller.Name) && !caller.MayEverywhere(Permission.Admit))
            return Task.FromResult(Result.Invalid<EndedSessions>(Finding.Of("session-of-another", ("name", person), ("identity", caller.Name))));
        return transactions.RunAsync(
            async (db, _) =>
            {
                var (id, now) = (IdOf(person), time.GetUtcNow());
                var row = await db.WebKeys.FindAsync([id], cancellationToken);
                if (row is null)
                    db.WebKeys.Add(row = new WebKeyRow { Id = id, Xml = "" });
                // A clock that was set back opens no session again.
                (row.Xml, row.AddedAt) = (new XElement("sessionsEnded", new XAttribute("by", caller.Name)).ToString(), now > row.AddedAt ? now : row.AddedAt);
                AuditWriter.Add(db, [new AuditEntry { Actor = caller.Name, Code = "sessions-ended", Args = new Dictionary<string, string> { ["name"] = person } }], now);
                return Result.Ok(View(row));
            },
            cancellationToken);
    }

    private static string IdOf(string person) => Prefix + person.ToLowerInvariant();

    private static EndedSessions View(WebKeyRow row) => new(row.Id[Prefix.Length..], row.AddedAt, XElement.Parse(row.Xml).Attribute("by")?.Value ?? "?");
}
