using Fleet.Contracts.Phases;

namespace Fleet.Worker.Tests.Steps;

public sealed class VendorScriptLabTests
{
    [Fact]
    public async Task A_post_upgrade_taken_over_after_version_json_was_written_is_followed_to_its_end_and_its_readmes_are_kept()
    {
        await using var zone = await LabSteps.ZoneAsync("by-hand-upgrade-packages+manual-operations");
        await zone.RunAsync("preflight", "versions", new() { ["choice"] = "continue", ["from"] = "upgrade-platform", ["by"] = "ann" });
        zone.Zone.CloseGate("post_upgrade.versions-written");
        var first = zone.RunAsync("upgrade-platform", "post-upgrade");
        await zone.Zone.WaitAtGateAsync("post_upgrade.versions-written", TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        var second = zone.TakeOverAsync("upgrade-platform", "post-upgrade");
        zone.Zone.OpenGate("post_upgrade.versions-written");
        var result = await second;
        result.Outcome.ShouldBe(StepOutcome.Succeeded, LabStep.Tell(result));
        result.Facts["manual.readmes"].ShouldContain("README.quota");
        await first;
    }

    [Fact]
    public async Task A_script_that_is_not_there_holds_the_zone_and_is_named()
    {
        await using var zone = await LabSteps.ZoneAsync("by-hand-upgrade-packages");
        await zone.RunAsync("preflight", "versions", new() { ["choice"] = "continue", ["from"] = "upgrade-platform", ["by"] = "ann" });
        await zone.OnZoneAsync("mv /pitrix/upgrade/post_upgrade.sh /root/");
        var result = await zone.RunAsync("upgrade-platform", "post-upgrade");
        result.Findings[0].Code.ShouldBe("script-missing", LabStep.Tell(result));
        result.Findings[0].Args["path"].ShouldBe("/pitrix/upgrade/post_upgrade.sh");
    }

    [Fact]
    public async Task A_second_pre_upgrade_sets_the_first_ones_backups_aside_on_the_firstbox_and_on_the_snapshot_node()
    {
        await using var zone = await LabSteps.ZoneAsync("by-hand-prepare-platform+pre-upgrade-fails");
        await zone.RunAsync("preflight", "versions");
        (await zone.RunAsync("upgrade-platform", "pre-upgrade")).Outcome.ShouldBe(StepOutcome.Failed);
        var made = zone.Facts["backup.folder"] + "/qingcloud";
        await zone.OnZoneAsync($"echo first >{made}/conf/first");

        var node = $"{zone.Zone.Name}-snapshot1";
        zone.Zone.SetReachable(node, false);
        var held = await zone.RunAsync("upgrade-platform", "pre-upgrade", new() { ["choice"] = "retry", ["by"] = "ann" });
        held.Findings[0].Code.ShouldBe("set-aside-failed", LabStep.Tell(held));
        zone.Commands.Count(c => c == "pre_upgrade.sh").ShouldBe(1);

        zone.Zone.SetReachable(node, true);
        var again = await zone.RunAsync("upgrade-platform", "pre-upgrade", new() { ["choice"] = "retry", ["by"] = "ann" });
        again.Outcome.ShouldBe(StepOutcome.Succeeded, LabStep.Tell(again));
        (await zone.OnZoneAsync($"cat /pitrix/backup/fleet/{zone.ZoneUpgradeId:N}/before-pre-upgrade-?{made}/conf/first")).ShouldBe("first");
        await zone.OnZoneAsync($"gzip -t /pitrix/backup/fleet/{zone.ZoneUpgradeId:N}/before-pre-upgrade-?{made}/qingcloud_pg_dumpall.gz {made}/qingcloud_pg_dumpall.gz");
        Directory.Exists(Path.Combine(zone.Zone.ControlPath, "nodes", node, $"pitrix/qingcloud-bak.{zone.Facts["backup.version"]}.before-pre-upgrade-3-{zone.ZoneUpgradeId:N}")).ShouldBeTrue();
        await zone.DoneAsync("upgrade-platform", "platform-backups");
        await zone.OnZoneAsync($"test -s {zone.Facts["backup.folder"]}/installer/installer_pg_dumpall.gz");
    }

    [Theory]
    [InlineData(false, "rm {0}/qingcloud/conf/nodes/hyper", "backup-short", "/qingcloud/conf")]
    [InlineData(true, "rm {0}/conf/nodes/hyper", "backup-short", "snapshot1:/pitrix/qingcloud-bak.")]
    [InlineData(true, "echo 'set x;' | gzip >{0}/qingcloud_pg_dumpall.gz", "backup-dump-unfinished", "snapshot1:/pitrix/qingcloud-bak.")]
    [InlineData(true, "echo cut >{0}/qingcloud_pg_dumpall.gz", "backup-dump-damaged", "snapshot1:/pitrix/qingcloud-bak.")]
    public async Task The_platforms_backups_are_held_against_what_conf_had_when_pre_upgrade_began(bool onNode, string spoil, string code, string where)
    {
        await using var zone = await LabSteps.ZoneAsync("by-hand-prepare-platform");
        await zone.RunAsync("preflight", "versions");
        await zone.OnZoneAsync("echo new >/pitrix/conf/made-after-preflight");
        await zone.DoneAsync("upgrade-platform", "pre-upgrade");
        await zone.DoneAsync("upgrade-platform", "platform-backups");
        var folder = onNode ? $"{zone.Zone.ControlPath}/nodes/{zone.Zone.Name}-snapshot1/pitrix/qingcloud-bak.{zone.Facts["backup.version"]}" : zone.Facts["backup.folder"];
        if (onNode)
            await ShellAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, spoil, folder));
        else
            await zone.OnZoneAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, spoil, folder));
        var result = await zone.RunAsync("upgrade-platform", "platform-backups");
        var finding = result.Findings.ShouldHaveSingleItem(LabStep.Tell(result));
        finding.Code.ShouldBe(code);
        finding.Args["path"].ShouldContain(where);
    }

    [Theory]
    [InlineData(true, StepOutcome.Succeeded)]
    [InlineData(false, StepOutcome.Failed)]
    public async Task A_marker_that_somebody_else_made_counts_and_what_was_logged_since_preflight_is_read(bool before, StepOutcome expected)
    {
        await using var zone = await LabSteps.ZoneAsync("by-hand-prepare-platform");
        const string Error = "mkdir -p /pitrix/log/upgrade && echo 'ERROR:  relation \"quota\" does not exist' >>/pitrix/log/upgrade/pre_upgrade.log";
        await zone.OnZoneAsync(before ? Error : "true");
        await zone.RunAsync("preflight", "versions");
        await zone.OnZoneAsync(before ? "true" : Error);
        await zone.OnZoneAsync("touch /pitrix/upgrade/pre_upgrade.Done");
        var result = await zone.RunAsync("upgrade-platform", "pre-upgrade");
        result.Outcome.ShouldBe(expected, LabStep.Tell(result));
        zone.Commands.ShouldNotContain("pre_upgrade.sh");
        result.Findings.Select(f => f.Code).ShouldBe(before ? ["step-already-done"] : ["log-errors", "step-already-done"]);
    }

    private static async Task ShellAsync(string script)
    {
        using var shell = System.Diagnostics.Process.Start("sh", ["-c", script]);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        shell.ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("nodes=()", "no-snapshot-node")]
    [InlineData("nodes=(", "node-group-unreadable")]
    public async Task A_snapshot_backup_that_cannot_be_looked_for_holds_the_zone(string group, string code)
    {
        await using var zone = await LabSteps.ZoneAsync("by-hand-pre-upgrade");
        await zone.RunAsync("preflight", "versions");
        await zone.DoneAsync("upgrade-platform", "platform-backups");
        await zone.OnZoneAsync($"echo '{group}' >/pitrix/conf/nodes/snapshot");
        var result = await zone.RunAsync("upgrade-platform", "platform-backups");
        result.Outcome.ShouldBe(StepOutcome.Failed);
        result.Findings.ShouldHaveSingleItem().Code.ShouldBe(code);
    }
}
