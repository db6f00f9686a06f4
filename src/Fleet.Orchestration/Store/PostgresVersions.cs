using System.Data.Common;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Fleet.Orchestration.Store;

/// <summary>TLS 1.2 or 1.3 to the database, whatever this machine's settings of OpenSSL would put up with: a connection string has no word for it.</summary>
internal sealed class PostgresVersions : DbConnectionInterceptor
{
    public static void Apply(NpgsqlConnection connection) => connection.SslClientAuthenticationOptionsCallback = Require;

    public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        Apply((NpgsqlConnection)connection);
        return result;
    }

    public override ValueTask<InterceptionResult> ConnectionOpeningAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Apply((NpgsqlConnection)connection);
        return ValueTask.FromResult(result);
    }

    private static void Require(SslClientAuthenticationOptions options) => options.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
}
