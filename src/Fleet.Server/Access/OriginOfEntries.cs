using Fleet.Orchestration.Audit;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Access;

/// <summary>What a request changes is on record with where it came from.</summary>
internal sealed class OriginOfEntries(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.User.AsCaller() is { } caller)
            AuditOrigin.Set(caller.Name, caller.Source);
        await next(http);
    }
}
