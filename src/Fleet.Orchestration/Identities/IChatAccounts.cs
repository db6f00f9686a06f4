namespace Fleet.Orchestration.Identities;

/// <summary>Accounts in chats, and whose they are. One that is linked to nobody may nothing.</summary>
public interface IChatAccounts
{
    /// <summary>By chat and account.</summary>
    Task<IReadOnlyList<ChatAccountView>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Who speaks there.</summary>
    /// <param name="source">Where from, as the audit says it: <c>chat irc/#ops</c>.</param>
    /// <returns>Null: it is linked to nobody.</returns>
    Task<Caller?> FindAsync(string chat, string account, string source, CancellationToken cancellationToken);

    /// <summary>Links it, or links it otherwise. Never with more than the caller has; only who may admit.</summary>
    Task<Result<ChatAccountView>> LinkAsync(LinkChatAccount link, Caller caller, CancellationToken cancellationToken);

    Task<Result<ChatAccountView>> UnlinkAsync(string chat, string account, Caller caller, CancellationToken cancellationToken);
}

/// <param name="Chat">Which chat, like <c>irc</c>.</param>
/// <param name="Account">The account as the chat proves it; 1 … 128 characters without spaces, / and %.</param>
/// <param name="Name">The person, as the audit will name them.</param>
public sealed record LinkChatAccount(string Chat, string Account, string Name, Rights Rights);

public sealed record ChatAccountView(string Chat, string Account, string Name, Rights Rights, DateTimeOffset LinkedAt, string LinkedBy);
