using Fleet.Orchestration;
using Fleet.Server.Access;
using Fleet.Server.Packages;

namespace Fleet.Cli.Backups;

/// <summary>What a data folder holds beside the store.</summary>
internal static class DataParts
{
    private static readonly string[] Tokens = [TokenFile.Operator, TokenFile.Worker];

    /// <summary>What is there already; null: nothing.</summary>
    public static string? AlreadyThere(string data) =>
        Tokens.Append(AuditOptions.OwnKey).Select(t => Path.Combine(data, t)).FirstOrDefault(File.Exists) ?? (PackageFolder.Files(data).Count > 0 ? PackageFolder.Of(data) : null);

    /// <summary>Where an entry of a backup belongs; null: nowhere.</summary>
    public static string? PlaceOf(string entry, string data) => entry.Split('/') switch
    {
        [BackupPlaces.Tokens, var token] when Tokens.Contains(token) => Path.Combine(data, token),
        [BackupPlaces.Keys, AuditOptions.OwnKey] => Path.Combine(data, AuditOptions.OwnKey),
        [BackupPlaces.Packages, var digest] when PackageFolder.IsDigest(digest) => Path.Combine(PackageFolder.Of(data), digest),
        _ => null,
    };
}
