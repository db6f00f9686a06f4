using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fleet.Server.Hardening;

/// <summary>What one connection may hold on to: who sends slower than this is cut off.</summary>
public static class ConnectionLimits
{
    public static void Apply(KestrelServerLimits limits)
    {
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestBodySize = BodyLimits.Usual;
        limits.MaxConcurrentConnections = 10_000;
    }
}
