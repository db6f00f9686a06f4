using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Worker.Tests.Steps;

public sealed class PlatformLabTests
{
    private const string Flag = "/pitrix/conf/disable_hyperpair_rescue";

    [Fact]
    public async Task Unhealthy_nodes_are_told_in_spite_of_an_exit_code_of_zero_and_only_named_ones_are_quarantined()
    {
        await using var zone = await LabSteps.ZoneAsync("apt-failing+apt-fetch+node-unreachable");
        var name = zone.Zone.Name;
        var asked = (await zone.RunAsync("prepare-platform", "nodes-healthy")).Decision.ShouldNotBeNull();
        asked.Kind.ShouldBe(DecisionKind.UnhealthyNodes);
        asked.Choices.ShouldBe(["retry", "quarantine", "fail"]);
        asked.Items.Select(i => i.Id).Order().ShouldBe([$"{name}-hyper2", $"{name}-proxy1"]);

        var whole = await zone.RunAsync("prepare-platform", "nodes-healthy", new() { ["choice"] = "quarantine", ["nodes"] = $"{name}-hyper1,{name}-hyper2", ["by"] = "ann" });
        whole.Findings[0].Code.ShouldBe("quarantine-whole-group");

        var one = await zone.RunAsync("prepare-platform", "nodes-healthy", new() { ["choice"] = "quarantine", ["nodes"] = $"{name}-hyper2", ["by"] = "ann", ["comment"] = "disk # broken" });
        one.Decision.ShouldNotBeNull().Items.Select(i => i.Id).ShouldBe([$"{name}-proxy1"]);
        zone.Debts.Select(d => (d.Kind, d.What, d.Reason, d.By)).ShouldBe([(DebtKind.QuarantinedNode, $"{name}-hyper2", "disk # broken", "ann")]);
        (await zone.OnZoneAsync($"cat /pitrix/backup/fleet/{zone.ZoneUpgradeId:N}/quarantine/{name}-hyper2.reason")).ShouldContain("disk # broken");
        (await zone.OnZoneAsync("cat /pitrix/conf/nodes/all")).ShouldNotContain("hyper2");

        await zone.OnZoneAsync($"rm -f /run/lab/nodes/{name}-proxy1/apt");
        await zone.DoneAsync("prepare-platform", "nodes-healthy");
        zone.Facts["nodes.hyper"].ShouldBe($"{name}-hyper1");
    }

    [Fact]
    public async Task A_database_node_and_the_last_node_of_a_group_are_quarantined_only_with_their_names_typed()
    {
        await using var zone = await LabSteps.ZoneAsync("healthy");
        var name = zone.Zone.Name;
        await zone.OnZoneAsync($"for n in boss1 snapshot1 proxy1; do mkdir -p /run/lab/nodes/{name}-$n; echo error >/run/lab/nodes/{name}-$n/apt; done");
        var asked = (await zone.RunAsync("prepare-platform", "nodes-healthy")).Decision.ShouldNotBeNull();
        asked.Items.Where(i => i.MustBeTyped).Select(i => i.Id).ShouldBe([$"{name}-boss1", $"{name}-snapshot1", $"{name}-proxy1"], ignoreOrder: true);
        asked.Items.Single(i => i.Id == $"{name}-boss1").Text.ShouldContain("database node");

        Dictionary<string, string> Out(string nodes, string? typed = null) => new() { ["choice"] = "quarantine", ["nodes"] = nodes, ["by"] = "ann", ["comment"] = "broken", ["typed"] = typed ?? "" };
        (await zone.RunAsync("prepare-platform", "nodes-healthy", Out($"{name}-boss1"))).Findings[0].Code.ShouldBe("quarantine-not-typed");
        asked.Items.Single(i => i.Id == $"{name}-proxy1").Text.ShouldContain("only node of proxy");
        (await zone.RunAsync("prepare-platform", "nodes-healthy", Out($"{name}-proxy1"))).Findings[0].Code.ShouldBe("quarantine-not-typed");
        (await zone.OnZoneAsync("cat /pitrix/conf/nodes/all")).ShouldContain($"{name}-proxy1");
        zone.Debts.ShouldBeEmpty();

        (await zone.RunAsync("prepare-platform", "nodes-healthy", Out($"{name}-proxy1", $"{name}-proxy1"))).Decision!.Items.Select(i => i.Id).ShouldNotContain($"{name}-proxy1");
        (await zone.OnZoneAsync("cat /pitrix/conf/nodes/all")).ShouldNotContain($"{name}-proxy1");
    }

