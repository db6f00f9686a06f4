using System.Net;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Hardening;

/// <summary>
/// By which names the server may be called. A page of another site whose name was made to mean 127.0.0.1 (DNS rebinding) is of one origin with what it reaches there, and only the Host tells it apart.
/// </summary>
internal static class HostRules
{
    /// <param name="host">Of the request, without port.</param>
    /// <param name="reached">The address of this machine that the request came in at; null: no network.</param>
    public static bool IsAllowed(string host, IPAddress? reached, IReadOnlyList<string> allowed)
    {
        if (allowed.Contains(host, StringComparer.OrdinalIgnoreCase))
            return true;
        return IsLoopback(reached) ? IsLoopbackName(host) : allowed.Count == 0;
    }

    /// <summary>By any name: a cluster's probes and its Prometheus call a process by its bare address. Whether it is well is no secret; metrics are one where a page of another site could reach them.</summary>
    public static bool IsOpen(PathString path, IPAddress? reached) =>
        path.StartsWithSegments("/health", StringComparison.Ordinal) || (path.StartsWithSegments("/metrics", StringComparison.Ordinal) && !IsLoopback(reached));

    private static bool IsLoopback(IPAddress? reached) => reached is not null && IPAddress.IsLoopback(reached);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
