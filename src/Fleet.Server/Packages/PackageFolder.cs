namespace Fleet.Server.Packages;

/// <summary>Where the packages' bytes lie in a data folder: a file for each, named by its sha-256.</summary>
public static class PackageFolder
{
    public static string Of(string data) => Path.Combine(Path.GetFullPath(data), "packages");

    /// <summary>Without what is only half there.</summary>
    public static IReadOnlyList<string> Files(string data) =>
        Directory.Exists(Of(data)) ? [.. Directory.EnumerateFiles(Of(data)).Where(f => IsDigest(Path.GetFileName(f))).Order(StringComparer.Ordinal)] : [];

    public static bool IsDigest(string text) => text.Length == 64 && text.All(c => c is >= '0' and <= '9' or >= 'a' and <= 'f');
}
