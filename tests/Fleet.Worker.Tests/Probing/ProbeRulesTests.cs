using Fleet.Contracts.Decisions;
using Fleet.Contracts.Probes;
using Fleet.Worker.Probing;

namespace Fleet.Worker.Tests.Probing;

public sealed class ProbeRulesTests
{
    [Theory]
    [InlineData("HostKeys", false, null, null, "route algorithm")]
    [InlineData("Login", false, null, null, "route algorithm host-key login root")]
    [InlineData("Standing", true, null, null, "route bastion algorithm host-key login root standing")]
    [InlineData("Login", false, null, "ssh-unreachable", "route!")]
    [InlineData("Login", false, null, "ssh-timeout", "route!")]
    [InlineData("Login", true, 0, "ssh-bastion-unreachable", "route!")]
    [InlineData("Login", true, 1, "ssh-bastion-unreachable", "route bastion!")]
    [InlineData("Login", true, 0, "ssh-bastion-login-refused", "route bastion!")]
    [InlineData("Login", true, 0, "ssh-secret-missing", "route bastion!")]
    [InlineData("Login", true, null, "ssh-bastion-cannot-reach", "route bastion!")]
    [InlineData("Login", false, null, "ssh-no-common-algorithm", "route algorithm!")]
    [InlineData("Login", true, null, "ssh-host-key-changed", "route bastion algorithm host-key!")]
    [InlineData("Login", false, null, "ssh-login-refused", "route algorithm host-key login!")]
    [InlineData("Login", false, null, "ssh-secret-missing", "route algorithm host-key login!")]
    [InlineData("Login", false, null, "ssh-sudo-refused", "route algorithm host-key login root!")]
    public void The_first_stage_that_is_not_well_ends_the_list(string depth, bool jumps, int? bastion, string? code, string stages)
    {
        var problem = code is null ? null : new Finding(code, new Dictionary<string, string>(), []);
        var told = ProbeStages.Of(Enum.Parse<ProbeDepth>(depth), jumps, bastion, problem).Select(s => s.Problem is null ? s.Name : s.Name + "!");
        string.Join(' ', told).ShouldBe(stages);
    }

    [Fact]
    public void A_standing_is_read_section_by_section()
    {
        var facts = ZoneStanding.Parse(
            """
            motd

            ==fleet-section host.name
            qingcloud-firstbox

            ==fleet-section boot.id
            b-1

            ==fleet-section version.json
            {"current": {"installer": "4.2.1", "qingcloud": "20190318", "old_upgrade": "20190101", "new_upgrade": "20190318"}, "old": []}
            ==fleet-section version

            ==fleet-section zone.ids
            pek1a
            pek1b

            ==fleet-section markers
            pre_upgrade.Done

            ==fleet-section rescue
            disabled

            ==fleet-section installers
            /root/qingcloud-installer

            ==fleet-section runner
            fence=7
            active=abc.upgrade.1.main

            ==fleet-section processes
              909 root     pts/0    /bin/bash /pitrix/upgrade/upgrade_pkgs.sh -i
              910 root     pts/1    grep -E upgrade\.sh
              911 root     pts/1    vim /pitrix/upgrade/update.sh

            ==fleet-section end
            """)!;
        facts["versions.installer"].ShouldBe("4.2.1");
        facts["versions.new-upgrade"].ShouldBe("20190318");
        facts["versions.layout"].ShouldBe("json");
        facts["zone.ids"].ShouldBe("pek1a,pek1b");
        facts["markers.present"].ShouldBe("pre_upgrade.Done");
        facts["rescue.flag"].ShouldBe("true");
        facts["runner.fence"].ShouldBe("7");
        facts["runner.active"].ShouldBe("abc.upgrade.1.main");
        facts["processes.vendor"].ShouldBe("909 root     pts/0    /bin/bash /pitrix/upgrade/upgrade_pkgs.sh -i");
        facts.ShouldNotContainKey("versions.upgrade");
    }

    [Fact]
    public void An_answer_without_its_end_is_none() => ZoneStanding.Parse("\n==fleet-section host.name\nbox\n").ShouldBeNull();

    [Theory]
    [InlineData("", "", "versions.layout=none")]
    [InlineData("", "3.9.1\n", "versions.layout=plain versions.installer=3.9.1")]
    [InlineData("{\"current\": 3}", "", "versions.layout=unreadable")]
    [InlineData("{", "3.9.1", "versions.layout=unreadable")]
    public void Odd_version_files_are_named(string json, string plain, string facts) =>
        string.Join(' ', ZoneStanding.Versions(json, plain).Select(f => $"{f.Name}={f.Value}")).ShouldBe(facts);
}
