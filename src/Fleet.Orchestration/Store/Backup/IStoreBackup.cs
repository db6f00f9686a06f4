namespace Fleet.Orchestration.Store.Backup;

/// <summary>How stores of one kind are copied and filled.</summary>
internal interface IStoreBackup
{
    /// <summary>Copies the store into a folder as of one moment, beside a running Fleet.</summary>
    Task<StoreCopy> TakeAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Why nothing can be restored here; null: the place is empty.</summary>
    Task<string?> WhyNotEmptyAsync(CancellationToken cancellationToken);

    /// <summary>Puts a copy into the empty place, with <paramref name="finish"/> as the last thing before it counts.</summary>
    Task RestoreAsync(StoreCopy copy, string folder, Func<FleetDbContext, Task> finish, CancellationToken cancellationToken);
}
