using Fleet.Runbooks.Facts;
using Fleet.Testing;
using Fleet.Worker.Steps.Guards;

namespace Fleet.Worker.Tests.Steps;

/// <summary>What the firstbox decides by itself, in its shell, with stand-ins for what it asks.</summary>
public sealed class WatchPlanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fleet-watch-plan-").FullName;
    private string _nodes = "hyper1 Hyper2";
    private string _versions = """{"current": {"installer": "4.2.1", "upgrade": "20180101", "new_upgrade": null}, "old": []}""";
    private string _answers = "fleet-node:hyper1:out:dpkg=ok\nfleet-node:hyper1:end\nfleet-node:hyper2.pek1:out:dpkg=ok\r\nfleet-node:hyper2.pek1:end\n";
    private string _processes = "    1 /sbin/init";

    public static TheoryData<string> CommandLines =>
    [
        "bash /pitrix/upgrade/pre_upgrade.sh", "/bin/bash -e /pitrix/upgrade/upgrade_pkgs.sh -i", "sudo -E nohup /pitrix/upgrade/post_upgrade.sh", "env A=/b LANG=C ./upgrade.sh", "sh upgrade.sh",
        "/root/qingcloud-installer/bootstrap/upgrade.sh", "python2.7 /pitrix/bin/gen_node_list.py", "timeout 10 /usr/bin/apt-get update", "dpkg --configure -a", "/usr/bin/python3 /usr/bin/unattended-upgrade",
        "/usr/bin/python3 /usr/share/unattended-upgrades/unattended-upgrade-shutdown --wait-for-signal", "vim /pitrix/upgrade/pre_upgrade.sh", "tail -f /pitrix/log/upgrade/pre_upgrade.log", "sh -c pre_upgrade.sh", "-bash", "bash",
        "sshd: root@pts/0", "sh /var/lib/fleet/runner-abc.sh /var/lib/fleet vigil abc.rescue-disabled", "ssh hyper1 /pitrix/upgrade/_exec_node.sh", "/pitrix/upgrade/_exec_node.sh hyper1", "[kworker/0:1]", "less apt",
    ];

    [Theory]
    [MemberData(nameof(CommandLines))]
    public async Task The_shell_and_the_program_take_the_same_for_work(string command)
    {
        _processes = $"    1 /sbin/init\n 4711 {command}";
        var (exit, said) = await RunAsync("look");
        (exit, said.Contains("(4711) is at work", StringComparison.Ordinal)).ShouldBe(ActivityReport.IsWork(command) ? (1, true) : (0, false), said);
    }

    [Fact]
    public async Task Where_all_is_well_it_says_nothing_and_leaves_nothing()
    {
        (await RunAsync("look")).ShouldBe((0, ""));
        Directory.GetFiles(_folder, "group*").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("fleet-node:hyper1:out:dpkg=ok\nfleet-node:hyper1:end\n", "Hyper2 gives no whole answer")]
    [InlineData("fleet-node:hyper1:out:dpkg=ok\nfleet-node:hyper1:end\nfleet-node:hyper2:out:dpkg=ok\n", "Hyper2 gives no whole answer")]
    [InlineData("fleet-node:hyper1:out:dpkg=ok\nfleet-node:hyper1:end\nfleet-node:hyper2:out:dpkg=failed\nfleet-node:hyper2:end\n", "Hyper2: its packages are not installed whole")]
    [InlineData("fleet-node:hyper1:out:dpkg=ok\nfleet-node:hyper1:end\nfleet-node:hyper2:end\n", "Hyper2: its packages are not installed whole")]
    [InlineData("Execing [hyper1] with [echo fleet-node:$(hostname):begin]\nfleet-node:stranger:out:dpkg=ok\nfleet-node:stranger:end\n", "hyper1 gives no whole answer; Hyper2 gives no whole answer")]
    [InlineData("", "hyper1 gives no whole answer; Hyper2 gives no whole answer")]
    public async Task A_node_that_does_not_say_that_it_is_well_is_not(string answers, string why)
    {
        _answers = answers;
        (await RunAsync("look")).ShouldBe((1, why));
    }

    [Fact]
    public async Task Two_nodes_with_one_short_name_are_told_apart_or_not_taken()
    {
        _nodes = "hyper1.pek1 hyper1.pek2";
        _answers = "fleet-node:hyper1:out:dpkg=ok\nfleet-node:hyper1:end\nfleet-node:hyper1.pek2:out:dpkg=ok\nfleet-node:hyper1.pek2:end\n";
        (await RunAsync("look")).ShouldBe((1, "hyper1.pek1 gives no whole answer"));
    }

    [Theory]
    [InlineData("""{"current": {"installer": "4.2.1", "old_upgrade": "1", "new_upgrade": "2"}}""", "new_upgrade stands in version.json")]
    [InlineData("""{"current": {"installer": "4.2.1", "new_upgrade": ""}}""", "new_upgrade stands in version.json")]
    [InlineData("""{"current": {"installer": "4.2.1", "new_""", "version.json cannot be read")]
    [InlineData("", "version.json cannot be read")]
    [InlineData("{}", "version.json cannot be read")]
    public async Task Versions_that_name_an_upgrade_or_cannot_be_read_stand_in_the_way(string versions, string why)
    {
        _versions = versions;
        (await RunAsync("look")).ShouldBe((1, why));
    }

    [Fact]
    public async Task Processes_that_cannot_be_read_stand_in_the_way()
    {
        _processes = "";
        (await RunAsync("look")).ShouldBe((1, "the processes cannot be read"));
    }

    [Fact]
    public async Task What_is_left_is_said_and_nothing_else_is_done()
    {
        _answers = "fleet-node:hyper1:out:removed=ok\nfleet-node:hyper1:out:flag=absent\nfleet-node:hyper1:end\nfleet-node:hyper2:out:flag=there\nfleet-node:hyper2:end\n";
        (await RunAsync("release")).ShouldBe((1, "Hyper2: the flag is still there"));
        _answers = _answers.Replace("there", "absent", StringComparison.Ordinal);
        (await RunAsync("release")).ShouldBe((0, ""));
        (await RunAsync("")).ShouldBe((1, "neither look nor release"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(int Exit, string Said)> RunAsync(string verb)
    {
        await WriteAsync("version.json", _versions);
        await WriteAsync("answers", _answers);
        await WriteAsync("processes", _processes);
        await WriteAsync("bin/ps", $"#!/bin/sh\ncat {_folder}/processes\n");
        File.SetUnixFileMode($"{_folder}/bin/ps", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await WriteAsync("plan", $$"""
            version_file={{_folder}}/version.json
            pre_upgrade_marker={{_folder}}/pre_upgrade.Done
            packages_marker={{_folder}}/upgrade_pkgs.Done
            nodes='{{_nodes}}'
            group_file={{_folder}}/group
            group_text='nodes=("hyper1")'
            ask_nodes() { [ "$(cat {{_folder}}/group)" = 'nodes=("hyper1")' ] && cat {{_folder}}/answers; }
            release_nodes() { ask_nodes; }

            """ + WatchPlan.Rules);
        var (exit, output) = await ChildProcess.RunAsync("env", [$"PATH={_folder}/bin:/usr/bin:/bin", "sh", $"{_folder}/plan", verb], TestContext.Current.CancellationToken);
        return (exit, output.Trim());
    }

    private async Task WriteAsync(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName($"{_folder}/{name}")!);
        File.Delete($"{_folder}/{name}");
        await File.WriteAllTextAsync($"{_folder}/{name}", text);
    }
}
