using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Server.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fleet.Server.Access;

/// <summary>Who is it? A bearer token says so; what the person calls themselves is kept beside it for the audit.</summary>
internal sealed partial class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, KnownTokens known, IIdentities identities)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Bearer";

    /// <summary>The login name of the person at the terminal: told, not proven.</summary>
    public const string UserHeader = "Fleet-User";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var digest = KnownTokens.Digest(header["Bearer ".Length..].Trim());
        var identity = known.Find(digest) ?? await identities.FindByTokenAsync(Convert.ToHexStringLower(digest), Context.RequestAborted);
        if (identity is null)
            return AuthenticateResult.Fail("unknown token");
        var user = Request.Headers[UserHeader].ToString();
        var name = UserPattern().IsMatch(user) ? $"{identity.Name}/{user}" : identity.Name;
        var claims = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, name), new Claim(ClaimTypes.Role, identity.Role.ToString())], SchemeName, ClaimTypes.Name, ClaimTypes.Role);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(claims), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        var given = Request.Headers.Authorization.Count > 0;
        return ApiProblem.Of(StatusCodes.Status401Unauthorized, given ? Finding.Of("access-token-unknown") : Finding.Of("access-token-missing")).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ApiProblem.Of(StatusCodes.Status403Forbidden, Finding.Of("access-not-allowed", ("identity", Context.User.Identity?.Name ?? "?"))).ExecuteAsync(Context);

    /// <summary>A person's name, with the identity before it or without: <c>ann</c>, <c>operator/ann</c>.</summary>
    public static bool IsName(string name) => name.Split('/') is { Length: 1 or 2 } parts && parts.All(p => UserPattern().IsMatch(p));

    [GeneratedRegex("^[A-Za-z0-9._@-]{1,64}\\z")]
    private static partial Regex UserPattern();
}
