using System.Security.Claims;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Identities;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Fleet.Server.Access.SignIn;

/// <summary>How an identity provider's people come in: with its access tokens to the API, with a session cookie from a browser.</summary>
internal static class OidcRegistration
{
    public const string Jwt = "Jwt";
    public const string Cookie = "Cookie";
    public const string Provider = "Provider";

    /// <summary>Signed by a key pair: what anybody could have made (<c>none</c>) or whoever knows a shared text (HS…) is refused.</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public static void Add(AuthenticationBuilder authentication, OidcOptions oidc, bool https)
    {
        if (oidc.Audience is not null)
            authentication.AddJwtBearer(Jwt, jwt => Configure(jwt, oidc));
        if (oidc.ClientId is null)
            return;
        authentication.AddCookie(Cookie, cookie => Configure(cookie, oidc, https));
        authentication.AddOpenIdConnect(Provider, provider => Configure(provider, oidc, https));
    }

    private static void Configure(JwtBearerOptions jwt, OidcOptions oidc)
    {
        jwt.Authority = oidc.Authority;
        jwt.RequireHttpsMetadata = oidc.Authority.StartsWith("https:", StringComparison.Ordinal);
        jwt.MapInboundClaims = false;
        jwt.TokenValidationParameters.ValidAudience = oidc.Audience;
        jwt.TokenValidationParameters.ValidAlgorithms = Algorithms;
        jwt.TokenValidationParameters.RequireExpirationTime = true;
        jwt.TokenValidationParameters.NameClaimType = oidc.NameClaim;
        jwt.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(30);
        jwt.Events = new JwtBearerEvents
        {
            OnAuthenticationFailed = context =>
            {
                Why.Set(context.HttpContext, Finding.Of("access-provider-refused", ("why", context.Exception.GetType().Name)));
                return Task.CompletedTask;
            },
        };
    }

    private static void Configure(CookieAuthenticationOptions cookie, OidcOptions oidc, bool https)
    {
        // The prefix makes browsers refuse it from another host or path; it takes https.
        cookie.Cookie.Name = https ? "__Host-fleet" : "fleet";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.Path = "/";
        cookie.ExpireTimeSpan = oidc.Session;
        cookie.SlidingExpiration = false;
        cookie.Events.OnValidatePrincipal = async context =>
        {
            var http = context.HttpContext;
            if (context.Principal?.Identity is not ClaimsIdentity session || session.FindFirst(oidc.NameClaim)?.Value is not { } name
                || await http.RequestServices.GetRequiredService<ISessions>().CountsAsync(name, SessionTime.Of(session), http.RequestAborted))
                return;
            Why.Set(http, Finding.Of("access-session-ended"));
            context.RejectPrincipal();
        };
    }

    private static void Configure(OpenIdConnectOptions provider, OidcOptions oidc, bool https)
    {
        provider.Authority = oidc.Authority;
        provider.RequireHttpsMetadata = oidc.Authority.StartsWith("https:", StringComparison.Ordinal);
        provider.ClientId = oidc.ClientId;
        provider.ClientSecret = oidc.ClientSecret;
        provider.ResponseType = OpenIdConnectResponseType.Code;
        provider.ResponseMode = OpenIdConnectResponseMode.Query;
        provider.UsePkce = true;
        provider.SignInScheme = Cookie;
        provider.CallbackPath = "/login/callback";
        provider.MapInboundClaims = false;
        provider.SaveTokens = false;
        provider.Scope.Clear();
        provider.Scope.Add("openid");
        foreach (var scope in oidc.Scopes)
            provider.Scope.Add(scope);
        provider.TokenValidationParameters.ValidAlgorithms = Algorithms;
        provider.TokenValidationParameters.NameClaimType = oidc.NameClaim;
        foreach (var cookie in new[] { provider.CorrelationCookie, provider.NonceCookie })
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        }

        provider.Events.OnTokenValidated = context =>
        {
            // The cookie keeps who it is and in which groups, and nothing else that the provider told; what groups may is looked up at each request.
            var claims = context.Principal!.Claims.Where(c => c.Type == oidc.NameClaim || c.Type == oidc.GroupsClaim);
            context.Principal = new ClaimsPrincipal(new ClaimsIdentity([.. claims, SessionTime.Now(context.HttpContext)], Cookie, oidc.NameClaim, ClaimTypes.Role));
            return Task.CompletedTask;
        };
        provider.Events.OnRemoteFailure = async context =>
        {
            context.HandleResponse();
            await Api.ApiProblem.Of(StatusCodes.Status401Unauthorized, Finding.Of("access-provider-refused", ("why", context.Failure?.GetType().Name ?? "?"))).ExecuteAsync(context.HttpContext);
        };
    }
}
