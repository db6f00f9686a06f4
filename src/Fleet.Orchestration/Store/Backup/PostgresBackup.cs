using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Fleet.Orchestration.Store.Backup;

/// <summary>A file for each table, by PostgreSQL's binary COPY, all read in one snapshot. It needs no tools of PostgreSQL's beside Fleet.</summary>
internal sealed class PostgresBackup(string connectionString) : IStoreBackup
{
    private const string Installations = "installation";

    public async Task<StoreCopy> TakeAsync(string folder, CancellationToken cancellationToken)
    {
        await using var db = Open();
        var schema = await Schemas.OfAsync(db, Where(), cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var installation = await db.Installations.AsNoTracking().SingleAsync(cancellationToken);
        var files = new List<StoreFile>();
        // Which installation it is stands beside the tables: only a store that is restored whole gets its name.
        foreach (var table in Tables(db).Where(t => t != Installations))
        {
            var file = new StoreFile($"{table}.copy", table, await ColumnsAsync(connection, table, cancellationToken));
            await using var target = new FileStream(Path.Combine(folder, file.Name), FileMode.CreateNew, FileAccess.Write);
            await using var source = await connection.BeginRawBinaryCopyAsync($"COPY \"{table}\" ({Listed(file.Columns)}) TO STDOUT (FORMAT BINARY)", cancellationToken);
            await source.CopyToAsync(target, cancellationToken);
            files.Add(file);
        }

        return new StoreCopy { Provider = StoreRegistration.Postgres, Installation = installation.Installation, FirstEpoch = installation.FirstEpoch, Schema = schema, Files = files };
    }

    public async Task<string?> WhyNotEmptyAsync(CancellationToken cancellationToken)
    {
        await using var db = Open();
        await db.Database.OpenConnectionAsync(cancellationToken);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        foreach (var table in Tables(db))
        {
            if ((await ColumnsAsync(connection, table, cancellationToken)).Count > 0 && await IsTrueAsync(connection, $"SELECT EXISTS (SELECT 1 FROM \"{table}\")", cancellationToken))
                return $"{Where()} holds a store already (its table {table} has rows). A backup is restored into an empty database only: create one, and name it in Fleet__Store__ConnectionString.";
        }

        return null;
    }

    public async Task RestoreAsync(StoreCopy copy, string folder, Func<FleetDbContext, Task> finish, CancellationToken cancellationToken)
    {
        await using var db = Open();
        Schemas.Check(db, copy.Schema);
        await db.GetService<IMigrator>().MigrateAsync(copy.Schema, cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using (var all = await connection.BeginTransactionAsync(cancellationToken))
        {
            foreach (var file in copy.Files)
                await FillAsync(connection, file, folder, cancellationToken);
            await all.CommitAsync(cancellationToken);
        }

        await db.Database.MigrateAsync(cancellationToken);
        // Until here it is a store without a name, which no Fleet opens.
        await finish(db);
    }

    private static async Task FillAsync(NpgsqlConnection connection, StoreFile file, string folder, CancellationToken cancellationToken)
    {
        // Names go into statements below: those only that the store itself has.
        var known = file.Table is { } table ? await ColumnsAsync(connection, table, cancellationToken) : [];
        if (known.Count == 0 || file.Table == Installations)
            throw new StoreBackupException($"The backup's {file.Name} is of a table {file.Table}, which is not a table of Fleet's store: the backup is damaged.");
        if (file.Columns.Except(known).FirstOrDefault() is { } strange)
            throw new StoreBackupException($"The backup's table {file.Table} has a column {strange}, which this Fleet does not have: the backup is damaged.");
        await using (var source = new FileStream(Path.Combine(folder, file.Name), FileMode.Open, FileAccess.Read))
        await using (var target = await connection.BeginRawBinaryCopyAsync($"COPY \"{file.Table}\" ({Listed(file.Columns)}) FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            await source.CopyToAsync(target, cancellationToken);
        }

        // Numbers that the database gives go on behind those that are there.
        foreach (var column in await ColumnsAsync(connection, "AND is_identity = 'YES'", file.Table!, cancellationToken))
        {
            await using var next = new NpgsqlCommand($"SELECT setval(pg_get_serial_sequence('\"{file.Table}\"', '{column}'), (SELECT COALESCE(MAX(\"{column}\"), 0) + 1 FROM \"{file.Table}\"), false)", connection);
            await next.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static List<string> Tables(FleetDbContext db) => [.. db.Model.GetEntityTypes().Select(e => e.GetTableName()).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    private static Task<List<string>> ColumnsAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken) => ColumnsAsync(connection, "", table, cancellationToken);

    private static async Task<List<string>> ColumnsAsync(NpgsqlConnection connection, string and, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 {and} ORDER BY ordinal_position", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = table });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            texts.Add(reader.GetString(0));
        return texts;
    }

    private static async Task<bool> IsTrueAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static string Listed(IReadOnlyList<string> columns) => string.Join(", ", columns.Select(c => $"\"{c}\""));

    private string Where()
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"the database {parts.Database} on {parts.Host}";
    }

    private PostgresFleetDbContext Open() => new(new DbContextOptionsBuilder<PostgresFleetDbContext>().UseNpgsql(connectionString).AddInterceptors(new PostgresVersions()).Options);
}
