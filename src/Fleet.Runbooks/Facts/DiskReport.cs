using System.Globalization;

namespace Fleet.Runbooks.Facts;

/// <param name="FreeBytes">For root.</param>
public sealed record Mount(string MountPoint, long FreeBytes);

/// <summary>What <c>df -Pk</c> says of a path.</summary>
public static class DiskReport
{
    /// <summary>The mount out of one path's <c>df -Pk</c>; null when it could not be read. Blanks in device or mount names are allowed for.</summary>
    public static Mount? Read(string text)
    {
        foreach (var line in Lines.Of(text).Skip(1))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var percent = Array.FindIndex(words, w => w.EndsWith('%') || w == "-");
            if (percent >= 3 && percent + 1 < words.Length && long.TryParse(words[percent - 1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var free))
                return new Mount(string.Join(' ', words[(percent + 1)..]), Math.Max(0, free) * 1024);
        }

        return null;
    }

    /// <summary>Needs that fall on one mount add up.</summary>
    public static IReadOnlyList<DiskNeed> Needs(IEnumerable<(Mount Mount, long Bytes)> needs) =>
        [.. needs.GroupBy(n => n.Mount.MountPoint, StringComparer.Ordinal).Select(g => new DiskNeed(g.Key, g.Min(n => n.Mount.FreeBytes), g.Sum(n => n.Bytes))).OrderBy(n => n.MountPoint, StringComparer.Ordinal)];
}

public sealed record DiskNeed(string MountPoint, long FreeBytes, long NeededBytes)
{
    public bool IsEnough => FreeBytes >= NeededBytes;
}
