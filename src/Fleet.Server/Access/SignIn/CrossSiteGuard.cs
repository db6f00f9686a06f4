using Fleet.Contracts.Decisions;
using Fleet.Server.Api;
using Fleet.Server.Hardening;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Access.SignIn;

/// <summary>
/// A browser sends the session's cookie with whatever any page asks for. A change with a cookie must come from this very site, as the browser itself says (Sec-Fetch-Site, Origin): where it says neither, it is refused too.
/// Who comes with a token in a header is not concerned: no page of another site can add that.
/// </summary>
internal sealed class CrossSiteGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        var changes = !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && !HttpMethods.IsOptions(http.Request.Method);
        if (!changes || http.Request.Headers.Authorization.Count > 0 || http.Request.Headers.Cookie.Count == 0 || IsOwn(http.Request))
            return next(http);
        return ApiProblem.Of(StatusCodes.Status403Forbidden, Finding.Of("access-cross-site", ("origin", http.Request.Headers.Origin.ToString() is { Length: > 0 } origin ? origin : "?"))).ExecuteAsync(http);
    }

    private static bool IsOwn(HttpRequest request)
    {
        var (site, origin) = (Given("Sec-Fetch-Site"), Given("Origin"));
        return (site is not null || origin is not null) && !SiteRules.IsForeign(site, origin, request.Scheme, request.Host.Value ?? "");

        string? Given(string header) => request.Headers[header].ToString() is { Length: > 0 } value ? value : null;
    }
}
