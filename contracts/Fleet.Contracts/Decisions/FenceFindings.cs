namespace Fleet.Contracts.Decisions;

/// <summary>Codes of the questions that only a person's answer goes above: the zone refuses this dispatch. Each has the argument <see cref="Fence"/>.</summary>
public static class FenceFindings
{
    /// <summary>The zone has seen an epoch above that of this dispatch.</summary>
    public const string Higher = "fence-higher";

    /// <summary>The zone has seen an epoch that the coordinator knows nothing of: it went on after the backup from which Fleet was restored. Argument <c>known</c>: the highest that Fleet knows of.</summary>
    public const string Ahead = "fence-ahead";

    /// <summary>The zone's runner folder names another installation of Fleet.</summary>
    public const string ForeignInstallation = "fence-foreign-installation";

    /// <summary>Argument: the highest epoch that the zone has seen.</summary>
    public const string Fence = "fence";
}
