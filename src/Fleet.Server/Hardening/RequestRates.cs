using System.Globalization;
using System.Threading.RateLimiting;
using Fleet.Contracts.Decisions;
using Fleet.Server.Api;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Hardening;

/// <summary>
/// How often. Stands behind authentication: whoever guesses tokens is slowed down, and who has a right one is never shut out by others at the same address.
/// </summary>
internal sealed class RequestRates : IDisposable
{
    private readonly RequestDelegate next;
    private readonly PartitionedRateLimiter<HttpContext> known;
    private readonly PartitionedRateLimiter<HttpContext> failed;

    public RequestRates(RequestDelegate next, ServerOptions options)
    {
        this.next = next;
        var (perSecond, perMinute) = (options.Hardening.RequestsPerSecond, options.Hardening.FailedSignInsPerMinute);
        known = PartitionedRateLimiter.Create<HttpContext, string>(c => RateLimitPartition.GetTokenBucketLimiter(
            $"{c.User.Identity?.Name} {Address(c)}", _ => Bucket(perSecond * 20, perSecond, TimeSpan.FromSeconds(1))));
        failed = PartitionedRateLimiter.Create<HttpContext, string>(c => RateLimitPartition.GetTokenBucketLimiter(Address(c), _ => Bucket(perMinute, perMinute, TimeSpan.FromMinutes(1))));
    }

    public async Task InvokeAsync(HttpContext context)
    {
        var isKnown = context.User.Identity?.IsAuthenticated == true;
        // Without a token nothing is guessed, and almost nothing is there to be had.
        if (!isKnown && context.Request.Headers.Authorization.Count == 0)
        {
            await next(context);
            return;
        }

        using var lease = (isKnown ? known : failed).AttemptAcquire(context);
        if (lease.IsAcquired)
        {
            await next(context);
            return;
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 60;
        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        await ApiProblem.Of(StatusCodes.Status429TooManyRequests, Finding.Of(isKnown ? "request-too-many" : "access-too-many-failures", ("seconds", $"{wait}"))).ExecuteAsync(context);
    }

    public void Dispose()
    {
        known.Dispose();
        failed.Dispose();
    }

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "?";

    private static TokenBucketRateLimiterOptions Bucket(int most, int again, TimeSpan every) =>
        new() { TokenLimit = most, TokensPerPeriod = again, ReplenishmentPeriod = every, AutoReplenishment = true, QueueLimit = 0 };
}
