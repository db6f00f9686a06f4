using System.Security.Claims;
using System.Security.Cryptography;
using Fleet.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Fleet.Server.Tests.Access;

/// <summary>A real OpenID Connect server (OpenIddict) on loopback; whoever it is sent is signed in as <see cref="Person"/>.</summary>
public sealed class Provider : IAsyncDisposable
{
    public const string Client = "fleet-web";
    public const string Audience = "fleet-api";

    private readonly RSA rsa = RSA.Create(2048);
    private WebApplication? app;

    public string Authority { get; } = $"http://127.0.0.1:{Loopback.FreePort()}/";

    public (string Name, string[] Groups) Person { get; set; } = ("ann", ["ops"]);

    public RsaSecurityKey Key => new(rsa) { KeyId = "test" };

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Authority);
        builder.Services.AddOpenIddict().AddServer(Configure);
        app = builder.Build();
        app.UseAuthentication();
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
        rsa.Dispose();
    }

    /// <summary>A token as this provider signs them, but for what a test changes.</summary>
    public string Sign(Action<SecurityTokenDescriptor>? change = null)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Authority,
            Audience = Audience,
            Claims = new Dictionary<string, object> { ["sub"] = "1", ["preferred_username"] = Person.Name, ["groups"] = Person.Groups },
            NotBefore = DateTime.UnixEpoch,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(10),
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    private void Configure(OpenIddictServerBuilder server)
    {
        server.EnableDegradedMode().SetIssuer(Authority).SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token");
        server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().AllowClientCredentialsFlow();
        server.RegisterScopes("openid", "profile").RegisterClaims("preferred_username", "groups");
        server.AddEphemeralEncryptionKey().AddSigningKey(Key).DisableAccessTokenEncryption();
        server.UseAspNetCore().DisableTransportSecurityRequirement();
        server.AddEventHandler<ValidateAuthorizationRequestContext>(e => e.UseInlineHandler(context =>
        {
            if (context.ClientId != Client || context.RedirectUri?.EndsWith("/login/callback", StringComparison.Ordinal) != true)
                context.Reject(OpenIddictConstants.Errors.InvalidClient);
            return default;
        }));
        server.AddEventHandler<ValidateTokenRequestContext>(e => e.UseInlineHandler(context =>
        {
            if (context.ClientSecret != "secret")
                context.Reject(OpenIddictConstants.Errors.InvalidClient);
            return default;
        }));
        server.AddEventHandler<HandleAuthorizationRequestContext>(e => e.UseInlineHandler(context =>
        {
            context.Principal = Principal([]);
            return default;
        }));
        server.AddEventHandler<HandleTokenRequestContext>(e => e.UseInlineHandler(context =>
        {
            // A code brings its principal along.
            if (context.Request.IsClientCredentialsGrantType())
                context.Principal = Principal([Audience]);
            return default;
        }));
    }

    private ClaimsPrincipal Principal(IEnumerable<string> audiences)
    {
        var identity = new ClaimsIdentity("test");
        identity.SetClaim(OpenIddictConstants.Claims.Subject, "1").SetClaim("preferred_username", Person.Name).SetClaims("groups", [.. Person.Groups]);
        identity.SetScopes("openid", "profile").SetAudiences(audiences);
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken, OpenIddictConstants.Destinations.IdentityToken]);
        return new ClaimsPrincipal(identity);
    }
}
