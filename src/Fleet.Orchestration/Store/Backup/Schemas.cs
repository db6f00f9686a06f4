using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Store.Backup;

/// <summary>How old a store is, by its migrations.</summary>
internal static class Schemas
{
    /// <exception cref="StoreBackupException">It has none, or is not as this Fleet keeps it.</exception>
    public static async Task<string> OfAsync(FleetDbContext db, string where, CancellationToken cancellationToken)
    {
        if ((await db.Database.GetAppliedMigrationsAsync(cancellationToken)).LastOrDefault() is not { } last)
            throw new StoreBackupException($"There is no store of Fleet in {where}: nothing to back up.");
        Check(db, last);
        return db.Database.GetMigrations().Last() == last
            ? last
            : throw new StoreBackupException($"The store in {where} is of an older Fleet than this one (its last migration is {last}). Back it up with that Fleet, or start this one on it first.");
    }

    /// <exception cref="StoreBackupException">A newer Fleet made it.</exception>
    public static void Check(FleetDbContext db, string schema)
    {
        if (!db.Database.GetMigrations().Contains(schema))
            throw new StoreBackupException($"The store is of a newer Fleet than this one (its last migration is {schema}). Use that Fleet, or a newer one.");
    }
}
