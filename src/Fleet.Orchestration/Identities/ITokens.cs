using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.Orchestration.Identities;

/// <summary>Tokens that were given to people and workers. The token itself is told once, to who made it.</summary>
public interface ITokens
{
    /// <summary>Whose it is. Also one that no longer counts is found: only who holds it whole learns so.</summary>
    /// <returns>Null: unknown.</returns>
    Task<TokenView?> FindAsync(string token, CancellationToken cancellationToken);

    /// <summary>Whether a token counts now, by its id.</summary>
    Task<bool> CountsAsync(string id, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<TokenView>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Whether any counts now that belongs to a person.</summary>
    Task<bool> AnyOfPeopleAsync(CancellationToken cancellationToken);

    /// <summary>Never more than the caller has; for another name only who may admit.</summary>
    Task<Result<MadeToken>> CreateAsync(CreateToken create, Caller caller, CancellationToken cancellationToken);

    /// <summary>One's own, or any where the caller may admit. Again is well.</summary>
    /// <param name="id">The id, or an unambiguous beginning of it.</param>
    Task<Result<TokenView>> RevokeAsync(string id, Caller caller, CancellationToken cancellationToken);

    /// <summary>Kept to some minutes, later and beside the request.</summary>
    void Used(TokenView token);
}

public sealed record CreateToken
{
    /// <summary>The person, as the audit will name them.</summary>
    public required string Name { get; init; }
    public required Rights Rights { get; init; }

    /// <summary>Null: the default.</summary>
    public TimeSpan? Lifetime { get; init; }
}

public sealed record MadeToken(string Token, TokenView View);

public sealed record TokenView
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required Rights Rights { get; init; }
    public required TokenState State { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public string? RevokedBy { get; init; }

    /// <summary>To some minutes.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

[JsonConverter(typeof(KebabCaseEnumConverter<TokenState>))]
public enum TokenState
{
    Valid,
    Expired,
    Revoked,
}
