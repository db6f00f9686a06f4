using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Worker.Tests.Steps;

/// <summary>The looking steps on simulated zones: real scripts, real SSH.</summary>
public sealed class PreflightLabTests
{
    [Fact]
    public async Task A_healthy_zone_is_to_be_upgraded_and_says_where_its_backups_will_be()
    {
        await using var zone = await LabSteps.ZoneAsync("healthy");
        await zone.DoneAsync("preflight", "zone-activity");
        await zone.DoneAsync("preflight", "versions");
        await zone.DoneAsync("preflight", "variables");
        await zone.DoneAsync("preflight", "services");
        await zone.DoneAsync("preflight", "disk-space");
        await zone.DoneAsync("preflight", "baseline");
        zone.Facts["standing"].ShouldBe("to-upgrade");
        zone.Facts["versions.installer"].ShouldBe("4.9.3");
        zone.Facts["backup.folder"].ShouldBe("/pitrix/backup/4.9.3-20200110");
        zone.Facts["markers.at-start"].ShouldBe("");
        zone.Facts["zone.ids"].ShouldBe(zone.Zone.Name);
        zone.Facts[$"zone.kind.{zone.Zone.Name}"].ShouldBe("global");
        zone.Facts["backup.sources"].ShouldContain("/pitrix/repo");
        zone.Facts["health.baseline"].ShouldContain("\"Bad\":[]");
        zone.Commands.ShouldBe(["check.py -n all"], "looking changes nothing");
        (await zone.RunAsync("preflight", "baseline")).AlreadyDone.ShouldBeTrue("a retry never replaces the baseline");
    }

    [Theory]
    [InlineData("site-3x", "installer-not-4x")]
    [InlineData("newer", "target-older")]
    public async Task A_zone_that_must_not_be_upgraded_ends_before_anything_is_touched(string profile, string code)
    {
        await using var zone = await LabSteps.ZoneAsync(profile);
        var result = await zone.RunAsync("preflight", "versions");
        (result.Outcome, result.EndsZone).ShouldBe((StepOutcome.Failed, true));
        result.Findings[0].Code.ShouldBe(code);
        zone.Commands.ShouldBeEmpty();
        if (code == "installer-not-4x")
            result.Findings[0].Args["document"].ShouldBe("how_to_migrate_installer_v4.X.md");
    }

    [Theory]
    [InlineData("already-there")]
    [InlineData("by-hand-done")]
    public async Task A_zone_at_the_target_has_nothing_left_to_do(string profile)
    {
        await using var zone = await LabSteps.ZoneAsync(profile);
        (await zone.DoneAsync("preflight", "versions")).AlreadyThere.ShouldBeTrue();
    }

    [Theory]
    [InlineData("stale-marker", "mid-upgrade-stale-markers", "stage-package")]
    [InlineData("by-hand-initialize-installer", "mid-upgrade-bootstrap-done", "prepare-platform")]
    [InlineData("by-hand-pre-upgrade", "mid-upgrade-pre-upgrade-done", "prepare-platform")]
    [InlineData("by-hand-upgrade-packages", "mid-upgrade-packages-done", "prepare-platform")]
    [InlineData("by-hand-upgrade-platform", "mid-upgrade-flag-left", "upgrade-platform")]
    [InlineData("post-upgrade-died", "mid-upgrade-markers-left", "upgrade-platform")]
    public async Task A_zone_in_between_is_asked_about_and_goes_on_from_the_phase_that_was_chosen(string profile, string code, string proposed)
    {
        await using var zone = await LabSteps.ZoneAsync(profile);
        var asked = (await zone.RunAsync("preflight", "versions")).Decision.ShouldNotBeNull();
        asked.Kind.ShouldBe(DecisionKind.MidUpgrade);
        asked.Question.Code.ShouldBe(code);
        asked.Items.Single(i => i.Proposed).Id.ShouldBe(proposed);
        asked.Items[0].Id.ShouldBe(proposed);

        var further = await zone.RunAsync("preflight", "versions", new() { ["choice"] = "continue", ["from"] = "global-website", ["by"] = "ann" });
        further.Findings.ShouldContain(f => f.Code == "continue-not-offered");
        var went = await zone.RunAsync("preflight", "versions", new() { ["choice"] = "continue", ["from"] = proposed, ["by"] = "ann" });
        went.Outcome.ShouldBe(StepOutcome.Succeeded, LabStep.Tell(went));
        zone.Facts["standing"].ShouldBe("mid-upgrade");
        zone.Facts["standing.from"].ShouldBe(proposed);
        if (code is "mid-upgrade-stale-markers" or "mid-upgrade-markers-left")
            (await zone.OnZoneAsync("ls /pitrix/upgrade | grep Done || true")).ShouldBe("", "markers that count for nothing are set aside");
        if (code == "mid-upgrade-pre-upgrade-done")
        {
            zone.Facts["markers.at-start"].ShouldBe("", "a marker newer than the bootstrap counts once a person has gone on from it");
            zone.Facts["backup.version"].ShouldBe("4.9.3-20200110");
        }
    }

