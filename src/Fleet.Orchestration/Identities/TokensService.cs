using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Runbooks.Loading;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Identities;

internal sealed class TokensService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, TokenUses uses, AccessOptions options, TimeProvider time) : ITokens
{
    public async Task<TokenView?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (TokenText.IdOf(token) is not { } id)
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.Tokens.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancellationToken);
        return row is not null && TokenText.IsSame(row.Digest, TokenText.Digest(token)) ? View(row, time.GetUtcNow()) : null;
    }

    public async Task<bool> CountsAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Tokens.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is { } row && View(row, time.GetUtcNow()).State == TokenState.Valid;
    }

    public async Task<IReadOnlyList<TokenView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        return [.. (await db.Tokens.AsNoTracking().OrderByDescending(t => t.CreatedAt).ToListAsync(cancellationToken)).Select(t => View(t, now))];
    }

    public async Task<bool> AnyOfPeopleAsync(CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).Any(t => t.State == TokenState.Valid && t.Rights.Grants.Any(g => g.Role != Role.Worker));

    public Task<Result<MadeToken>> CreateAsync(CreateToken create, Caller caller, CancellationToken cancellationToken)
    {
        if (Problems(create, caller) is { Count: > 0 } problems)
            return Task.FromResult(Result.Invalid<MadeToken>(problems));
        return transactions.RunAsync(
            async (db, _) =>
            {
                var now = time.GetUtcNow();
                // What was stolen lives no longer than it would have: a token makes none that outlasts it, but for who admits people.
                var own = caller.TokenId is { } used && !caller.MayEverywhere(Permission.Admit) ? (await db.Tokens.FindAsync([used], cancellationToken))?.ExpiresAt : null;
                var (id, text) = TokenText.Make();
                var row = new TokenRow
                {
                    Id = id,
                    Name = create.Name,
                    Digest = TokenText.Digest(text),
                    Rights = create.Rights,
                    CreatedAt = now,
                    CreatedBy = caller.Name,
                    ExpiresAt = Earlier(now + (create.Lifetime ?? options.TokenLifetime), own),
                };
                db.Tokens.Add(row);
                AuditWriter.Add(db, [Entry(caller, "token-created", row)], now);
                return Result.Ok(new MadeToken(text, View(row, now)));
            },
            cancellationToken);
    }

    public Task<Result<TokenView>> RevokeAsync(string id, Caller caller, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, _) =>
        {
            // What is another's is not there for who may not see it.
            var own = await db.Tokens.Where(t => t.Id.StartsWith(id) && (caller.MayEverywhere(Permission.Admit) || t.Name == caller.Name)).Take(2).ToListAsync(cancellationToken);
            if (id.Length == 0 || own.Count != 1)
                return own.Count == 2 && id.Length > 0 ? Result.Invalid<TokenView>(Finding.Of("token-ambiguous", ("id", id))) : Result.NotFound<TokenView>(Finding.Of("token-not-found", ("id", id)));
            var (row, now) = (own[0], time.GetUtcNow());
            if (row.RevokedAt is null)
            {
                (row.RevokedAt, row.RevokedBy) = (now, caller.Name);
                AuditWriter.Add(db, [Entry(caller, "token-revoked", row)], now);
            }

            return Result.Ok(View(row, now));
        },
        cancellationToken);

    public void Used(TokenView token) => uses.Note(token.Id, token.LastUsedAt);

    private List<Finding> Problems(CreateToken create, Caller caller)
    {
        var problems = new List<Finding>();
        if (!Names.IsOfPerson(create.Name))
            problems.Add(Finding.Of("token-bad-name", ("name", create.Name)));
        else if (create.Name != caller.Name && !caller.MayEverywhere(Permission.Admit))
            problems.Add(Finding.Of("token-of-another", ("name", create.Name), ("identity", caller.Name)));
        problems.AddRange(RightsCheck.Problems(create.Rights));
        if (create.Lifetime is { } lifetime && (lifetime <= TimeSpan.Zero || lifetime > options.LongestToken))
            problems.Add(Finding.Of("token-bad-lifetime", ("value", DurationText.Format(lifetime)), ("most", DurationText.Format(options.LongestToken))));
        problems.AddRange(caller.Beyond(create.Rights));
        return problems;
    }

    private static DateTimeOffset Earlier(DateTimeOffset at, DateTimeOffset? own) => own < at ? own.Value : at;

    private static AuditEntry Entry(Caller caller, string code, TokenRow row) => new()
    {
        Actor = caller.Name,
        Code = code,
        Args = new Dictionary<string, string> { ["token"] = row.Id, ["name"] = row.Name, ["rights"] = RightsCheck.Text(row.Rights), ["expires"] = row.ExpiresAt is { } at ? $"{at:u}" : "-" },
    };

    internal static TokenView View(TokenRow row, DateTimeOffset now) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Rights = row.Rights,
        State = row.RevokedAt is not null ? TokenState.Revoked : row.ExpiresAt <= now ? TokenState.Expired : TokenState.Valid,
        CreatedAt = row.CreatedAt,
        CreatedBy = row.CreatedBy,
        ExpiresAt = row.ExpiresAt,
        RevokedAt = row.RevokedAt,
        RevokedBy = row.RevokedBy,
        LastUsedAt = row.LastUsedAt,
    };
}
