using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Access.SignIn;

/// <summary>Which way somebody came in by, from what the request carries.</summary>
internal static class Schemes
{
    public const string Any = "Any";

    public static void Add(IServiceCollection services, OidcOptions? oidc, bool https)
    {
        var authentication = services.AddAuthentication(Any)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null)
            .AddPolicyScheme(Any, null, policy =>
            {
                policy.ForwardDefaultSelector = http => Of(http, oidc);
                // Who is not let in is told so in one way, whichever they came by; a browser is never sent away by an API.
                policy.ForwardChallenge = BearerHandler.SchemeName;
                policy.ForwardForbid = BearerHandler.SchemeName;
            });
        if (oidc is null)
            return;
        services.AddSingleton(oidc);
        services.AddSingleton<IClaimsTransformation, PeopleOfProvider>();
        OidcRegistration.Add(authentication, oidc, https);
    }

    private static string Of(HttpContext http, OidcOptions? oidc)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return oidc?.ClientId is null ? BearerHandler.SchemeName : OidcRegistration.Cookie;
        // Tokens of Fleet have no dots.
        return oidc?.Audience is not null && header.Count(c => c == '.') == 2 ? OidcRegistration.Jwt : BearerHandler.SchemeName;
    }
}
