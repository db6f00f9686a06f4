using Fleet.Orchestration.Store.Backup;

namespace Fleet.Cli.Backups;

/// <summary>The first entry of a backup: what it holds. Everything else in it is named here with its digest.</summary>
internal sealed record BackupManifest
{
    public const int Current = 2;

    /// <summary>Of this document and the archive; a reader refuses a higher one.</summary>
    public required int Format { get; init; }

    /// <summary>The version of the Fleet that took it.</summary>
    public required string Fleet { get; init; }

    /// <summary>The moment that the store's copy is of.</summary>
    public required DateTimeOffset Taken { get; init; }
    public required StoreCopy Store { get; init; }

    /// <summary>Packages are left out: they are added again after the restore.</summary>
    public bool WithoutPackages { get; init; }
    public required IReadOnlyList<BackupEntry> Entries { get; init; }
}

/// <param name="Name">A folder of <see cref="BackupPlaces"/>, a slash and a file name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record BackupEntry(string Name, long Size, string Sha256);

/// <summary>The folders in a backup.</summary>
internal static class BackupPlaces
{
    public const string Store = "store";
    public const string Tokens = "tokens";
    public const string Keys = "keys";
    public const string Packages = "packages";
}
