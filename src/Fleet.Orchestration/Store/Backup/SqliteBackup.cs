using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Store.Backup;

/// <summary>The whole store is one file: copied by <c>VACUUM INTO</c>, which reads as of one moment beside a writer.</summary>
internal sealed class SqliteBackup(string connectionString) : IStoreBackup
{
    private const string Name = "fleet.db";

    private readonly string file = Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString).DataSource);

    public async Task<StoreCopy> TakeAsync(string folder, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new StoreBackupException($"There is no store of Fleet at {file}: nothing to back up. --data names the data folder.");
        await using var db = Open(file);
        var schema = await Schemas.OfAsync(db, file, cancellationToken);
        await db.Database.ExecuteAsync($"VACUUM INTO '{Path.Combine(folder, Name).Replace("'", "''", StringComparison.Ordinal)}'", cancellationToken);
        // What is told of the copy is read from the copy.
        await using var copy = Open(Path.Combine(folder, Name));
        var installation = await copy.Installations.AsNoTracking().SingleAsync(cancellationToken);
        return new StoreCopy { Provider = StoreRegistration.Sqlite, Installation = installation.Installation, FirstEpoch = installation.FirstEpoch, Schema = schema, Files = [new StoreFile(Name, null, [])] };
    }

    public Task<string?> WhyNotEmptyAsync(CancellationToken cancellationToken) => Task.FromResult(
        File.Exists(file) ? $"{file} is a store already. A backup is restored into an empty place only: give another folder with --data, or move that one away." : null);

    public async Task RestoreAsync(StoreCopy copy, string folder, Func<FleetDbContext, Task> finish, CancellationToken cancellationToken)
    {
        if (copy.Files is not [{ Name: Name }])
            throw new StoreBackupException($"The backup's manifest does not name {Name} as its only file of the store: the backup is damaged.");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var part = file + ".restoring";
        File.Copy(Path.Combine(folder, Name), part, overwrite: true);
        try
        {
            await using (var db = Open(part))
            {
                Schemas.Check(db, copy.Schema);
                await db.Database.MigrateAsync(cancellationToken);
                await finish(db);
                // Everything is in the one file when it gets its name.
                await db.Database.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken);
            }

            File.Move(part, file, overwrite: false);
        }
        finally
        {
            foreach (var left in new[] { part, part + "-wal", part + "-shm" })
                File.Delete(left);
        }
    }

    private static SqliteFleetDbContext Open(string path) => new(
        new DbContextOptionsBuilder<SqliteFleetDbContext>()
            .UseSqlite(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 30 }.ToString())
            .AddInterceptors(new SqlitePragmas()).Options);
}
