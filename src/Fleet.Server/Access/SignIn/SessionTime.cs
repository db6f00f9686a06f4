using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Access.SignIn;

/// <summary>When a session began, within its cookie. The cookie's own time has whole seconds only: who signs in again right after their sessions were ended would be out again.</summary>
internal static class SessionTime
{
    private const string Name = "fleet-began";

    public static Claim Now(HttpContext http) =>
        new(Name, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));

    /// <returns>For a session of before this was told: so early that any ending ends it.</returns>
    public static DateTimeOffset Of(ClaimsIdentity session) =>
        long.TryParse(session.FindFirst(Name)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(at) : DateTimeOffset.MinValue;
}
