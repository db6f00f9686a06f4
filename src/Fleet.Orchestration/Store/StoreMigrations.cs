using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Orchestration.Store;

/// <summary>Brings the configured store up to date by itself, as a coordinator does at its start; nothing else of Fleet runs.</summary>
public static class StoreMigrations
{
    /// <returns>What was applied, in its order; empty: the store was up to date.</returns>
    /// <exception cref="StoreMigrationException">The configuration is wrong, or the store cannot be used.</exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var read = OrchestrationConfiguration.Read(configuration);
        if (read.Problems.Count > 0)
            throw new StoreMigrationException(string.Join(Environment.NewLine, read.Problems));
        await using var services = new ServiceCollection().AddLogging().AddFleetStore(read.Store).BuildServiceProvider();
        try
        {
            await using var db = await services.GetRequiredService<IDbContextFactory<FleetDbContext>>().CreateDbContextAsync(cancellationToken);
            return await StoreSchema.ApplyAsync(db, cancellationToken);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or TimeoutException or InvalidOperationException)
        {
            throw new StoreMigrationException($"The {read.Store.Provider} store (Fleet:Store) cannot be used: {e.Message}", e);
        }
    }
}

/// <summary>The store could not be brought up to date; the message is for people.</summary>
public sealed class StoreMigrationException(string message, Exception? inner = null) : Exception(message, inner);
