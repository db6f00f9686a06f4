using Fleet.ZoneLab;

namespace Fleet.ZoneLab.Tests;

public sealed class OutputZones() : Zones(
    new ZoneSpec("mb1a", "by-hand-pre-upgrade+output-50mb"), new ZoneSpec("line1a", "by-hand-prepare-platform+line-10mb"), new ZoneSpec("raw1a", "by-hand-stage-package+no-utf8"),
    new ZoneSpec("esc1a", "by-hand-prepare-platform+terminal-escapes"), new ZoneSpec("pw1a", "by-hand-upgrade-packages+password-in-output"), new ZoneSpec("hang1a", "by-hand-prepare-platform+hanging-script"));

public sealed class OutputTests(OutputZones zones) : IClassFixture<OutputZones>
{
    [Fact]
    public async Task Fifty_megabytes() =>
        long.Parse((await zones["mb1a"].SshAsync("/pitrix/upgrade/upgrade_pkgs.sh | wc -c")).Output).ShouldBeGreaterThan(52428800);

    [Fact]
    public async Task A_line_of_ten_megabytes() =>
        long.Parse((await zones["line1a"].SshAsync("/pitrix/upgrade/pre_upgrade.sh | awk '{ if (length($0) > n) n = length($0) } END { printf \"%d\", n }'")).Output).ShouldBe(10485760);

    [Fact]
    public async Task Bytes_that_are_no_utf8() =>
        (await zones["raw1a"].SshAsync("/root/qingcloud-installer/bootstrap/upgrade.sh")).Bytes.AsSpan().IndexOf(new byte[] { 0xff, 0xfe, 0x80, 0xc3, 0x28, 0x00 }).ShouldBeGreaterThan(0);

    [Fact]
    public async Task Escapes_of_a_terminal() => (await zones["esc1a"].SshAsync("/pitrix/upgrade/pre_upgrade.sh")).Output.ShouldContain("\e[2J\e[1;1H\e]0;owned\a");

    [Fact]
    public async Task A_password() => (await zones["pw1a"].SshAsync("/pitrix/upgrade/post_upgrade.sh")).Output.ShouldContain("--password=Zh-9secret");

    [Fact]
    public async Task A_script_that_hangs()
    {
        var zone = zones["hang1a"];
        await zone.SshAsync("setsid /pitrix/upgrade/pre_upgrade.sh >/dev/null 2>&1 </dev/null &");
        await zone.WaitForAsync(e => e is { What: "fault", Detail: "pre_upgrade.backup hang" }, TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        (await zone.SshAsync("pgrep -f '^/bin/bash /pitrix/upgrade/pre_upgrade.sh'")).Exit.ShouldBe(0);
    }
}
