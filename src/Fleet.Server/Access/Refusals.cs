using Fleet.Orchestration;
using Fleet.Orchestration.Audit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Access;

/// <summary>
/// Attempts that were refused, for the audit. The same by the same person is one entry in five minutes, and there are at most so many in an hour over all: asking on and on fills no disk.
/// What was left out is counted in the next entry.
/// </summary>
internal sealed class Refusals(IAudit audit, TimeProvider time)
{
    private const int MostInAnHour = 200;
    private static readonly TimeSpan Coarse = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Actor, string What, string Code), (DateTimeOffset At, int LeftOut)> _told = [];
    private DateTimeOffset _hour;
    private int _inHour;

    public async Task NoteAsync(HttpContext http, string code)
    {
        if (http.User.AsCaller() is not { } caller)
            return;
        var what = http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? http.Request.Method;
        if (Due((caller.Name, what, code)) is not { } leftOut)
            return;
        await audit.AddAsync(
            new AuditEntry
            {
                Actor = caller.Name,
                Code = "access-refused",
                Source = caller.Source,
                Outcome = "refused",
                Args = new Dictionary<string, string> { ["asked"] = what, ["because"] = code, ["more"] = $"{leftOut}" },
            },
            http.RequestAborted);
    }

    /// <summary>An approval that did not count, since whoever gave it may not give it.</summary>
    public async Task<Result<T>> OfApprovalAsync<T>(HttpContext http, Result<T> result)
    {
        if (result.Problems.FirstOrDefault(p => p.Code is "approval-of-own" or "approval-not-yours") is { } barred)
            await NoteAsync(http, barred.Code);
        return result;
    }

    /// <returns>How many alike were left out since the last entry; null: this one is left out too.</returns>
    private int? Due((string Actor, string What, string Code) key)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _hour >= TimeSpan.FromHours(1))
            {
                (_hour, _inHour) = (now, 0);
                foreach (var old in _told.Where(t => now - t.Value.At >= Coarse && t.Value.LeftOut == 0).Select(t => t.Key).ToList())
                    _told.Remove(old);
            }

            var known = _told.TryGetValue(key, out var last);
            if ((known && now - last.At < Coarse) || _inHour >= MostInAnHour)
            {
                if (known)
                    _told[key] = last with { LeftOut = last.LeftOut + 1 };
                return null;
            }

            _inHour++;
            _told[key] = (now, 0);
            return known ? last.LeftOut : 0;
        }
    }
}
