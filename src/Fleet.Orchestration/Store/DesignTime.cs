using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Fleet.Orchestration.Store;

/// <summary>For <c>dotnet ef migrations add</c>; no database is touched.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteFleetDbContext>
{
    public SqliteFleetDbContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<SqliteFleetDbContext>().UseSqlite("Data Source=design.db").Options);
}

internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresFleetDbContext>
{
    public PostgresFleetDbContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresFleetDbContext>().UseNpgsql("Host=design").Options);
}
