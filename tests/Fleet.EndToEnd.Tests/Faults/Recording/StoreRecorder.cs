using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Fleet.EndToEnd.Tests.Faults.Recording;

/// <summary>Keeps every row as it was committed: triggers in the database write each into a table of the test's own.</summary>
internal sealed class StoreRecorder(Func<DbConnection> connect, string setUp, string read)
{
    public static StoreRecorder Postgres(string connectionString) => new(
        () => new NpgsqlConnection(connectionString + ";Pooling=false"),
        """
        CREATE SCHEMA recorded;
        CREATE TABLE recorded.rows (number bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(), source text NOT NULL, document text NOT NULL);
        CREATE FUNCTION recorded.keep() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO recorded.rows (source, document) VALUES (TG_TABLE_NAME, CASE TG_TABLE_NAME WHEN 'audit' THEN to_jsonb(NEW)::text ELSE to_jsonb(NEW)->>'Row' END); RETURN NULL; END $$;
        CREATE TRIGGER recorded AFTER INSERT OR UPDATE ON zone_upgrades FOR EACH ROW EXECUTE FUNCTION recorded.keep();
        CREATE TRIGGER recorded AFTER INSERT OR UPDATE ON rollouts FOR EACH ROW EXECUTE FUNCTION recorded.keep();
        CREATE TRIGGER recorded AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION recorded.keep();
        """,
        "SELECT number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), source, document FROM recorded.rows WHERE number > {0} ORDER BY number");

    public static StoreRecorder Sqlite(string file) => new(
        () => new SqliteConnection($"Data Source={file};Pooling=false"),
        $"""
        CREATE TABLE IF NOT EXISTS recorded_rows (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, source TEXT NOT NULL, document TEXT NOT NULL);
        {Trigger("zone_upgrades", "INSERT", "NEW.\"Row\"")}
        {Trigger("zone_upgrades", "UPDATE", "NEW.\"Row\"")}
        {Trigger("rollouts", "INSERT", "NEW.\"Row\"")}
        {Trigger("rollouts", "UPDATE", "NEW.\"Row\"")}
        {Trigger("audit", "INSERT", "json_object('Actor', NEW.\"Actor\", 'Code', NEW.\"Code\", 'Args', NEW.\"Args\", 'Zone', NEW.\"Zone\", 'ZoneUpgradeId', NEW.\"ZoneUpgradeId\", 'RolloutId', NEW.\"RolloutId\")")}
        """,
        "SELECT number, at, source, document FROM recorded_rows WHERE number > {0} ORDER BY number");

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = setUp;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <param name="after">The number of a row; 0: all.</param>
    public async Task<IReadOnlyList<RecordedRow>> ReadAsync(CancellationToken cancellationToken, long after = 0)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = string.Format(CultureInfo.InvariantCulture, read, after);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var all = new List<RecordedRow>();
        while (await rows.ReadAsync(cancellationToken))
            all.Add(new RecordedRow(rows.GetInt64(0), DateTimeOffset.Parse(rows.GetString(1), CultureInfo.InvariantCulture), rows.GetString(2), rows.GetString(3)));
        return all;
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = connect();
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static string Trigger(string table, string on, string document) => $"""
        CREATE TRIGGER IF NOT EXISTS recorded_{table}_{on.ToLowerInvariant()} AFTER {on} ON {table} BEGIN
          INSERT INTO recorded_rows (at, source, document) VALUES (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '{table}', {document});
        END;
        """;
}

/// <param name="Source">The table.</param>
/// <param name="Document">Its column <c>Row</c>; of the audit: all columns, as JSON.</param>
internal sealed record RecordedRow(long Number, DateTimeOffset At, string Source, string Document);
