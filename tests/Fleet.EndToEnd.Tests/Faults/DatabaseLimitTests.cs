using Fleet.Testing;
using Npgsql;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class DatabaseLimitTests(FaultParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("PostgreSQL takes no writes for two leases (read-only)", "nothing is decided that cannot be committed; reports come again")]
    public async Task A_read_only_database_decides_nothing_and_loses_nothing()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        await parts.Database.ExecuteAsync(Cancellation, "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
        try
        {
            site.OpenGates();
            await site.OutlastAsync(2 * FaultSite.Lease);
        }
        finally
        {
            await parts.Database.ExecuteAsync(CancellationToken.None, "ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()");
        }

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("All of PostgreSQL's connections are in use by others, and Fleet's are ended, for two leases", "as if the database were away")]
    public async Task A_database_without_a_free_connection_is_waited_for()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        var others = new List<NpgsqlConnection>();
        try
        {
            await TakeAllAsync(others);
            site.OpenGates();
            await site.OutlastAsync(2 * FaultSite.Lease);
        }
        finally
        {
            foreach (var other in others)
                await other.DisposeAsync();
        }

        await site.AllSucceedAsync();
    }

    /// <summary>Until there is none left for anybody.</summary>
    private async Task TakeAllAsync(List<NpgsqlConnection> taken)
    {
        await Eventually.BeTrueAsync(
            async () =>
            {
                var next = new NpgsqlConnection(parts.Database.ConnectionString() + ";Pooling=false");
                try
                {
                    await next.OpenAsync(Cancellation);
                    taken.Add(next);
                    await using var end = next.CreateCommand();
                    end.CommandText = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'fleet_%'";
                    await end.ExecuteNonQueryAsync(Cancellation);
                    return false;
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
                {
                    await next.DisposeAsync();
                    return true;
                }
            },
            FaultSite.Limit, Cancellation);
    }
}
