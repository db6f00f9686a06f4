using Fleet.ZoneLab;

namespace Fleet.ZoneLab.Tests;

public sealed class HappyPathZones() : Zones(new ZoneSpec("pek1a"), new ZoneSpec("old1a", "healthy-4.2"), new ZoneSpec("gd1a", "special-sub"), new ZoneSpec("reg1", "region-special"));

public sealed class HappyPathTests(HappyPathZones zones) : IClassFixture<HappyPathZones>
{
    [Theory]
    [InlineData("pek1a", "webservice/global-website,webservice/global-webservice")]
    [InlineData("old1a", "webservice/global-website,webservice/global-webservice")]
    [InlineData("gd1a", "webservice/zone-website,webservice/zone-webservice")]
    [InlineData("reg1", "reg1-webservice/global-website,reg1-webservice/global-webservice,reg1b-webservice/zone-website,reg1b-webservice/zone-webservice")]
    public async Task By_hand_in_the_order_of_the_runbook_every_line_has_its_effect(string name, string webservices)
    {
        var zone = zones[name];
        var package = zones.Lab.Package;
        var old = name == "old1a" ? "4.2.1-20190318" : "4.9.3-20200110";
        (await zone.SftpAsync($"put {package.Path} /root/{package.FileName}\n")).Exit.ShouldBe(0);
        await Must(zone, $"sha256sum /root/{package.FileName} | grep -q {package.Digest} && mv /root/qingcloud-installer /root/qingcloud-installer_old && tar -zxf /root/{package.FileName} -C /root/");
        (await Must(zone, "/root/qingcloud-installer/bootstrap/upgrade.sh")).ShouldEndWith("The installer is upgraded successfully. Check it please!\n");
        await Must(zone, "/pitrix/bin/gen_node_list.py && /pitrix/upgrade/exec_nodes.sh -f all 'apt-get clean; apt-get autoclean; apt-get update'");
        await Must(zone, "/pitrix/upgrade/exec_nodes.sh -f hyper 'touch /pitrix/conf/disable_hyperpair_rescue'");
        zone.NodesWith("/pitrix/conf/disable_hyperpair_rescue").ShouldBe(zone.Shape.Nodes.Where(n => n.Role == "hyper").Select(n => n.Name).Order());
        await Must(zone, "/pitrix/upgrade/pre_upgrade.sh");
        zone.Exists("/pitrix/upgrade/pre_upgrade.Done").ShouldBeTrue();
        Directory.Exists(Path.Combine(zone.NodeRoot($"{name}-snapshot1"), $"pitrix/qingcloud-bak.{old}")).ShouldBeTrue();
        await using (var terminal = zone.Open("/pitrix/upgrade/upgrade_pkgs.sh -i"))
        {
            (await terminal.YesToAllAsync()).ShouldBe(0);
            terminal.Screen.ShouldEndWith("All nodes and packages are updated successfully.\r\n");
        }
        await Must(zone, "/pitrix/upgrade/post_upgrade.sh");
        zone.Exists("/pitrix/upgrade/pre_upgrade.Done").ShouldBeFalse();
        zone.Exists("/pitrix/upgrade/upgrade_pkgs.Done").ShouldBeFalse();
        zone.Read("/pitrix/version.json").ShouldContain($"\"upgrade\": \"{package.Upgrade}\"");
        await Must(zone, "/pitrix/check/check.py -n all && /pitrix/upgrade/exec_nodes.sh -f hyper 'rm /pitrix/conf/disable_hyperpair_rescue'");
        zone.NodesWith("/pitrix/conf/disable_hyperpair_rescue").ShouldBeEmpty();

        zone.Journal().Where(e => e is { What: "end", Detail: "0" }).Select(e => e.Script).ShouldBe(
            ["upgrade.sh", "gen_node_list.py", "exec_nodes.sh", "exec_nodes.sh", "pre_upgrade.sh", "upgrade_pkgs.sh", "post_upgrade.sh", "check.py", "exec_nodes.sh"]);
        zone.Journal().Where(e => e.What == "component" && e.Detail.EndsWith(" ok", StringComparison.Ordinal)).Select(e => e.Detail[..^3]).ShouldBe(
            ["all/common", .. webservices.Split(','), "proxy/proxy", $"{name}-dns1/dns", "boss/boss", "seed/seed", "vbr/vbr", "vgateway/vgateway", "hyper/hyper", "hyper/pitrix-boss-daemon"]);
        zone.Journal().ShouldNotContain(e => e.What == "eof-loop");
    }

    private static async Task<string> Must(LabZone zone, string command)
    {
        var result = await zone.SshAsync(command);
        result.Exit.ShouldBe(0, result.Output + result.Error);
        return result.Output;
    }
}
