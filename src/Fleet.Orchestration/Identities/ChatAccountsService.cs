using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Identities;

internal sealed partial class ChatAccountsService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, TimeProvider time) : IChatAccounts
{
    public async Task<IReadOnlyList<ChatAccountView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. (await db.ChatAccounts.AsNoTracking().OrderBy(a => a.Chat).ThenBy(a => a.Account).ToListAsync(cancellationToken)).Select(View)];
    }

    public async Task<Caller?> FindAsync(string chat, string account, string source, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ChatAccounts.AsNoTracking().SingleOrDefaultAsync(a => a.Chat == chat && a.Account == account, cancellationToken) is { } row
            ? new Caller { Name = row.Name, Rights = row.Rights, Source = source }
            : null;
    }

    public Task<Result<ChatAccountView>> LinkAsync(LinkChatAccount link, Caller caller, CancellationToken cancellationToken)
    {
        if (Problems(link, caller) is { Count: > 0 } problems)
            return Task.FromResult(Result.Invalid<ChatAccountView>(problems));
        return transactions.RunAsync(
            async (db, _) =>
            {
                var row = await db.ChatAccounts.FindAsync([link.Chat, link.Account], cancellationToken);
                if (row is null)
                    db.ChatAccounts.Add(row = new ChatAccountRow { Chat = link.Chat, Account = link.Account, Name = link.Name, Rights = link.Rights, LinkedBy = caller.Name });
                (row.Name, row.Rights, row.LinkedAt, row.LinkedBy) = (link.Name, link.Rights, time.GetUtcNow(), caller.Name);
                AuditWriter.Add(db, [Entry(caller, "chat-account-linked", row)], row.LinkedAt);
                return Result.Ok(View(row));
            },
            cancellationToken);
    }

    public Task<Result<ChatAccountView>> UnlinkAsync(string chat, string account, Caller caller, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, _) =>
        {
            if (await db.ChatAccounts.FindAsync([chat, account], cancellationToken) is not { } row)
                return Result.NotFound<ChatAccountView>(Finding.Of("chat-account-not-found", ("chat", chat), ("account", account)));
            db.ChatAccounts.Remove(row);
            AuditWriter.Add(db, [Entry(caller, "chat-account-unlinked", row)], time.GetUtcNow());
            return Result.Ok(View(row));
        },
        cancellationToken);

    private static List<Finding> Problems(LinkChatAccount link, Caller caller)
    {
        var problems = new List<Finding>();
        if (!ChatPattern().IsMatch(link.Chat))
            problems.Add(Finding.Of("chat-account-bad-chat", ("chat", link.Chat)));
        // A slash does not come through a path as what it is.
        if (link.Account.Length is 0 or > 128 || link.Account.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or '%'))
            problems.Add(Finding.Of("chat-account-bad-account", ("account", link.Account)));
        if (!Names.IsOfPerson(link.Name))
            problems.Add(Finding.Of("token-bad-name", ("name", link.Name)));
        problems.AddRange(RightsCheck.Problems(link.Rights));
        problems.AddRange(caller.Beyond(link.Rights));
        return problems;
    }

    private static AuditEntry Entry(Caller caller, string code, ChatAccountRow row) => new()
    {
        Actor = caller.Name,
        Code = code,
        Args = new Dictionary<string, string> { ["chat"] = row.Chat, ["account"] = row.Account, ["name"] = row.Name, ["rights"] = RightsCheck.Text(row.Rights) },
    };

    private static ChatAccountView View(ChatAccountRow row) => new(row.Chat, row.Account, row.Name, row.Rights, row.LinkedAt, row.LinkedBy);

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,31}\z")]
    private static partial Regex ChatPattern();
}
