using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.Orchestration.Identities;

/// <summary>Who may speak to the server. Only digests of tokens are kept.</summary>
public interface IIdentities
{
    /// <param name="tokenDigest">Lower-case hex sha-256 of the token.</param>
    Task<IdentityView?> FindByTokenAsync(string tokenDigest, CancellationToken cancellationToken);

    /// <summary>Adds the identity, or gives it this token and role in place of its old ones.</summary>
    Task<IdentityView> PutAsync(string name, IdentityRole role, string tokenDigest, string actor, CancellationToken cancellationToken);
}

[JsonConverter(typeof(KebabCaseEnumConverter<IdentityRole>))]
public enum IdentityRole
{
    Reader,
    Operator,

    /// <summary>Fetches runbooks and packages by digest; nothing else.</summary>
    Worker,
}

public sealed record IdentityView(string Name, IdentityRole Role);
