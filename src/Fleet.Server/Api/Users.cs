using System.Security.Claims;
using Fleet.Server.Access;

namespace Fleet.Server.Api;

internal static class Users
{
    /// <summary>Whom the audit names.</summary>
    public static string Name(this ClaimsPrincipal user) => user.AsCaller()?.Name ?? throw new InvalidOperationException("A change reached the API without an identity.");
}
