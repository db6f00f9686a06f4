using Fleet.Orchestration.Store;
using Npgsql;

namespace Fleet.Orchestration.Reconciling;

/// <summary>
/// An advisory lock of PostgreSQL's that lives as long as a session: a leader that was killed leaves it at once, so that nobody waits for the lead to run out. It is a hint only; who leads is said by the row.
/// On SQLite there is none.
/// </summary>
internal sealed class LeaderLock(StoreOptions options) : IAsyncDisposable
{
    /// <summary>"fleetled" in ASCII; locks are a database's own.</summary>
    private const long Key = 0x666C6565746C6564;

    /// <summary>Seconds: a session that hangs must not keep a leader from renewing its lead.</summary>
    private const int Patience = 3;

    private NpgsqlConnection? _session;
    private bool _held;

    /// <returns>True: this process has it, and no other can. False: another has it, or nobody knows.</returns>
    public async Task<bool> TryHoldAsync(CancellationToken cancellationToken)
    {
        if (options.Provider != StoreRegistration.Postgres)
            return false;
        try
        {
            if (_session is null)
            {
                var session = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(options.ConnectionString) { Pooling = false, KeepAlive = 10, Timeout = Patience, CommandTimeout = Patience, ApplicationName = "fleet-leader" }.ToString());
                PostgresVersions.Apply(session);
                _session = session;
                await session.OpenAsync(cancellationToken);
            }

            // A session that is gone has left the lock, and this says so.
            await using var command = new NpgsqlCommand(_held ? "SELECT true" : "SELECT pg_try_advisory_lock($1)", _session);
            if (!_held)
                command.Parameters.Add(new NpgsqlParameter { Value = Key });
            return _held = (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            await LeaveAsync();
            return false;
        }
    }

    /// <summary>Lets another have it.</summary>
    public async ValueTask LeaveAsync()
    {
        _held = false;
        if (_session is not { } session)
            return;
        _session = null;
        await session.DisposeAsync();
    }

    public ValueTask DisposeAsync() => LeaveAsync();
}