    [Fact]
    public async Task The_same_trouble_on_every_node_is_the_firstbox_or_its_repo_and_takes_no_node_out()
    {
        await using var zone = await LabSteps.ZoneAsync("healthy");
        await zone.OnZoneAsync("for n in /run/lab/nodes/*; do echo fetch >$n/apt; done; true");
        var asked = (await zone.RunAsync("prepare-platform", "nodes-healthy")).Decision.ShouldNotBeNull();
        asked.ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(DecisionKind.UnhealthyNodes), d => d.Question.Code.ShouldBe("nodes-all-the-same"), d => d.Choices.ShouldBe(["retry", "fail"]), d => d.Items.ShouldBeEmpty());
    }

    [Fact]
    public async Task Many_nodes_answer_in_any_order_and_all_are_seen()
    {
        await using var zone = await LabSteps.ZoneAsync("healthy+many-nodes");
        await zone.DoneAsync("prepare-platform", "nodes-healthy");
        zone.Facts["nodes.all"].Split(',').Length.ShouldBe(48);
        zone.Zone.Journal().Count(e => e.What == "apt" && e.Detail == "update").ShouldBe(48);
    }

    [Fact]
    public async Task The_guard_is_recorded_first_set_and_read_back_on_every_hyper_and_released_to_what_was_before()
    {
        await using var zone = await LabSteps.ZoneAsync("site-rescue-flag");
        var name = zone.Zone.Name;
        var set = await zone.DoneAsync("prepare-platform", "disable-rescue");
        zone.RecordedBefore.ShouldHaveSingleItem().Since.ShouldBeNull();
        var guard = zone.Guards["rescue-disabled"];
        (guard.Nodes, guard.HadBefore).ShouldBe((guard.Nodes, guard.HadBefore));
        guard.Nodes.ShouldBe([$"{name}-hyper1"]);
        guard.HadBefore.ShouldBe([$"{name}-hyper2"]);
        guard.Since.ShouldNotBeNull();
        set.Findings.ShouldContain(f => f.Code == "guard-had-before");
        FlagIsOn(zone, "hyper1").ShouldBeTrue();

        // A second try finds its own flags: they are no site's.
        await zone.DoneAsync("prepare-platform", "disable-rescue");
        zone.Guards["rescue-disabled"].HadBefore.ShouldBe([$"{name}-hyper2"]);

        await zone.DoneAsync("restore-rescue", "enable-rescue");
        zone.Guards["rescue-disabled"].Released.ShouldBeTrue();
        FlagIsOn(zone, "hyper1").ShouldBeFalse();
        FlagIsOn(zone, "hyper2").ShouldBeTrue("a flag that the site had put there stays");
    }

    [Fact]
    public async Task Whose_flags_are_there_is_told_by_what_a_lost_record_printed_and_else_asked()
    {
        await using var zone = await LabSteps.ZoneAsync("site-rescue-flag");
        var name = zone.Zone.Name;
        await zone.DoneAsync("prepare-platform", "disable-rescue");

        // The record has lost that it was set; what the step printed is there.
        zone.Guards.Clear();
        (await zone.TakeOverAsync("prepare-platform", "disable-rescue")).Outcome.ShouldBe(StepOutcome.Succeeded);
        zone.Guards["rescue-disabled"].Nodes.ShouldBe([$"{name}-hyper1"]);
        zone.Guards["rescue-disabled"].HadBefore.ShouldBe([$"{name}-hyper2"]);

        // And now that is gone too.
        zone.Guards.Clear();
        await zone.CleanAsync("disable-rescue");
        var asked = await zone.TakeOverAsync("prepare-platform", "disable-rescue");
        asked.Decision.ShouldNotBeNull().Question.Code.ShouldBe("guard-whose");
        asked.Decision.Choices.ShouldBe(["ours", "theirs", "fail"]);
        zone.Guards.ShouldBeEmpty();

        var commands = zone.Commands.Count(c => c.Contains("touch", StringComparison.Ordinal));
        var ours = await zone.RunAsync("prepare-platform", "disable-rescue", new() { ["choice"] = "ours", ["by"] = "ann" });
        ours.Guard.ShouldNotBeNull().Nodes.ShouldBe([$"{name}-hyper1", $"{name}-hyper2"]);
        ours.Guard!.Since.ShouldNotBeNull();
        zone.Guards.Clear();
        var theirs = await zone.RunAsync("prepare-platform", "disable-rescue", new() { ["choice"] = "theirs", ["by"] = "ann" });
        theirs.Guard.ShouldNotBeNull().Nodes.ShouldBeEmpty();
        theirs.Guard!.HadBefore.ShouldBe([$"{name}-hyper1", $"{name}-hyper2"]);
        zone.Commands.Count(c => c.Contains("touch", StringComparison.Ordinal)).ShouldBe(commands, "no flag is set again");
    }

    [Fact]
    public async Task A_guard_is_not_released_while_the_platform_may_be_half_upgraded_or_a_hyper_is_unwell()
    {
        await using var zone = await LabSteps.ZoneAsync("package-on-firstbox");
        await zone.DoneAsync("prepare-platform", "disable-rescue");
        zone.Ledger.Add(new LedgerEntry { Phase = "upgrade-platform", Step = "upgrade-packages", Attempt = 1, State = LedgerState.Failed });
        await zone.OnZoneAsync("touch /pitrix/upgrade/pre_upgrade.Done");
        var answer = new Dictionary<string, string> { ["choice"] = "release", ["by"] = "ann" };
        var half = await zone.RunAsync("restore-rescue", "enable-rescue", answer);
        half.Decision.ShouldNotBeNull().Choices.ShouldBe(["release", "keep"]);
        half.Findings.ShouldContain(f => f.Code == "release-half-upgraded");
        FlagIsOn(zone, "hyper1").ShouldBeTrue();

        await zone.OnZoneAsync("rm /pitrix/upgrade/pre_upgrade.Done");
        zone.Zone.SetReachable($"{zone.Zone.Name}-hyper1", false);
        var unwell = await zone.RunAsync("restore-rescue", "enable-rescue", answer);
        unwell.Findings.ShouldContain(f => f.Code == "release-node-unhealthy" && f.Args["node"] == $"{zone.Zone.Name}-hyper1");
        zone.Guards["rescue-disabled"].Released.ShouldBeFalse();

        zone.Zone.SetReachable($"{zone.Zone.Name}-hyper1", true);
        // A node that was quarantined since is addressed too, although exec_nodes.sh no longer knows it.
        await zone.OnZoneAsync($"mv /pitrix/conf/settings/{zone.Zone.Name}-hyper2 /root/ && /pitrix/bin/gen_node_list.py >/dev/null");
        await zone.DoneAsync("restore-rescue", "enable-rescue");
        FlagIsOn(zone, "hyper1").ShouldBeFalse();
        FlagIsOn(zone, "hyper2").ShouldBeFalse();
        (await zone.OnZoneAsync("ls /pitrix/conf/nodes | grep fleet || true")).ShouldBe("");
    }

    [Fact]
    public async Task A_hyper_that_cannot_be_read_stops_the_guard_before_anything_is_touched()
    {
        await using var zone = await LabSteps.ZoneAsync("high-qemu");
        zone.Zone.SetReachable($"{zone.Zone.Name}-hyper2", false);
        var result = await zone.RunAsync("prepare-platform", "disable-rescue");
        result.Findings[0].Code.ShouldBe("guard-nodes-silent");
        result.Findings[0].Args["nodes"].ShouldBe($"{zone.Zone.Name}-hyper2");
        zone.RecordedBefore.ShouldBeEmpty();
        FlagIsOn(zone, "hyper1").ShouldBeFalse();
    }

    [Fact]
    public async Task Flags_of_an_unfinished_upgrade_are_asked_about_before_they_go()
    {
        await using var zone = await LabSteps.ZoneAsync("by-hand-upgrade-platform");
        await zone.RunAsync("preflight", "versions", new() { ["choice"] = "continue", ["from"] = "upgrade-platform", ["by"] = "ann" });
        var asked = await zone.RunAsync("restore-rescue", "enable-rescue");
        asked.Decision.ShouldNotBeNull().Kind.ShouldBe(DecisionKind.Guard);
        var released = await zone.RunAsync("restore-rescue", "enable-rescue", new() { ["choice"] = "release", ["by"] = "ann" });
        released.Outcome.ShouldBe(StepOutcome.Succeeded, LabStep.Tell(released));
        FlagIsOn(zone, "hyper1").ShouldBeFalse();
    }

    [Fact]
    public async Task Mixed_up_files_of_the_repo_are_asked_about_one_by_one_and_what_moves_is_scanned()
    {
        await using var zone = await LabSteps.ZoneAsync("mixed-repo");
        var asked = (await zone.RunAsync("prepare-platform", "repo-content")).Decision.ShouldNotBeNull();
        asked.Items.Select(i => i.Text.Split(' ')[0]).ShouldBe(
            ["/pitrix/repo/14.04.5/libvirt-bin_1.3.1-1ubuntu10_amd64.deb", "/pitrix/repo/16.04.3/notes.txt.bak", "/pitrix/repo/indep/pitrix-hyper_20180110_all.deb"]);
        var moved = await zone.RunAsync("prepare-platform", "repo-content", new() { ["choice"] = "move-out", ["items"] = "1,3", ["by"] = "ann" });
        moved.Outcome.ShouldBe(StepOutcome.Succeeded, LabStep.Tell(moved));
        moved.Findings.ShouldContain(f => f.Code == "repo-findings-left" && f.Args["count"] == "1");
        zone.Commands.ShouldBe(["scan_all.sh"]);
        (await zone.OnZoneAsync($"wc -l </pitrix/backup/fleet/{zone.ZoneUpgradeId:N}/repo-content/manifest")).ShouldBe("2");
        (await zone.RunAsync("prepare-platform", "repo-content")).Decision!.Items.Count.ShouldBe(1);
        await zone.OnZoneAsync($"sh /pitrix/backup/fleet/{zone.ZoneUpgradeId:N}/repo-content/undo.sh");
        (await zone.RunAsync("prepare-platform", "repo-content")).Decision!.Items.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("check-new-failure", StepOutcome.Failed, "unhealthy-now")]
    [InlineData("check-old-failure", StepOutcome.Succeeded, "unhealthy-as-before")]
    public async Task Only_what_was_fine_before_blocks(string profile, StepOutcome outcome, string code)
    {
        await using var zone = await LabSteps.ZoneAsync(profile);
        await zone.DoneAsync("preflight", "baseline");
        await zone.OnZoneAsync("touch /run/lab/packages-upgraded");
        var result = await zone.RunAsync("verify", "platform-health");
        result.Outcome.ShouldBe(outcome, LabStep.Tell(result));
        result.Findings[0].Code.ShouldBe(code);
        zone.Facts.Remove("health.baseline");
        var without = await zone.RunAsync("verify", "platform-health");
        without.Outcome.ShouldBe(StepOutcome.Failed, "without a baseline every bad item counts");
    }

    private static bool FlagIsOn(LabStep zone, string hyper) =>
        File.Exists(Path.Combine(zone.Zone.ControlPath, "nodes", $"{zone.Zone.Name}-{hyper}", Flag.TrimStart('/')));
}
