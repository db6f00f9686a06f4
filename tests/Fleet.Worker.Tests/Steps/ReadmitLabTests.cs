using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.UpdateNodes;
using Fleet.Worker.Steps.UpgradePackages;

namespace Fleet.Worker.Tests.Steps;

/// <summary>Quarantined nodes come back: their settings, their packages, and a look at them.</summary>
public sealed class ReadmitLabTests
{
    private const string Errand = "readmit-nodes";

    [Fact]
    public async Task A_quarantined_hyper_comes_back_with_its_settings_and_the_packages_of_its_groups_under_the_guard()
    {
        await using var zone = await LabSteps.ZoneAsync("apt-failing");
        var hyper = $"{zone.Zone.Name}-hyper2";
        var proxy = $"{zone.Zone.Name}-proxy1";
        await zone.OnZoneAsync($"mv /run/lab/nodes/{proxy}/apt /run/lab/nodes/{hyper}/apt");
        await zone.RunAsync("prepare-platform", "nodes-healthy");
        await zone.RunAsync("prepare-platform", "nodes-healthy", new() { ["choice"] = "quarantine", ["nodes"] = hyper, ["by"] = "ann", ["comment"] = "disk" });
        (await zone.OnZoneAsync("ls /pitrix/conf/settings")).ShouldNotContain(hyper);
        (zone.Facts["readmit.nodes"], zone.Facts["readmit.components"]) = (hyper, "all/common,proxy/proxy,hyper/hyper,hyper/pitrix-boss-daemon");

        await zone.OnZoneAsync($"touch /run/lab/nodes/{hyper}/unreachable");
        (await zone.RunAsync(Errand, "put-nodes-back")).ShouldSatisfyAllConditions(r => r.Outcome.ShouldBe(StepOutcome.Failed), r => r.Findings[0].Code.ShouldBe("readmit-node-unwell"));
        (await zone.OnZoneAsync("ls /pitrix/conf/settings")).ShouldNotContain(hyper, Case.Sensitive, "nothing was changed");

        await zone.OnZoneAsync($"rm -f /run/lab/nodes/{hyper}/apt /run/lab/nodes/{hyper}/unreachable");
        await zone.DoneAsync(Errand, "put-nodes-back");
        zone.Facts["readmit.hyper"].ShouldBe("true");
        (await zone.OnZoneAsync("cat /pitrix/conf/nodes/hyper")).ShouldContain(hyper);
        (await zone.OnZoneAsync($"cat /pitrix/backup/fleet/{zone.ZoneUpgradeId:N}/quarantine/{hyper}.brought-back")).ShouldContain("brought back by:");

        await zone.DoneAsync(Errand, "disable-rescue-again");
        await zone.DoneAsync(Errand, "update-hypers");
        zone.Zone.Journal().Where(e => e.What == "node-effect" && e.Node == hyper && e.Detail.StartsWith("update ", StringComparison.Ordinal)).Select(e => e.Detail).ShouldBe(["update common", "update hyper", "update pitrix-boss-daemon"]);
        await zone.DoneAsync(Errand, "look-at-nodes");
        zone.Facts["nodes.all"].Split(',').ShouldContain(hyper);
        await zone.DoneAsync(Errand, "enable-rescue-again");
        // As after a worker's death between the settings and the note beside them.
        var note = $"/pitrix/backup/fleet/{zone.ZoneUpgradeId:N}/quarantine/{hyper}";
        await zone.OnZoneAsync($"mv {note}.brought-back {note}.reason");
        await zone.DoneAsync(Errand, "put-nodes-back");
        (await zone.OnZoneAsync($"ls {note}.*")).Trim().ShouldBe($"{note}.brought-back");
    }

    [Fact]
    public async Task A_node_that_cannot_be_updated_fails_the_step_and_what_is_not_known_is_said()
    {
        await using var zone = await LabSteps.ZoneAsync("healthy");
        var proxy = $"{zone.Zone.Name}-proxy1";
        (zone.Facts["readmit.nodes"], zone.Facts["readmit.components"]) = (proxy, "all/common,proxy/proxy,hyper/hyper");
        await zone.OnZoneAsync($"mkdir -p /run/lab/nodes/{proxy} && echo error >/run/lab/nodes/{proxy}/apt");
        (await zone.RunAsync(Errand, "update-nodes")).ShouldSatisfyAllConditions(r => r.Outcome.ShouldBe(StepOutcome.Failed), r => r.Findings[0].Args["nodes"].ShouldBe($"{proxy} (common), {proxy} (proxy)"));
        var asked = (await zone.RunAsync(Errand, "look-at-nodes")).Decision.ShouldNotBeNull();
        asked.Choices.ShouldBe([Choices.Retry, Choices.Fail], "it is not taken out again from here");

        zone.Facts["readmit.components"] = "";
        (await zone.RunAsync(Errand, "update-nodes")).Findings[0].Code.ShouldBe("update-nodes-unknown");
        zone.Facts["readmit.components"] = "all/common,hyper/hyper";
        (await zone.RunAsync(Errand, "update-nodes")).Findings[0].ShouldSatisfyAllConditions(f => f.Code.ShouldBe("update-nodes-group-unknown"), f => f.Args["groups"].ShouldBe("proxy"));
        zone.Facts["readmit.components"] = "hyper/hyper";
        (await zone.RunAsync(Errand, "update-nodes")).Findings[0].Code.ShouldBe("update-nodes-no-component");
        zone.Facts["readmit.nodes"] = "nowhere";
        (await zone.RunAsync(Errand, "put-nodes-back")).Outcome.ShouldBe(StepOutcome.Failed);
    }

    [Fact]
    public void A_node_gets_the_components_of_its_groups_in_order_and_an_error_counts_whatever_the_code_is()
    {
        var groups = new NodeGroups(new Dictionary<string, IReadOnlyList<string>> { ["hyper"] = ["h1", "h2"], ["proxy"] = ["p1"], ["pek1a-webservice"] = ["w1"] }, new Dictionary<string, int>());
        var wanted = UpdateNodesStep.Wanted(["h2", "w1", "d1"], ["all/common", "pek1a-webservice/zone-website", "proxy/proxy", "d1/dns", "hyper/hyper"], groups);
        wanted.ShouldBe([("h2", "common"), ("w1", "common"), ("d1", "common"), ("w1", "zone-website"), ("d1", "dns"), ("h2", "hyper")]);
        UpdateNodesStep.Unknown(["p1", "h1", "w1"], ["all/common", "hyper/hyper"], groups).ShouldBe(["proxy", "pek1a-webservice"], ignoreOrder: true);
        UpdateNodesStep.Unknown(["d1"], ["all/common", "d1/dns"], new NodeGroups(new Dictionary<string, IReadOnlyList<string>> { ["dnsmaster"] = ["d1"] }, new Dictionary<string, int>())).ShouldBeEmpty("each DNS master is asked about by its own name");
        UpdateNodesStep.Failed([("a", "x"), ("b", "x"), ("c", "x"), ("d", "x")], "  Updating [a] with [x ~ ] ... OK.\nfleet-updated a x 0\n  Updating [b] with [x ~ ] ... Error!\nfleet-updated b x 0\nfleet-updated c x 1\n")
            .ShouldBe(["b (x)", "c (x)", "d (x)"]);
    }
}
