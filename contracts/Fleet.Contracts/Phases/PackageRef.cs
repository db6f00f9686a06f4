namespace Fleet.Contracts.Phases;

/// <summary>An installer package, fetched as <c>GET /api/v1/packages/{digest}/content</c> with range requests.</summary>
public sealed record PackageRef
{
    public required string FileName { get; init; }

    /// <summary>Lower-case hex sha-256 of the file.</summary>
    public required string Digest { get; init; }

    /// <summary>Bytes; 0 when the package lies on the firstboxes and its size is not known here.</summary>
    public required long Size { get; init; }

    /// <summary>The new installer's version, like <c>4.3.2</c>.</summary>
    public required string Installer { get; init; }

    /// <summary>The new qingcloud version, a date like <c>20261101</c>.</summary>
    public required string Qingcloud { get; init; }

    /// <summary>The new upgrade version out of the package's version.json, a date.</summary>
    public required string Upgrade { get; init; }

    /// <summary>Set: the file lies there on each firstbox already; it is verified there and not uploaded.</summary>
    public string? OnFirstbox { get; init; }
}
