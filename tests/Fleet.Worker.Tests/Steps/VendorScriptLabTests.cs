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
        await zone.Zone.WaitAtGateAsync("post_upgrade.versions-written", TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
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
}
