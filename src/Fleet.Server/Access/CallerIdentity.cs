using System.Security.Claims;
using Fleet.Orchestration.Identities;

namespace Fleet.Server.Access;

/// <summary>A caller, as ASP.NET carries it.</summary>
internal sealed class CallerIdentity(Caller caller, string scheme) : ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name)], scheme, ClaimTypes.Name, ClaimTypes.Role)
{
    public Caller Caller { get; } = caller;

    public override ClaimsIdentity Clone() => this;
}

internal static class CallerPrincipal
{
    /// <returns>Null: nobody, or somebody that no rule knows.</returns>
    public static Caller? AsCaller(this ClaimsPrincipal user) => (user.Identity as CallerIdentity)?.Caller;
}
