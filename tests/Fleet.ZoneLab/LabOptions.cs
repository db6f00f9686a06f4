namespace Fleet.ZoneLab;

public sealed record LabOptions
{
    public required IReadOnlyList<ZoneSpec> Zones { get; init; }

    /// <summary>Null: a temporary folder, removed in the end. A given folder is kept.</summary>
    public string? Directory { get; init; }

    /// <summary>How long the scripts take: 0 no time at all, 1 about a minute a zone (to be watched), 2 twice that.</summary>
    public double Speed { get; init; }

    /// <summary>The package's installer version. Compared number by number it is newer than every healthy zone's.</summary>
    public string PackageInstaller { get; init; } = "4.10.0";

    /// <summary>The package's date: its qingcloud, upgrade and patch version.</summary>
    public string PackageDate { get; init; } = "20200630";

    /// <summary>Bytes that do not compress, to make the upload take a while.</summary>
    public long PackagePadding { get; init; }
}

/// <param name="Name">Of the zone, and of its zone id unless the profile is a region's.</param>
/// <param name="Profile">One of <see cref="Profiles.Names"/>, or several joined by <c>+</c>, applied from left to right: <c>sub+manual-operations</c>.</param>
public sealed record ZoneSpec(string Name, string Profile = "healthy")
{
    /// <summary>Last changes to what the profile made.</summary>
    public Func<ZoneShape, ZoneShape>? Customize { get; init; }
}
