using Microsoft.Extensions.Configuration;

namespace Fleet.Orchestration.Store.Backup;

/// <summary>Copies of Fleet's store: taken while it runs, restored into an empty place only.</summary>
public static class StoreBackups
{
    /// <param name="folder">Empty; gets the copy's files.</param>
    /// <exception cref="StoreBackupException">There is no store, it cannot be read, or a newer Fleet has had it.</exception>
    public static Task<StoreCopy> TakeAsync(IConfiguration configuration, string folder, CancellationToken cancellationToken)
    {
        var read = Read(configuration);
        return AtWorkAsync(read.Store, backup => backup.TakeAsync(folder, cancellationToken));
    }

    /// <returns>Why nothing can be restored into the configured store; null: it is empty.</returns>
    /// <exception cref="StoreBackupException">It cannot be reached.</exception>
    public static Task<string?> WhyNotAsync(IConfiguration configuration, StoreCopy copy, CancellationToken cancellationToken)
    {
        var read = Read(configuration);
        return read.Store.Provider != copy.Provider
            ? Task.FromResult<string?>($"The backup holds a {copy.Provider} store, and Fleet:Store:Provider is {read.Store.Provider}. Set Fleet__Store__Provider={copy.Provider}, with its Fleet__Store__ConnectionString.")
            : AtWorkAsync(read.Store, backup => backup.WhyNotEmptyAsync(cancellationToken));
    }

    /// <summary>Fills the empty store. Every dispatch from then on has an epoch above all that may have been given since the copy, and what was under way goes out again.</summary>
    /// <param name="taken">When the copy was taken.</param>
    /// <param name="by">Who restores; for the audit.</param>
    /// <exception cref="StoreBackupException">It cannot be reached or filled, or a newer Fleet took the copy.</exception>
    public static async Task<RestoredStore> RestoreAsync(IConfiguration configuration, StoreCopy copy, string folder, DateTimeOffset taken, string by, CancellationToken cancellationToken)
    {
        var read = Read(configuration);
        RestoredStore? restored = null;
        await AtWorkAsync(read.Store, async backup =>
        {
            await backup.RestoreAsync(copy, folder, async db => restored = await RestoredMark.SetAsync(db, copy, taken, by, read.Options, TimeProvider.System, cancellationToken), cancellationToken);
            return true;
        });
        return restored!;
    }

    private static async Task<T> AtWorkAsync<T>(StoreOptions options, Func<IStoreBackup, Task<T>> work)
    {
        try
        {
            return await work(options.Provider == StoreRegistration.Postgres ? new PostgresBackup(options.ConnectionString) : new SqliteBackup(options.ConnectionString));
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or TimeoutException)
        {
            throw new StoreBackupException($"The {options.Provider} store (Fleet:Store) cannot be used: {e.Message}", e);
        }
    }

    private static OrchestrationConfiguration Read(IConfiguration configuration)
    {
        var read = OrchestrationConfiguration.Read(configuration);
        return read.Problems.Count == 0 ? read : throw new StoreBackupException(string.Join(Environment.NewLine, read.Problems));
    }
}
