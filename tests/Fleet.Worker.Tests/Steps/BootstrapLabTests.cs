using Fleet.Contracts.Phases;

namespace Fleet.Worker.Tests.Steps;

public sealed class BootstrapLabTests
{
    private const string Script = "upgrade.sh";

    [Fact]
    public async Task Bootstrap_runs_once_its_backups_are_whole_and_services_come_back()
    {
        await using var zone = await LabSteps.ZoneAsync("healthy");
        await zone.BootstrappedAsync();
        zone.Facts["versions.installer"].ShouldBe("4.10.0");
        zone.Facts["versions.new-upgrade"].ShouldBe("20200630");
        await zone.DoneAsync("initialize-installer", "installer-backups");
        await zone.DoneAsync("initialize-installer", "services");
        await zone.DoneAsync("initialize-installer", "qemu");
        await zone.DoneAsync("prepare-platform", "nodes-healthy");
        await zone.DoneAsync("prepare-platform", "repo-content");
        (await zone.DoneAsync("initialize-installer", "bootstrap")).AlreadyDone.ShouldBeTrue();
        zone.Commands.Count(c => c == Script).ShouldBe(1);

        await zone.OnZoneAsync("rm /pitrix/backup/4.9.3-20200110/qingcloud/pitrix-repo/indep/pitrix-hyper_*.deb");
        var result = await zone.RunAsync("initialize-installer", "installer-backups");
        result.Findings[0].Code.ShouldBe("backup-short", LabStep.Tell(result));
    }

    [Fact]
    public async Task A_bootstrap_on_4_2_goes_the_same_way()
    {
        await using var zone = await LabSteps.ZoneAsync("healthy-4.2");
        await zone.BootstrappedAsync();
        await zone.DoneAsync("initialize-installer", "installer-backups");
        zone.Facts["backup.folder"].ShouldBe("/pitrix/backup/4.2.1-20190318");
    }

    [Theory]
    [InlineData("bootstrap-dies")]
    [InlineData("bootstrap-half-installed")]
    public async Task A_bootstrap_that_ended_after_version_json_was_written_is_held_and_never_repeated(string profile)
    {
        await using var zone = await LabSteps.ZoneAsync(profile);
        await zone.PreflightAsync();
        await zone.StagedAsync();
        (await zone.RunAsync("initialize-installer", "bootstrap")).Findings[0].Code.ShouldBe("bootstrap-half-done");
        var again = await zone.RunAsync("initialize-installer", "bootstrap", new() { ["choice"] = "retry", ["by"] = "ann", ["comment"] = "looked" });
        again.Outcome.ShouldBe(StepOutcome.Failed);
        again.Findings[0].Code.ShouldBe("bootstrap-half-done");
        zone.Commands.Count(c => c == Script).ShouldBe(1);

        zone.Facts.Clear();
        var asked = await zone.RunAsync("preflight", "versions");
        asked.Decision.ShouldNotBeNull().Question.Code.ShouldBe("mid-upgrade-bootstrap-unproven");
    }

    [Fact]
    public async Task A_second_attempt_sets_the_first_ones_backup_aside()
    {
        await using var zone = await LabSteps.ZoneAsync("bootstrap-fails");
        await zone.PreflightAsync();
        await zone.StagedAsync();
        (await zone.RunAsync("initialize-installer", "bootstrap")).Findings[0].Code.ShouldBe("bootstrap-failed");
        await zone.OnZoneAsync("mkdir -p /pitrix/backup/4.9.3-20200110/installer && echo good >/pitrix/backup/4.9.3-20200110/installer/good");
        var again = await zone.RunAsync("initialize-installer", "bootstrap", new() { ["choice"] = "retry", ["by"] = "ann" });
        again.Outcome.ShouldBe(StepOutcome.Succeeded, LabStep.Tell(again));
        (await zone.OnZoneAsync($"cat /pitrix/backup/fleet/{zone.ZoneUpgradeId:N}/before-bootstrap-2/4.9.3-20200110/installer/good")).ShouldBe("good");
        await zone.DoneAsync("initialize-installer", "installer-backups");
    }

    [Fact]
    public async Task A_bootstrap_taken_over_after_version_json_was_written_is_followed_to_its_end()
    {
        await using var zone = await LabSteps.ZoneAsync("healthy");
        await zone.PreflightAsync();
        await zone.StagedAsync();
        zone.Zone.CloseGate("bootstrap.scan");
        var first = zone.RunAsync("initialize-installer", "bootstrap");
        await zone.Zone.WaitAtGateAsync("bootstrap.scan", TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        var second = zone.TakeOverAsync("initialize-installer", "bootstrap");
        zone.Zone.OpenGate("bootstrap.scan");
        var result = await second;
        result.Outcome.ShouldBe(StepOutcome.Succeeded, LabStep.Tell(result));
        await first;
        zone.Commands.Count(c => c == Script).ShouldBe(1);
    }

    [Fact]
    public async Task A_dump_that_failed_behind_its_pipe_is_found()
    {
        await using var zone = await LabSteps.ZoneAsync("failed-installer-dump");
        await zone.BootstrappedAsync();
        var result = await zone.RunAsync("initialize-installer", "installer-backups");
        result.Findings.ShouldContain(f => f.Code == "backup-dump-unfinished", LabStep.Tell(result));
    }

    [Fact]
    public async Task High_qemu_on_an_old_site_is_proposed_chosen_moved_and_can_be_undone()
    {
        await using var zone = await LabSteps.ZoneAsync("high-qemu");
        var asked = (await zone.RunAsync("initialize-installer", "qemu")).Decision.ShouldNotBeNull();
        asked.Question.Code.ShouldBe("qemu-too-high");
        asked.Items.Select(i => i.Text.Split(' ')[0]).ShouldBe(["/pitrix/repo/14.04.5/qemu_2.11.1.1_amd64.deb", "/pitrix/repo/16.04.3/qemu_2.11.1.1_amd64.deb"]);
        var moved = await zone.RunAsync("initialize-installer", "qemu", new() { ["choice"] = "move-out", ["items"] = "2", ["by"] = "ann" });
        moved.Outcome.ShouldBe(StepOutcome.Succeeded, LabStep.Tell(moved));
        zone.Facts["repo.changed"].ShouldBe("true");
        zone.Debts.ShouldHaveSingleItem().What.ShouldBe("/pitrix/repo/16.04.3/qemu_2.11.1.1_amd64.deb");
        (await zone.OnZoneAsync("ls /pitrix/repo/*/qemu_2.11*")).ShouldBe("/pitrix/repo/14.04.5/qemu_2.11.1.1_amd64.deb");
        await zone.OnZoneAsync(moved.Findings[0].Args["undo"]);
        (await zone.OnZoneAsync("ls /pitrix/repo/*/qemu_2.11* | wc -l")).ShouldBe("2");
    }
}
