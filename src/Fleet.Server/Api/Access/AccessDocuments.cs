using System.Text.Json.Serialization;
using Fleet.Orchestration.Identities;

namespace Fleet.Server.Api.Access;

/// <summary>Who the caller is to Fleet.</summary>
/// <param name="Name">As the audit names the caller.</param>
/// <param name="Source">Where from, as the audit says it.</param>
/// <param name="Token">The id of the token that came with the request; null: it was none that was given to a person.</param>
/// <param name="Zones">How many zones of the inventory the caller sees.</param>
public sealed record WhoAmIDocument(string Name, IReadOnlyList<Grant> Grants, IReadOnlyList<string> Groups, string Source, string? Token, int Zones);

public sealed record TokenDocument
{
    public required string Id { get; init; }

    /// <summary>Whose it is, as the audit names them.</summary>
    public required string Name { get; init; }
    public required TokenState State { get; init; }
    public required IReadOnlyList<Grant> Grants { get; init; }
    public required IReadOnlyList<string> Groups { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public string? RevokedBy { get; init; }

    /// <summary>To some minutes; null: not yet.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public static TokenDocument Of(TokenView view) => new()
    {
        Id = view.Id,
        Name = view.Name,
        State = view.State,
        Grants = view.Rights.Grants,
        Groups = view.Rights.Groups,
        CreatedAt = view.CreatedAt,
        CreatedBy = view.CreatedBy,
        ExpiresAt = view.ExpiresAt,
        RevokedAt = view.RevokedAt,
        RevokedBy = view.RevokedBy,
        LastUsedAt = view.LastUsedAt,
    };
}

/// <param name="Token">Told this once; only its digest is kept.</param>
public sealed record MadeTokenDocument(string Token, TokenDocument About);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CreateTokenRequest
{
    /// <summary>The person; null: the caller.</summary>
    public string? Name { get; init; }
    public required IReadOnlyList<Grant> Grants { get; init; }
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>Like <c>30d</c>; null: the server's default.</summary>
    public string? Expires { get; init; }
}

public sealed record ChatAccountDocument(string Chat, string Account, string Name, IReadOnlyList<Grant> Grants, IReadOnlyList<string> Groups, DateTimeOffset LinkedAt, string LinkedBy)
{
    public static ChatAccountDocument Of(ChatAccountView view) => new(view.Chat, view.Account, view.Name, view.Rights.Grants, view.Rights.Groups, view.LinkedAt, view.LinkedBy);
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LinkAccountRequest
{
    /// <summary>The person, as the audit will name them.</summary>
    public required string Name { get; init; }
    public required IReadOnlyList<Grant> Grants { get; init; }
    public IReadOnlyList<string>? Groups { get; init; }
}
