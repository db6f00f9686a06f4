using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace Fleet.Server.Hardening;

internal static class HardeningMiddleware
{
    /// <summary>
    /// Before anything that looks where a request comes from. The chain of X-Forwarded-For is followed from its end for as long as who says so is trusted: the first that is not is where the request comes from.
    /// </summary>
    public static void UseTrustedProxies(this IApplicationBuilder app, HardeningOptions hardening)
    {
        // With none listed the framework would believe everybody.
        if (hardening.TrustedProxies.Count == 0)
            return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in hardening.TrustedProxies)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }

    /// <summary>Before anything that may answer.</summary>
    public static void UseSafeHeaders(this IApplicationBuilder app) => app.UseMiddleware<SafeHeaders>();

    /// <summary>Before anything reads the request, and behind what knows in which language to refuse it.</summary>
    public static void UseRequestGate(this IApplicationBuilder app) => app.UseMiddleware<RequestGate>();

    /// <summary>Behind authentication.</summary>
    public static void UseRequestRates(this IApplicationBuilder app) => app.UseMiddleware<RequestRates>();
}
