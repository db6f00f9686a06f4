using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Access;

internal static class Policies
{
    /// <summary>An endpoint that says no rule is denied to everybody. Where there is no endpoint there is nothing to deny.</summary>
    public static void Add(AuthorizationOptions options) =>
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAssertion(c => c.Resource is HttpContext http && http.GetEndpoint() is null).Build();
}
