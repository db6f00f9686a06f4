namespace Fleet.Runbooks.Facts;

/// <summary>What an upgrade aims at: the versions of the package.</summary>
public sealed record Target(string Installer, string Qingcloud, string? Upgrade);

/// <param name="Name">Like <c>pre_upgrade</c>, without <c>.Done</c>.</param>
/// <param name="ModifiedAt">Nanoseconds of the zone's clock; compared only with another file's time of the same zone.</param>
public sealed record Marker(string Name, long ModifiedAt);

/// <summary>What was read on a zone to tell where it stands.</summary>
public sealed record ZoneReading
{
    /// <summary>Null: there is none, or it could not be read (<see cref="VersionProblem"/>).</summary>
    public VersionJson? Version { get; init; }
    public string? VersionProblem { get; init; }

    /// <summary>Of a 3.x site: the text of <c>/pitrix/version</c>.</summary>
    public string? PlainVersion { get; init; }

    public IReadOnlyList<Marker> Markers { get; init; } = [];

    /// <summary>When version.json was written: between bootstrap and post_upgrade, the time of the bootstrap.</summary>
    public long VersionWrittenAt { get; init; }

    /// <summary>The success line stands in the last section of the bootstrap's log.</summary>
    public bool BootstrapSaysDone { get; init; }

    /// <summary>The installed pitrix-installer packages are at the target.</summary>
    public bool InstallerPackagesAtTarget { get; init; }

    /// <summary>Nodes that carry the flag which disables rescue.</summary>
    public IReadOnlyList<string> FlaggedNodes { get; init; } = [];
}

public enum StandingKind
{
    ToUpgrade,
    AlreadyThere,
    MidUpgrade,

    /// <summary>The target is older than what runs there.</summary>
    TargetOlder,

    /// <summary>The target has the same installer or the same qingcloud version: the vendor's bootstrap refuses that.</summary>
    TargetNotNewer,
    NotFourX,
    Unreadable,
}

/// <summary>Why a zone counts as mid-upgrade.</summary>
public enum MidUpgradeReason
{
    None,

    /// <summary>Markers lie there although this target's bootstrap has not run: an upgrade was abandoned.</summary>
    StaleMarkers,

    /// <summary>new_upgrade names another target.</summary>
    OtherUpgrade,

    /// <summary>version.json has the target's versions, but the bootstrap is not proven to have ended well.</summary>
    BootstrapUnproven,
    BootstrapDone,
    PreUpgradeDone,
    PackagesDone,

    /// <summary>installer and qingcloud are the target's, the upgrade version is not.</summary>
    UpgradeDiffers,

    /// <summary>The versions are the target's; markers are left.</summary>
    MarkersLeft,

    /// <summary>The versions are the target's; rescue is still disabled on nodes.</summary>
    FlagLeft,
}

/// <summary>Where a zone stands against a target. Pure.</summary>
public sealed record Standing(StandingKind Kind)
{
    public MidUpgradeReason Reason { get; init; }

    /// <summary>The last phase of the runbook that is proven done; null: none.</summary>
    public string? LastProven { get; init; }

    /// <summary>Where it is proposed to go on; null: nothing can be proposed.</summary>
    public string? Proposed { get; init; }

    /// <summary>Markers newer than this target's bootstrap: they count once a person chose to go on.</summary>
    public IReadOnlyList<string> FreshMarkers { get; init; } = [];

    /// <summary>Markers that never count: older than this target's bootstrap.</summary>
    public IReadOnlyList<string> StaleMarkers { get; init; } = [];

    public static Standing Of(ZoneReading zone, Target target)
    {
        if (zone.VersionProblem is not null || (zone.Version is null && zone.PlainVersion is null))
            return new Standing(StandingKind.Unreadable);
        if (zone.Version is null)
            return new Standing(StandingKind.NotFourX);
        if (!VersionNumber.TryParse(zone.Version.Installer, out var installer))
            return new Standing(StandingKind.Unreadable);
        if (installer.Major != 4)
            return new Standing(StandingKind.NotFourX);
        var byInstaller = VersionNumber.Compare(zone.Version.Installer, target.Installer);
        var byQingcloud = VersionNumber.Compare(zone.Version.Qingcloud, target.Qingcloud);
        return (byInstaller, byQingcloud) switch
        {
            (null, _) or (_, null) => new Standing(StandingKind.Unreadable),
            (0, 0) => AtTarget(zone, target),
            ( < 0, < 0) => BeforeTarget(zone),
            ( > 0, _) or (_, > 0) => new Standing(StandingKind.TargetOlder),
            _ => new Standing(StandingKind.TargetNotNewer),
        };
    }

