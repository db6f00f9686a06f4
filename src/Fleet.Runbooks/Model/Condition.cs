namespace Fleet.Runbooks.Model;

/// <summary>When a phase or step applies; all that is set must hold.</summary>
public sealed record Condition
{
    public static Condition Always { get; } = new();

    /// <summary><c>global</c> or <c>sub</c>: at least one zone id is of this kind.</summary>
    public string? ZoneKind { get; init; }

    /// <summary>At least one zone id is a special sub zone (Q25).</summary>
    public bool? SpecialSubZone { get; init; }

    /// <summary>The current installer is this version or newer, compared per component.</summary>
    public string? InstallerFrom { get; init; }

    /// <summary>The current installer is older than this version.</summary>
    public string? InstallerBefore { get; init; }

    /// <summary>A fact that must have this value.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    public bool IsAlways => this == Always || (ZoneKind is null && SpecialSubZone is null && InstallerFrom is null && InstallerBefore is null && Facts.Count == 0);
}
