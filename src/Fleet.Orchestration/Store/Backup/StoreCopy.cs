namespace Fleet.Orchestration.Store.Backup;

/// <summary>A copy of the store as of one moment: files in a folder, and what must be known to put them into an empty store.</summary>
public sealed record StoreCopy
{
    /// <summary><c>sqlite</c> or <c>postgres</c>: a copy goes into a store of the same kind.</summary>
    public required string Provider { get; init; }

    /// <summary>Which installation of Fleet this is; zones know it by this name.</summary>
    public required string Installation { get; init; }

    /// <summary>No dispatch has an epoch below it.</summary>
    public required long FirstEpoch { get; init; }

    /// <summary>The last migration that the store has had.</summary>
    public required string Schema { get; init; }

    public required IReadOnlyList<StoreFile> Files { get; init; }
}

/// <param name="Name">In the copy's folder.</param>
/// <param name="Table">PostgreSQL: the table that it holds; null: it is the whole store.</param>
/// <param name="Columns">Of the table, in the order of the file.</param>
public sealed record StoreFile(string Name, string? Table, IReadOnlyList<string> Columns);

/// <summary>What restoring a store has done.</summary>
/// <param name="FirstEpoch">All dispatches from now on have at least this epoch.</param>
/// <param name="Zones">Zone upgrades under way when the copy was taken: each is looked at before anything changes there.</param>
/// <param name="Paused">Rollouts that wait until somebody resumes them.</param>
public sealed record RestoredStore(long FirstEpoch, IReadOnlyList<string> Zones, IReadOnlyList<string> Paused);

/// <summary>The store cannot be copied or restored; the message says why and what to do.</summary>
public sealed class StoreBackupException(string message, Exception? inner = null) : Exception(message, inner);