    private static Standing BeforeTarget(ZoneReading zone)
    {
        var stale = Names(zone.Markers);
        if (zone.Version!.NewUpgrade is not null)
            return Mid(MidUpgradeReason.OtherUpgrade, lastProven: null, proposed: null) with { StaleMarkers = stale };
        return stale.Count == 0
            ? new Standing(StandingKind.ToUpgrade)
            : Mid(MidUpgradeReason.StaleMarkers, lastProven: null, RunbookPhases.StagePackage) with { StaleMarkers = stale };
    }

    /// <summary>With the target's upgrade version the three scripts are done, each step finds that; what has to be done by hand after them is not proven, so their phase is gone through.</summary>
    private static Standing AtTarget(ZoneReading zone, Target target)
    {
        var version = zone.Version!;
        if (version.NewUpgrade is not null)
            return InBetween(zone, target);
        if (version.Upgrade is null || (!string.IsNullOrEmpty(target.Upgrade) && VersionNumber.Compare(version.Upgrade, target.Upgrade) != 0))
            return Mid(MidUpgradeReason.UpgradeDiffers, lastProven: null, RunbookPhases.InitializeInstaller) with { StaleMarkers = Names(zone.Markers) };
        if (zone.Markers.Count > 0)
            return Mid(MidUpgradeReason.MarkersLeft, RunbookPhases.PreparePlatform, RunbookPhases.UpgradePlatform) with { StaleMarkers = Names(zone.Markers) };
        return zone.FlaggedNodes.Count > 0
            ? Mid(MidUpgradeReason.FlagLeft, RunbookPhases.PreparePlatform, RunbookPhases.UpgradePlatform)
            : new Standing(StandingKind.AlreadyThere);
    }

    /// <summary>Between bootstrap and post_upgrade. Rescue must be disabled before packages are upgraded, so nothing after prepare-platform is proposed here.</summary>
    private static Standing InBetween(ZoneReading zone, Target target)
    {
        if (!string.IsNullOrEmpty(target.Upgrade) && VersionNumber.Compare(zone.Version!.NewUpgrade, target.Upgrade) != 0)
            return Mid(MidUpgradeReason.OtherUpgrade, lastProven: null, proposed: null) with { StaleMarkers = Names(zone.Markers) };
        var fresh = zone.Markers.Where(m => m.ModifiedAt > zone.VersionWrittenAt).ToList();
        var stale = Names(zone.Markers.Except(fresh));
        if (!zone.BootstrapSaysDone || !zone.InstallerPackagesAtTarget)
            return Mid(MidUpgradeReason.BootstrapUnproven, RunbookPhases.StagePackage, RunbookPhases.InitializeInstaller) with { StaleMarkers = Names(zone.Markers) };
        var reason = fresh.Exists(m => m.Name == MarkerNames.UpgradePackages) ? MidUpgradeReason.PackagesDone
            : fresh.Exists(m => m.Name == MarkerNames.PreUpgrade) ? MidUpgradeReason.PreUpgradeDone
            : MidUpgradeReason.BootstrapDone;
        return Mid(reason, RunbookPhases.InitializeInstaller, RunbookPhases.PreparePlatform) with { FreshMarkers = Names(fresh), StaleMarkers = stale };
    }

    private static Standing Mid(MidUpgradeReason reason, string? lastProven, string? proposed) =>
        new(StandingKind.MidUpgrade) { Reason = reason, LastProven = lastProven, Proposed = proposed };

    private static List<string> Names(IEnumerable<Marker> markers) => [.. markers.Select(m => m.Name).Order(StringComparer.Ordinal)];
}

/// <summary>The vendor's markers, without <c>.Done</c>.</summary>
public static class MarkerNames
{
    public const string PreUpgrade = "pre_upgrade";
    public const string UpgradePackages = "upgrade_pkgs";
}

/// <summary>The phases of the built-in runbook that a zone can be told to stand in.</summary>
public static class RunbookPhases
{
    public const string Preflight = "preflight";
    public const string StagePackage = "stage-package";
    public const string InitializeInstaller = "initialize-installer";
    public const string PreparePlatform = "prepare-platform";
    public const string UpgradePlatform = "upgrade-platform";
    public const string Verify = "verify";
    public const string RestoreRescue = "restore-rescue";
}
