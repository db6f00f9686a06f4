using System.Security.Claims;
using Fleet.Orchestration.Identities;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Access.SignIn;

/// <summary>Makes a caller of what an identity provider has proven, at each request: when groups get other roles, it counts at once.</summary>
internal sealed class PeopleOfProvider(OidcOptions oidc, IHttpContextAccessor http) : IClaimsTransformation
{
    public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
    {
        if (principal.Identity is not ClaimsIdentity { IsAuthenticated: true } identity || identity is CallerIdentity)
            return Task.FromResult(principal);
        // Without a name that the audit can keep there is nobody.
        var name = identity.FindFirst(oidc.NameClaim)?.Value;
        if (name is null || !Names.IsOfPerson(name))
            return Task.FromResult(new ClaimsPrincipal(new ClaimsIdentity()));
        var groups = identity.FindAll(oidc.GroupsClaim).Select(c => c.Value).ToHashSet(StringComparer.Ordinal);
        DateTimeOffset? began = identity.AuthenticationType == OidcRegistration.Cookie ? SessionTime.Of(identity) : null;
        var caller = new Caller { Name = name, Rights = oidc.RightsOf(groups), Source = CallSource.Of(http.HttpContext!, began is null ? "api" : "web"), SessionBegan = began };
        return Task.FromResult(new ClaimsPrincipal(new CallerIdentity(caller, identity.AuthenticationType!)));
    }
}
