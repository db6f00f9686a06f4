using Fleet.Worker.Steps.UpgradePackages;

namespace Fleet.Worker.Tests.Steps;

public sealed class PackagesOutputTests
{
    private const string Ask = "Are you sure to update [{0}] nodes with [{1}] packages [y/N]?";

    [Fact]
    public void Components_nodes_and_skips_are_read_off_one_line_or_many()
    {
        var output = PackagesOutput.Of(
            "Are you sure to test [all] nodes whether are ready for updating packages [y/N]?  Testing [n1] ... OK.\n"
            + Of("all", "common") + "Updating packages [common] on nodes [all] ...\n  Updating [n1] with [common ~ ] ... OK.\n  Updating [n2] with [common ~ ] ... Error!\n"
            + "Error: Failed to update the nodes [n2]. Logs: [/pitrix/log/update_nodes].\nDo you want to ignore the failed nodes and fix them manually later [y/N]?"
            + Of("proxy", "proxy") + Of("hyper", "hyper") + "  Updating [h1] with [hyper ~ ] ... OK.\nAll nodes and packages are updated successfully.\n");
        output.Components.Select(c => c.Name).ShouldBe(["all/common", "proxy/proxy", "hyper/hyper"]);
        output.Components[0].Failed.ShouldBe(["n2"]);
        output.Components[0].Ignored.ShouldBeTrue();
        output.Components.Where(c => c.Untouched).Select(c => c.Name).ShouldBe(["proxy/proxy"]);
    }

    [Fact]
    public void A_question_that_is_asked_again_is_one_component()
    {
        var output = PackagesOutput.Of(Of("hyper", "hyper") + Of("hyper", "hyper") + "  Updating [h1] with [hyper ~ ] ... OK.\n");
        output.Components.Count.ShouldBe(1);
    }

    [Fact]
    public void In_automatic_mode_the_failed_nodes_are_known_without_a_component()
    {
        var output = PackagesOutput.Of("  Testing [n1] ... OK.\n  Updating [n7] with [common ~ ] ... Error!\nFailed to update the nodes. Fix them, or run it with [-i] please.\n");
        output.FailedOutside.ShouldBe(["n7"]);
        output.Components.ShouldBeEmpty();
    }

    [Fact]
    public void It_says_when_pre_upgrade_is_missing() =>
        PackagesOutput.Of("The [pre_upgrade.sh] has not been executed successfully. Please check!\n").SaidNotPrepared.ShouldBeTrue();

    [Fact]
    public void Groups_tell_what_is_called_for_what_is_empty_and_what_was_never_asked()
    {
        var groups = NodeGroups.Parse("""
            fleet-group all
            nodes=("n1" "h1")
            fleet-group hyper
            nodes=("h1" "h2")
            fleet-group bm
            nodes=()
            fleet-group seed
            nodes=()
            fleet-group webservice
            nodes=("w1")
            fleet-group dnsmaster
            nodes=("d1" "d2")
            fleet-group torn
            nodes=("x"
            fleet-group
            fleet-role hyper
            fleet-role hyper
            fleet-role seed, hyper snapshot
            """);
        groups.Roles.ShouldBe(new Dictionary<string, int> { ["hyper"] = 3, ["seed"] = 1, ["snapshot"] = 1 }, ignoreOrder: true);
        groups.Called.ShouldBe(1 + 2 + 2 + 1 + 1);
        groups.EmptyButCalledFor().ShouldBe(["seed"]);
        groups.Empty().ShouldBe(["bm"]);
        groups.Nodes.ContainsKey("torn").ShouldBeFalse();
        groups.NotAsked([new ComponentRun("all/common"), new ComponentRun("webservice/global-website"), new ComponentRun("d1/dns")]).ShouldBe(["hyper", "d2"], ignoreOrder: true);
    }

    [Fact]
    public void A_site_whose_script_speaks_otherwise_says_so_in_its_runbook()
    {
        var texts = new PackagesTexts(@"更新 \[(?<nodes>\w+)\] 的 \[(?<packages>\w+)\]", "忽略失败", @"节点 (?<node>\w+): (?:(?<ok>成功)|失败)", "尚未执行");
        var output = PackagesOutput.Of("更新 [hyper] 的 [hyper]? 节点 h1: 成功\n节点 h2: 失败\n忽略失败? 更新 [vdi] 的 [vdi]? \n尚未执行\n", texts);
        output.Components.Select(c => $"{c.Name} {c.Ok.Count} {c.Failed.Count} {c.Ignored}").ShouldBe(["hyper/hyper 1 1 True", "vdi/vdi 0 0 False"]);
        output.SaidNotPrepared.ShouldBeTrue();
    }

    private static string Of(string group, string set) => string.Format(System.Globalization.CultureInfo.InvariantCulture, Ask, group, set);
}
