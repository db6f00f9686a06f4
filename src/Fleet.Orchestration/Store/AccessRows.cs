using Fleet.Orchestration.Identities;

namespace Fleet.Orchestration.Store;

/// <summary>A token that was given to a person or a worker. Only its digest is kept.</summary>
internal sealed class TokenRow
{
    /// <summary>Stands in the token itself, so that it can be found and named.</summary>
    public required string Id { get; set; }

    /// <summary>Whom the audit names.</summary>
    public required string Name { get; set; }

    /// <summary>Lower-case hex sha-256 of the whole token.</summary>
    public required string Digest { get; set; }
    public required Rights Rights { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public string? RevokedBy { get; set; }

    /// <summary>To some minutes.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>An account in a chat, and the person whose it is.</summary>
internal sealed class ChatAccountRow
{
    /// <summary>Which chat, like <c>irc</c>.</summary>
    public required string Chat { get; set; }

    /// <summary>The account as the chat proves it.</summary>
    public required string Account { get; set; }

    /// <summary>Whom the audit names.</summary>
    public required string Name { get; set; }
    public required Rights Rights { get; set; }
    public DateTimeOffset LinkedAt { get; set; }
    public required string LinkedBy { get; set; }
}

/// <summary>A key under which the web role keeps who is signed in; encrypted, so that the store alone makes nobody's session. Or, under a name of its own, that a person's sessions were ended.</summary>
internal sealed class WebKeyRow
{
    public required string Id { get; set; }
    public required string Xml { get; set; }
    public DateTimeOffset AddedAt { get; set; }
}
