using System.Globalization;
using System.Text.RegularExpressions;

namespace Fleet.Cli.Backups;

/// <summary>A folder of backups, each named after its time: what is done by the clock has nobody who thinks of a name.</summary>
internal static partial class BackupFolder
{
    public static string NewFile(string folder, DateTimeOffset now) => Path.Combine(folder, now.UtcDateTime.ToString("'fleet-'yyyyMMdd'T'HHmmss'Z.tar'", CultureInfo.InvariantCulture));

    /// <summary>The newest first; what has another name is somebody else's.</summary>
    public static IReadOnlyList<string> Files(string folder) =>
        [.. Directory.EnumerateFiles(folder).Where(f => NameForm().IsMatch(Path.GetFileName(f))).OrderDescending(StringComparer.Ordinal)];

    /// <returns>What was removed.</returns>
    public static IReadOnlyList<string> Keep(string folder, int count)
    {
        var removed = Files(folder).Skip(count).ToList();
        removed.ForEach(File.Delete);
        return removed;
    }

    [GeneratedRegex(@"^fleet-[0-9]{8}T[0-9]{6}Z\.tar\z")]
    private static partial Regex NameForm();
}
