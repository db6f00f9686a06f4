using Fleet.Orchestration.Metrics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Store;

internal static class StoreRegistration
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    public static IServiceCollection AddFleetStore(this IServiceCollection services, StoreOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<FleetMeter>();
        services.AddSingleton<Telling>();
        services.AddSingleton<Measuring>();
        if (options.Provider == Postgres)
        {
            services.AddPooledDbContextFactory<PostgresFleetDbContext>((s, o) => Quiet(o.UseNpgsql(options.ConnectionString).AddInterceptors(new PostgresVersions(), s.GetRequiredService<Measuring>())));
            services.AddSingleton<IDbContextFactory<FleetDbContext>, ContextFactory<PostgresFleetDbContext>>();
        }
        else
        {
            services.AddPooledDbContextFactory<SqliteFleetDbContext>((s, o) => Quiet(o.UseSqlite(ForSqlite(options.ConnectionString)).AddInterceptors(new SqlitePragmas(), s.GetRequiredService<Measuring>())));
            services.AddSingleton<IDbContextFactory<FleetDbContext>, ContextFactory<SqliteFleetDbContext>>();
        }

        return services;
    }

    /// <summary>A save that met another's is tried again and is no error; whoever gives up logs why.</summary>
    private static void Quiet(DbContextOptionsBuilder builder) =>
        builder.ConfigureWarnings(w => w.Log(
            (RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug), (CoreEventId.OptimisticConcurrencyException, LogLevel.Debug)));

    /// <summary>A writer waits for another instead of failing at once.</summary>
    private static string ForSqlite(string connectionString)
    {
        var given = new SqliteConnectionStringBuilder(connectionString);
        if (!given.ContainsKey("Default Timeout") || given.DefaultTimeout == 0)
            given.DefaultTimeout = 30;
        return given.ToString();
    }

    private sealed class ContextFactory<T>(IDbContextFactory<T> inner) : IDbContextFactory<FleetDbContext>
        where T : FleetDbContext
    {
        public FleetDbContext CreateDbContext() => inner.CreateDbContext();

        public async Task<FleetDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default) => await inner.CreateDbContextAsync(cancellationToken);
    }
}
