using Fleet.ZoneLab;

namespace Fleet.ZoneLab.Tests;

public sealed class ServerZones() : Zones(
    new ZoneSpec("pek1a"), new ZoneSpec("pw1a", "password"), new ZoneSpec("kbd1a", "keyboard-interactive"), new ZoneSpec("old1a", "old-ssh"), new ZoneSpec("sudo1a", "sudo"),
    new ZoneSpec("boot1a"), new ZoneSpec("cut1a"), new ZoneSpec("key1a"), new ZoneSpec("full1a", "disk-full"), new ZoneSpec("rc1a", "bash-start-up"));

public sealed class ServerTests(ServerZones zones) : IClassFixture<ServerZones>
{
    [Fact]
    public async Task A_zone_has_a_private_root_and_its_own_name()
    {
        var zone = zones["pek1a"];
        var result = await zone.SshAsync("hostname; whoami; echo mine > /etc/zone-lab-test; echo mine > /opt/x; touch /usr/x; ps -e | wc -l");
        result.Output.ShouldStartWith("qingcloud-firstbox\nroot\n");
        result.Error.ShouldContain("Read-only file system");
        zone.Read("/etc/zone-lab-test").ShouldBe("mine\n");
        File.Exists("/etc/zone-lab-test").ShouldBeFalse();
        File.Exists(Path.Combine(zones["boot1a"].RootPath, "opt/x")).ShouldBeFalse();
    }

    [Fact]
    public async Task Files_go_in_and_out_over_sftp_into_the_private_root()
    {
        var local = Path.Combine(zones.Lab.Directory, "bytes");
        await File.WriteAllBytesAsync(local, new byte[300_000], TestContext.Current.CancellationToken);
        (await zones["pek1a"].SftpAsync($"put {local} /root/bytes\nget /root/bytes {local}.back\nls /pitrix/version.json\n")).Exit.ShouldBe(0);
        new FileInfo(Path.Combine(zones["pek1a"].RootPath, "root/bytes")).Length.ShouldBe(300_000);
        new FileInfo(local + ".back").Length.ShouldBe(300_000);
    }

    [Fact]
    public async Task The_tools_that_a_runner_needs_are_there()
    {
        var result = await zones["pek1a"].SshAsync("for t in sh awk flock setsid script stty sha256sum dd gzip tar; do command -v $t >/dev/null || echo missing $t; done; script -qec 'tty; stty size' /dev/null; test -r /proc/self/stat && echo proc");
        result.Output.ShouldNotContain("missing");
        result.Output.ShouldContain("/dev/pts/");
        result.Output.ShouldEndWith("proc\n");
    }

    [Fact]
    public async Task A_password_only_zone_takes_the_password_and_no_key()
    {
        (await zones["pw1a"].SshAsync("id -u")).Output.ShouldBe("0\n");
        (await zones["pw1a"].SshAsync("id -u", "", "-i", Path.Combine(zones.Lab.Directory, "id_ed25519"), "-o", "PasswordAuthentication=no")).Exit.ShouldBe(255);
    }

    [Fact]
    public async Task Keyboard_interactive_is_asked_for()
    {
        (await zones["kbd1a"].SshAsync("id -u", "", "-o", "PreferredAuthentications=keyboard-interactive")).Output.ShouldBe("0\n");
        (await zones["kbd1a"].SshAsync("id -u", "", "-o", "PreferredAuthentications=password,publickey")).Exit.ShouldBe(255);
    }

    [Fact]
    public async Task An_old_server_is_refused_until_its_algorithms_are_allowed()
    {
        (await zones["old1a"].SshAsync("true")).Exit.ShouldBe(255);
        (await zones["old1a"].SshAsync("id -u", "", "-o", "KexAlgorithms=+diffie-hellman-group14-sha1", "-o", "HostKeyAlgorithms=+ssh-rsa", "-o", "PubkeyAcceptedAlgorithms=+ssh-rsa"))
            .Output.ShouldBe("0\n");
    }

    [Fact]
    public async Task A_user_becomes_root_by_sudo()
    {
        (await zones["sudo1a"].SshAsync("id -u; sudo -n id -u")).Output.ShouldBe("1000\n0\n");
        (await zones["sudo1a"].SshAsync("cat /root/upgrade.log")).Exit.ShouldBe(zones["sudo1a"].Exists("/root/upgrade.log") ? 0 : 1);
    }

    [Fact]
    public async Task Processes_survive_their_session_the_server_and_not_a_reboot()
    {
        var zone = zones["boot1a"];
        var before = (await zone.SshAsync("cat /proc/sys/kernel/random/boot_id; setsid sleep 1000 >/dev/null 2>&1 </dev/null &")).Output;
        await zone.KillSshd();
        (await zone.SshAsync("true")).Exit.ShouldBe(255);
        await zone.StartSshd();
        (await zone.SshAsync("pgrep -c sleep")).Output.ShouldBe("2\n", "the lab's own and the test's");
        await zone.Reboot();
        var after = await zone.SshAsync("cat /proc/sys/kernel/random/boot_id; pgrep -c sleep");
        after.Output.ShouldEndWith("\n1\n");
        after.Output.ShouldNotStartWith(before);
        zone.Exists("/pitrix/version.json").ShouldBeTrue();
    }

    [Fact]
    public async Task Open_sessions_can_be_cut_while_their_work_goes_on()
    {
        var zone = zones["cut1a"];
        await using var terminal = zone.Open("setsid sh -c 'echo $$ > /root/pid; exec sleep 1000' & sleep 0.2; echo started; cat");
        await terminal.ExpectAsync("started");
        await zone.CutSessions();
        (await terminal.EndAsync()).ShouldBe(255);
        (await zone.SshAsync("kill -0 $(cat /root/pid) && echo alive")).Output.ShouldBe("alive\n");
    }

    [Fact]
    public async Task The_host_key_can_change()
    {
        var zone = zones["key1a"];
        var before = zone.HostKeyFingerprint;
        await zone.ChangeHostKey();
        zone.HostKeyFingerprint.ShouldNotBe(before);
        (await zone.SshAsync("hostname")).Exit.ShouldBe(0);
    }

    [Fact]
    public async Task A_full_disk_is_full()
    {
        var result = await zones["full1a"].SshAsync("df -k --output=avail /root | tail -1; head -c 100000 /dev/zero > /root/more; ls /root/qingcloud-installer");
        result.Error.ShouldContain("No space left on device");
        result.Output.ShouldContain("version.json");
    }

    [Fact]
    public async Task Bash_start_up_files_are_read()
    {
        (await zones["rc1a"].SshAsync("true")).Error.ShouldContain("Welcome to the firstbox");
    }
}