    [Fact]
    public async Task An_unpacked_package_alone_is_no_upgrade()
    {
        await using var zone = await LabSteps.ZoneAsync("by-hand-stage-package");
        await zone.DoneAsync("preflight", "versions");
        zone.Facts["standing"].ShouldBe("to-upgrade");
    }

    [Theory]
    [InlineData("healthy-4.2", 1)]
    [InlineData("region", 2)]
    [InlineData("sub", 1)]
    public async Task Variables_are_read_in_both_layouts_and_per_zone_id(string profile, int ids)
    {
        await using var zone = await LabSteps.ZoneAsync(profile);
        await zone.DoneAsync("preflight", "versions");
        await zone.DoneAsync("preflight", "variables");
        zone.Facts["zone.ids"].Split(',').Length.ShouldBe(ids);
        foreach (var id in zone.Zone.Shape.Ids)
            zone.Facts[$"zone.kind.{id.Id}"].ShouldBe(id.Kind);
    }

    [Fact]
    public async Task A_public_cloud_is_never_upgraded_and_the_file_is_named()
    {
        await using var zone = await LabSteps.ZoneAsync("wrong-cloud-type");
        var result = await zone.RunAsync("preflight", "variables");
        result.EndsZone.ShouldBeTrue();
        result.Findings[0].Args["file"].ShouldBe("/pitrix/conf/variables/variables.yaml");
        result.Findings[0].Args["zone"].ShouldBe(zone.Zone.Name);
    }

    [Theory]
    [InlineData("trust-zone", "sub")]
    [InlineData("trust-inventory", "global")]
    public async Task A_kind_that_contradicts_the_inventory_is_a_decision(string choice, string kind)
    {
        await using var zone = await LabSteps.ZoneAsync("kind-contradiction");
        var asked = (await zone.RunAsync("preflight", "variables")).Decision.ShouldNotBeNull();
        (asked.Kind, asked.Choices).ShouldBe((DecisionKind.KindContradiction, asked.Choices));
        asked.Choices.ShouldBe(["trust-zone", "trust-inventory", "fail"]);
        var result = await zone.RunAsync("preflight", "variables", new() { ["choice"] = choice, ["by"] = "ann" });
        result.Outcome.ShouldBe(StepOutcome.Succeeded);
        zone.Facts[$"zone.kind.{zone.Zone.Name}"].ShouldBe(kind);
    }

    [Fact]
    public async Task Every_service_that_does_not_run_is_named()
    {
        await using var zone = await LabSteps.ZoneAsync("service-down");
        var result = await zone.RunAsync("preflight", "services");
        result.Findings[0].Args["services"].ShouldBe("installer-daemon (FATAL)");
    }

    [Fact]
    public async Task Services_that_are_starting_are_waited_for()
    {
        await using var zone = await LabSteps.ZoneAsync("slow-services");
        await zone.OnZoneAsync("supervisorctl restart all >/dev/null");
        await zone.DoneAsync("preflight", "services");
        zone.Options["wait"] = "1s";
        await zone.OnZoneAsync("supervisorctl restart all >/dev/null");
        (await zone.RunAsync("preflight", "services")).Findings[0].Code.ShouldBe("services-not-running", "the wait has a limit");
    }

    [Fact]
    public async Task A_full_disk_is_told_before_anything_is_uploaded()
    {
        await using var zone = await LabSteps.ZoneAsync("disk-full");
        await zone.DoneAsync("preflight", "versions");
        var result = await zone.RunAsync("preflight", "disk-space");
        result.Findings[0].Code.ShouldBe("disk-too-full");
        result.Findings[0].Args["mount"].ShouldBe("/root");
    }

    [Fact]
    public async Task A_foreign_script_at_work_holds_the_zone_and_is_told()
    {
        await using var zone = await LabSteps.ZoneAsync("foreign-script");
        var result = await zone.RunAsync("preflight", "zone-activity");
        result.Outcome.ShouldBe(StepOutcome.Failed);
        result.Findings[0].Code.ShouldBe("foreign-work");
        result.Findings[0].Args["command"].ShouldContain("pre_upgrade.sh");
        result.Findings[0].Args["user"].ShouldBe("root");
        result.Decision.ShouldNotBeNull().Choices.ShouldBe(["retry", "fail"]);
    }
}
