using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Store;

/// <summary>The store's tables are as this program needs them: it brings them up to date itself, or waits until <c>fleet migrate</c> has done it.</summary>
internal sealed partial class StoreSchema(IDbContextFactory<FleetDbContext> contexts, StoreOptions options, TimeProvider time, ILogger<StoreSchema> logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <returns>The migrations that were applied here, in their order.</returns>
    public async Task<IReadOnlyList<string>> ReadyAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (options.Migrate)
            return await ApplyAsync(db, cancellationToken);
        for (var told = false; await PendingAsync(db, cancellationToken) is { Count: > 0 } pending; told = true)
        {
            if (!told)
                LogWaiting(pending.Count, pending[^1]);
            await Task.Delay(Look, time, cancellationToken);
        }

        return [];
    }

    /// <summary>Two that do it at once wait for each other.</summary>
    public static async Task<IReadOnlyList<string>> ApplyAsync(FleetDbContext db, CancellationToken cancellationToken)
    {
        var pending = await PendingAsync(db, cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        return pending;
    }

    private static async Task<IReadOnlyList<string>> PendingAsync(FleetDbContext db, CancellationToken cancellationToken) => [.. await db.Database.GetPendingMigrationsAsync(cancellationToken)];

    [LoggerMessage(2001, LogLevel.Information, "The store lacks {Count} migrations, up to {Newest}; this process waits until fleet migrate has applied them")]
    private partial void LogWaiting(int count, string newest);
}
