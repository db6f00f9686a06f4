using Fleet.Runbooks.Facts;

namespace Fleet.Runbooks.Tests.Facts;

public sealed class StandingTests
{
    private static readonly Target Target = new("4.3.2", "20261101", "20261105");

    [Theory]
    [InlineData("4.2.1", "20190318", StandingKind.ToUpgrade)]
    [InlineData("4.10.0", "20190318", StandingKind.TargetOlder)]
    [InlineData("4.3.2", "20190318", StandingKind.TargetNotNewer)]
    [InlineData("4.2.1", "20261101", StandingKind.TargetNotNewer)]
    [InlineData("4.2.1", "20270101", StandingKind.TargetOlder)]
    [InlineData("3.9.9", "20190318", StandingKind.NotFourX)]
    [InlineData("5.0.0", "20190318", StandingKind.NotFourX)]
    [InlineData("4.x", "20190318", StandingKind.Unreadable)]
    [InlineData("4.2.1", "yesterday", StandingKind.Unreadable)]
    public void A_zone_with_a_plain_upgrade_stands_by_its_versions(string installer, string qingcloud, StandingKind expected) =>
        Standing.Of(new ZoneReading { Version = new VersionJson { Installer = installer, Qingcloud = qingcloud, Upgrade = "20190401" } }, Target).Kind.ShouldBe(expected);

    [Fact]
    public void A_3x_site_has_a_plain_version_file() => Standing.Of(new ZoneReading { PlainVersion = "3.1.2" }, Target).Kind.ShouldBe(StandingKind.NotFourX);

    [Fact]
    public void A_site_without_any_version_is_unreadable() => Standing.Of(new ZoneReading(), Target).Kind.ShouldBe(StandingKind.Unreadable);

    [Fact]
    public void A_torn_version_json_beside_an_old_version_file_is_unreadable_and_not_3x() =>
        Standing.Of(new ZoneReading { PlainVersion = "3.1.2", VersionProblem = "it is empty" }, Target).Kind.ShouldBe(StandingKind.Unreadable);

    [Fact]
    public void Already_there_takes_equal_versions_a_plain_upgrade_no_marker_and_no_flag() => Standing.Of(At("20261105"), Target).Kind.ShouldBe(StandingKind.AlreadyThere);

    [Fact]
    public void Equal_versions_with_a_flag_left_are_mid_upgrade()
    {
        var standing = Standing.Of(At("20261105") with { FlaggedNodes = ["hyper01"] }, Target);
        (standing.Kind, standing.Reason, standing.LastProven, standing.Proposed).ShouldBe((StandingKind.MidUpgrade, MidUpgradeReason.FlagLeft, "prepare-platform", "upgrade-platform"));
    }

    [Fact]
    public void Equal_versions_with_markers_left_are_mid_upgrade()
    {
        var standing = Standing.Of(At("20261105") with { Markers = [new Marker("upgrade_pkgs", 5)] }, Target);
        (standing.Kind, standing.Reason, standing.Proposed).ShouldBe((StandingKind.MidUpgrade, MidUpgradeReason.MarkersLeft, "upgrade-platform"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("20190401")]
    public void Equal_versions_with_another_upgrade_are_mid_upgrade(string? upgrade)
    {
        var standing = Standing.Of(At(upgrade), Target);
        (standing.Kind, standing.Reason, standing.Proposed).ShouldBe((StandingKind.MidUpgrade, MidUpgradeReason.UpgradeDiffers, "initialize-installer"));
    }

    [Theory]
    [InlineData(false, true, MidUpgradeReason.BootstrapUnproven, "stage-package", "initialize-installer")]
    [InlineData(true, false, MidUpgradeReason.BootstrapUnproven, "stage-package", "initialize-installer")]
    [InlineData(true, true, MidUpgradeReason.BootstrapDone, "initialize-installer", "prepare-platform")]
    public void Version_json_alone_never_proves_the_bootstrap(bool log, bool packages, MidUpgradeReason reason, string proven, string proposed)
    {
        var standing = Standing.Of(Between() with { BootstrapSaysDone = log, InstallerPackagesAtTarget = packages }, Target);
        (standing.Kind, standing.Reason, standing.LastProven, standing.Proposed).ShouldBe((StandingKind.MidUpgrade, reason, proven, proposed));
    }

    [Theory]
    [InlineData(101, MidUpgradeReason.PreUpgradeDone, true)]
    [InlineData(100, MidUpgradeReason.BootstrapDone, false)]
    [InlineData(99, MidUpgradeReason.BootstrapDone, false)]
    public void A_marker_counts_only_if_it_is_newer_than_this_targets_bootstrap(long at, MidUpgradeReason reason, bool fresh)
    {
        var standing = Standing.Of(Between() with { BootstrapSaysDone = true, InstallerPackagesAtTarget = true, Markers = [new Marker("pre_upgrade", at)] }, Target);
        standing.Reason.ShouldBe(reason);
        (fresh ? standing.FreshMarkers : standing.StaleMarkers).ShouldBe(["pre_upgrade"]);
        (fresh ? standing.StaleMarkers : standing.FreshMarkers).ShouldBeEmpty();
    }

    [Fact]
    public void A_marker_before_this_targets_bootstrap_is_a_decision()
    {
        var standing = Standing.Of(new ZoneReading { Version = new VersionJson { Installer = "4.2.1", Qingcloud = "20190318", Upgrade = "20190401" }, Markers = [new Marker("pre_upgrade", 1)] }, Target);
        (standing.Kind, standing.Reason, standing.Proposed).ShouldBe((StandingKind.MidUpgrade, MidUpgradeReason.StaleMarkers, "stage-package"));
        standing.StaleMarkers.ShouldBe(["pre_upgrade"]);
    }

    [Theory]
    [InlineData("4.2.5", "20200101", "20200102")]
    [InlineData("4.3.2", "20261101", "20200102")]
    public void An_unfinished_upgrade_to_another_target_proposes_nothing(string installer, string qingcloud, string newUpgrade)
    {
        var standing = Standing.Of(new ZoneReading { Version = new VersionJson { Installer = installer, Qingcloud = qingcloud, OldUpgrade = "20190401", NewUpgrade = newUpgrade } }, Target);
        (standing.Kind, standing.Reason, standing.Proposed).ShouldBe((StandingKind.MidUpgrade, MidUpgradeReason.OtherUpgrade, null));
    }

    private static ZoneReading At(string? upgrade) => new() { Version = new VersionJson { Installer = "4.3.2", Qingcloud = "20261101", Upgrade = upgrade } };

    private static ZoneReading Between() =>
        new() { Version = new VersionJson { Installer = "4.3.2", Qingcloud = "20261101", OldUpgrade = "20190401", NewUpgrade = "20261105" }, VersionWrittenAt = 100 };
}
