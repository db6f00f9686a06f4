using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Orchestration.Store;

internal static class StoreRegistration
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    public static IServiceCollection AddFleetStore(this IServiceCollection services, StoreOptions options)
    {
        if (options.Provider == Postgres)
        {
            services.AddPooledDbContextFactory<PostgresFleetDbContext>(o => o.UseNpgsql(options.ConnectionString));
            services.AddSingleton<IDbContextFactory<FleetDbContext>, ContextFactory<PostgresFleetDbContext>>();
        }
        else
        {
            services.AddPooledDbContextFactory<SqliteFleetDbContext>(o => o.UseSqlite(ForSqlite(options.ConnectionString)).AddInterceptors(new SqlitePragmas()));
            services.AddSingleton<IDbContextFactory<FleetDbContext>, ContextFactory<SqliteFleetDbContext>>();
        }

        return services;
    }

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
