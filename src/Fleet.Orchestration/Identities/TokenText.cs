using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Fleet.Orchestration.Identities;

/// <summary><c>fleet_</c>, the token's id, <c>_</c>, 256 random bits: scanners for secrets know it by its beginning, people by its id.</summary>
internal static partial class TokenText
{
    private const int IdBytes = 6;
    private const int SecretBytes = 32;

    public static (string Id, string Text) Make()
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        return (id, $"fleet_{id}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }

    /// <returns>Null: it is no such token.</returns>
    public static string? IdOf(string token) => Pattern().Match(token) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Lower-case hex sha-256. With so many random bits a slow hash would add nothing.</summary>
    public static string Digest(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>How long it takes says nothing of how much is alike.</summary>
    public static bool IsSame(string digest, string other) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(digest), Encoding.ASCII.GetBytes(other));

    [GeneratedRegex(@"^fleet_([0-9a-f]{12})_[0-9a-f]{64}\z")]
    private static partial Regex Pattern();
}
