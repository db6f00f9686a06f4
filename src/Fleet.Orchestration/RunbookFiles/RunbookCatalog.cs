using System.Collections.Concurrent;
using Fleet.Orchestration.Store;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.RunbookFiles;

/// <summary>Runbooks by digest, parsed once.</summary>
internal sealed class RunbookCatalog
{
    private readonly ConcurrentDictionary<string, Runbook> _parsed = new();

    public async ValueTask<Runbook> GetAsync(FleetDbContext db, string digest, CancellationToken cancellationToken)
    {
        if (_parsed.TryGetValue(digest, out var known))
            return known;
        var content = await db.Runbooks.Where(r => r.Digest == digest).Select(r => r.Content).FirstOrDefaultAsync(cancellationToken)
            ?? throw new InvalidOperationException($"The runbook {digest} is not in the store although a rollout names it.");
        var result = RunbookLoader.Load(content, stored: true);
        return result.Runbook is { } runbook
            ? _parsed.GetOrAdd(digest, runbook)
            : throw new InvalidOperationException($"The runbook {digest} in the store cannot be read: {result.Problems[0]}");
    }
}
