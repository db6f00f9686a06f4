using System.IO.Compression;
using Fleet.ZoneLab;

namespace Fleet.ZoneLab.Tests;

public sealed class BootstrapTrapZones() : Zones(
    new ZoneSpec("again1a", "by-hand-initialize-installer"), new ZoneSpec("dies1a", "by-hand-stage-package+bootstrap-dies"), new ZoneSpec("half1a", "by-hand-stage-package+bootstrap-half-installed"),
    new ZoneSpec("dump1a", "by-hand-prepare-platform+failed-dump+sql-errors"), new ZoneSpec("idump1a", "by-hand-stage-package+failed-installer-dump"), new ZoneSpec("man1a", "by-hand-upgrade-packages+manual-operations"),
    new ZoneSpec("check1a", "by-hand-pre-upgrade+check-new-failure+check-old-failure"), new ZoneSpec("cn1a", "by-hand-prepare-platform+chinese-gbk+sql-errors"), new ZoneSpec("old1a", "healthy-4.2+package-on-firstbox"));

public sealed class BootstrapTrapTests(BootstrapTrapZones zones) : IClassFixture<BootstrapTrapZones>
{
    private const string Bootstrap = "/root/qingcloud-installer/bootstrap/upgrade.sh";

    [Fact]
    public async Task After_a_success_it_refuses_to_run_again()
    {
        (await zones["again1a"].SshAsync(Bootstrap)).Exit.ShouldBe(1);
        var log = zones["again1a"].Read("/root/upgrade.log");
        log.ShouldContain("less than or equal");
        log.Split("Info: Begin to upgrade platform...").Length.ShouldBe(5, "a section for each run");
    }

    [Fact]
    public async Task Killed_after_it_wrote_the_versions_they_alone_say_done()
    {
        var zone = zones["dies1a"];
        (await zone.SshAsync(Bootstrap)).Exit.ShouldNotBe(0);
        zone.Read("/pitrix/version.json").ShouldContain($"\"installer\": \"{zones.Lab.Package.Installer}\"");
        zone.Read("/pitrix/version.json").ShouldContain("\"new_upgrade\"");
        zone.Read("/root/upgrade.log").Split("Begin to upgrade platform").Last().ShouldNotContain("successfully");
        (await zone.SshAsync("dpkg-query -W -f '${Version}\\n' 'pitrix-installer-*' | sort -u")).Output.ShouldBe("4.9.3\n");
        (await zone.SshAsync(Bootstrap)).Exit.ShouldBe(1);
    }

    [Fact]
    public async Task A_package_that_is_half_configured_is_seen_by_the_real_dpkg()
    {
        var zone = zones["half1a"];
        (await zone.SshAsync("dpkg --audit")).Output.ShouldBeEmpty();
        (await zone.SshAsync(Bootstrap)).Exit.ShouldBe(1);
        (await zone.SshAsync("dpkg --audit")).Output.ShouldContain("pitrix-installer-cli");
    }

    [Fact]
    public async Task A_dump_that_broke_off_is_packed_all_the_same()
    {
        var zone = zones["idump1a"];
        (await zone.SshAsync(Bootstrap)).Exit.ShouldBe(0);
        (await zone.SshAsync("gzip -t /pitrix/backup/4.9.3-20200110/installer/installer_pg_dumpall.gz")).Exit.ShouldBe(0);
        Unpack(zone, "/pitrix/backup/4.9.3-20200110/installer/installer_pg_dumpall.gz").ShouldNotContain("dump complete");
        Unpack(zones["dump1a"], "/pitrix/backup/4.9.3-20200110/installer/installer_pg_dumpall.gz").ShouldContain("PostgreSQL database cluster dump complete");
    }

