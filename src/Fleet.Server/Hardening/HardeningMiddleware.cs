using Microsoft.AspNetCore.Builder;

namespace Fleet.Server.Hardening;

internal static class HardeningMiddleware
{
    /// <summary>Before anything that may answer.</summary>
    public static void UseSafeHeaders(this IApplicationBuilder app) => app.UseMiddleware<SafeHeaders>();

    /// <summary>Before anything reads the request, and behind what knows in which language to refuse it.</summary>
    public static void UseRequestGate(this IApplicationBuilder app) => app.UseMiddleware<RequestGate>();

    /// <summary>Behind authentication.</summary>
    public static void UseRequestRates(this IApplicationBuilder app) => app.UseMiddleware<RequestRates>();
}
