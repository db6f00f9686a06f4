using System.Security.Claims;
using System.Text.Encodings.Web;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Server.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fleet.Server.Access;

/// <summary>Who is it? A bearer token says so.</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, KnownTokens known, ITokens tokens, IIdentities identities)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Bearer";

    /// <summary>The login name of the person at the terminal: told, not proven. It counts with the shared token of the data folder only.</summary>
    public const string UserHeader = "Fleet-User";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var text = header["Bearer ".Length..].Trim();
        if (await tokens.FindAsync(text, Context.RequestAborted) is { } token)
            return OfPerson(token);
        var digest = KnownTokens.Digest(text);
        if (known.Find(digest) is { } own)
            return Success(new Caller { Name = Told(own.Name), Rights = RightsOf(own.Role), Source = CallSource.Of(Context) });
        return await identities.FindByTokenAsync(Convert.ToHexStringLower(digest), Context.RequestAborted) is { } identity
            ? Success(new Caller { Name = identity.Name, Rights = RightsOf(identity.Role), Source = CallSource.Of(Context) })
            : Fail(Finding.Of("access-token-unknown"));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return ApiProblem.Of(StatusCodes.Status401Unauthorized, Why.Of(Context) ?? Finding.Of(Request.Headers.Authorization.Count > 0 ? "access-token-unknown" : "access-token-missing")).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Forbidding.AnswerAsync(Context);

    /// <summary>A person's name, with the identity before it or without: <c>ann</c>, <c>operator/ann</c>.</summary>
    public static bool IsName(string name) => name.Split('/') is { Length: 1 or 2 } parts && parts.All(Names.IsPlain);

    /// <summary>Whoever holds the whole token may know what became of it; nobody else gets here.</summary>
    private AuthenticateResult OfPerson(TokenView token)
    {
        if (token.State == TokenState.Revoked)
            return Fail(Finding.Of("access-token-revoked", ("token", token.Id), ("at", $"{token.RevokedAt:yyyy-MM-dd HH:mm 'UTC'}")));
        if (token.State == TokenState.Expired)
            return Fail(Finding.Of("access-token-expired", ("token", token.Id), ("at", $"{token.ExpiresAt:yyyy-MM-dd HH:mm 'UTC'}")));
        tokens.Used(token);
        return Success(new Caller { Name = token.Name, Rights = token.Rights, Source = CallSource.Of(Context), TokenId = token.Id });
    }

    private string Told(string identity)
    {
        var user = Request.Headers[UserHeader].ToString();
        return identity == KnownTokens.OperatorName && Names.IsPlain(user) ? $"{identity}/{user}" : identity;
    }

    private AuthenticateResult Fail(Finding why)
    {
        Why.Set(Context, why);
        return AuthenticateResult.Fail(why.Code);
    }

    private static AuthenticateResult Success(Caller caller) => AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(caller, SchemeName)), SchemeName));

    private static Rights RightsOf(IdentityRole role) => Rights.Of(role switch
    {
        IdentityRole.Operator => Role.Admin,
        IdentityRole.Reader => Role.Viewer,
        _ => Role.Worker,
    });
}