    [Fact]
    public async Task The_marker_of_pre_upgrade_is_there_although_sql_and_dump_failed()
    {
        var zone = zones["dump1a"];
        (await zone.SshAsync("/pitrix/upgrade/pre_upgrade.sh")).Exit.ShouldBe(0);
        zone.Exists("/pitrix/upgrade/pre_upgrade.Done").ShouldBeTrue();
        zone.Read("/pitrix/log/upgrade/pre_upgrade.log").ShouldContain("ERROR:  column");
        Unpack(zone, "/pitrix/backup/4.9.3-20200110/qingcloud/qingcloud_pg_dumpall.gz").ShouldNotContain("dump complete");
    }

    [Fact]
    public async Task A_chinese_site_prints_gbk_and_its_own_word_for_error_unless_the_locale_is_c()
    {
        var zone = zones["cn1a"];
        zone.AddFault(zone.Shape.Faults.Single(f => f.Point == "pre_upgrade.sql") with { Times = 2 });
        var chinese = await zone.SshAsync("/pitrix/upgrade/pre_upgrade.sh");
        chinese.Bytes.AsSpan().IndexOf(new byte[] { 0xd7, 0xbc, 0xb1, 0xb8 }).ShouldBeGreaterThan(0, "准备 in GBK");
        zone.ReadBytes("/pitrix/log/upgrade/pre_upgrade.log").AsSpan().IndexOf(new byte[] { 0xb4, 0xed, 0xce, 0xf3 }).ShouldBeGreaterThan(0, "错误 in GBK");
        await zone.SshAsync("LC_ALL=C /pitrix/upgrade/pre_upgrade.sh");
        zone.Read("/pitrix/log/upgrade/pre_upgrade.log").ShouldContain("ERROR:  column");
    }

    [Fact]
    public async Task Manual_operations_are_named_at_the_end_and_the_markers_are_gone()
    {
        var zone = zones["man1a"];
        var result = await zone.SshAsync("/pitrix/upgrade/post_upgrade.sh");
        result.Output.ShouldContain("There are some manual steps to handle");
        result.Output.ShouldContain("/pitrix/upgrade/upgrades/20200630/README.quota");
        zone.Read("/pitrix/upgrade/upgrades/manual-operations").ShouldStartWith("1. ");
        zone.Exists("/pitrix/upgrade/upgrade_pkgs.Done").ShouldBeFalse();
    }

    [Fact]
    public async Task Check_ends_in_0_and_lists_all_items_in_its_result()
    {
        var zone = zones["check1a"];
        (await zone.SshAsync("/pitrix/check/check.py -n all")).Output.ShouldContain("[check1a-snapshot1] raid battery: Abnormal");
        zone.Read("/pitrix/check/formatted_result").ShouldContain("[check1a-hyper1] live migration: Normal");
        await zone.SshAsync("/pitrix/upgrade/upgrade_pkgs.sh");
        var after = await zone.SshAsync("/pitrix/check/check.py -n all");
        after.Exit.ShouldBe(0);
        after.Output.ShouldContain("[check1a-hyper1] live migration: Abnormal");
    }

    [Fact]
    public async Task A_site_on_4_2_gets_the_new_variables_file_and_the_new_list_script()
    {
        var zone = zones["old1a"];
        zone.Read("/pitrix/conf/variables/cloud_type.old1a").ShouldContain("\"private\"");
        zone.Exists("/pitrix/bin/gen_node_list.sh").ShouldBeTrue();
        await zone.SshAsync($"mv /root/qingcloud-installer /root/qingcloud-installer_4.2.1 && tar -zxf /root/{zones.Lab.Package.FileName} -C /root/ && {Bootstrap}");
        zone.Read("/pitrix/conf/variables/variables.yaml").ShouldContain("is_global_zone: \"1\"");
        zone.Exists("/pitrix/bin/gen_node_list.py").ShouldBeTrue();
        zone.Exists("/pitrix/bin/gen_node_list.sh").ShouldBeFalse();
    }

    private static string Unpack(LabZone zone, string path)
    {
        using var zip = new GZipStream(new MemoryStream(zone.ReadBytes(path)), CompressionMode.Decompress);
        return new StreamReader(zip).ReadToEnd();
    }
}
