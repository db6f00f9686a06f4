using System.Net.Security;
using System.Security.Authentication;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Fleet.Orchestration.Tests.Wire;

/// <summary>A real database with TLS: its certificate is for 127.0.0.1, and <c>localhost</c> is another name.</summary>
public sealed class StoreWireTests(WireFixture wire) : IClassFixture<WireFixture>
{
    [Fact]
    public async Task A_database_with_the_right_certificate_is_spoken_with() => (await ConnectAsync("127.0.0.1", wire.Authority.File)).ShouldBe("t");

    [Fact]
    public Task A_database_of_another_authority_is_refused() =>
        RefusedAsync(ConnectAsync("127.0.0.1", wire.Stranger.File));

    [Fact]
    public Task A_database_of_an_authority_that_nobody_named_is_refused() =>
        RefusedAsync(ConnectAsync("127.0.0.1", null));

    [Fact]
    public Task A_database_of_another_name_is_refused() =>
        RefusedAsync(ConnectAsync("localhost", wire.Authority.File));

    [Fact]
    public async Task The_stores_connections_ask_for_TLS_1_2_and_1_3_only_whatever_the_machine_would_put_up_with()
    {
        var problems = new List<string>();
        var far = StoreEncryption.Apply(wire.Postgres.ConnectionStringTo("far.example.org"), wire.Authority.File, allowPlain: false, problems);
        await using var services = new ServiceCollection().AddLogging().AddMetrics()
            .AddFleetStore(new StoreOptions { Provider = StoreRegistration.Postgres, ConnectionString = new NpgsqlConnectionStringBuilder(far) { Host = "127.0.0.1", Pooling = false }.ConnectionString })
            .BuildServiceProvider();
        await using var db = await services.GetRequiredService<IDbContextFactory<FleetDbContext>>().CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        (await db.Database.SqlQuery<string>($"select version as \"Value\" from pg_stat_ssl where pid = pg_backend_pid()").SingleAsync()).ShouldBeOneOf("TLSv1.2", "TLSv1.3");
        var asked = new SslClientAuthenticationOptions();
        ((NpgsqlConnection)db.Database.GetDbConnection()).SslClientAuthenticationOptionsCallback.ShouldNotBeNull()(asked);
        asked.EnabledSslProtocols.ShouldBe(SslProtocols.Tls12 | SslProtocols.Tls13);
    }

    private static async Task RefusedAsync(Task<string?> connecting) => (await Should.ThrowAsync<NpgsqlException>(() => connecting)).GetBaseException().ShouldBeOfType<AuthenticationException>();

    /// <summary>As to another machine: this one is let off otherwise.</summary>
    private async Task<string?> ConnectAsync(string host, string? ca)
    {
        var problems = new List<string>();
        var far = StoreEncryption.Apply(wire.Postgres.ConnectionStringTo("far.example.org"), ca, allowPlain: false, problems);
        problems.ShouldBeEmpty();
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(far) { Host = host, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select ssl::text from pg_stat_ssl where pid = pg_backend_pid()", connection);
        return (await command.ExecuteScalarAsync())?.ToString()?[..1];
    }
}
