using Fleet.Runbooks.Facts;

namespace Fleet.Runbooks.Tests.Facts;

public sealed class NodesTests
{
    [Theory]
    [InlineData("echo #1", "#")]
    [InlineData("ls /tmp/*", "*")]
    [InlineData("a  b", "two blanks in a row")]
    [InlineData("a\nb", "line end")]
    public void A_command_that_exec_nodes_would_cut_or_change_is_refused(string command, string why)
    {
        NodeCommand.WhyItCannotTravel(command).ShouldBe(why);
        Should.Throw<ArgumentException>(() => NodeCommand.Call("/x", "all", command));
    }

    [Fact]
    public void Our_own_health_command_can_travel() =>
        NodeCommand.WhyItCannotTravel(NodeHealth.Command("apt-get clean; apt-get autoclean; apt-get update")).ShouldBeNull();

    [Fact]
    public void A_call_forces_yes_and_gives_no_terminal_to_read() =>
        NodeCommand.Call("/pitrix/upgrade/exec_nodes.sh", "hyper", "test -e /x && echo flag=there").ShouldBe(
            """/pitrix/upgrade/exec_nodes.sh -f hyper 'echo fleet-node:$(hostname):begin; ( test -e /x && echo flag=there ) 2>&1 | sed "s/^/fleet-node:$(hostname):out:/"; echo fleet-node:$(hostname):end' </dev/null""");

    [Fact]
    public void Blocks_in_any_order_and_mixed_are_told_apart_and_silent_nodes_are_named()
    {
        const string text = """
            Execing [b] with [echo fleet-node:$(hostname):begin; ( true ) 2>&1 | sed "s/^/fleet-node:$(hostname):out:/"; echo fleet-node:$(hostname):end] ...
            fleet-node:b:begin
            fleet-node:a.pitrix.local:begin
            fleet-node:b:out:x=1
            fleet-node:a.pitrix.local:out:x=2
            left without a line end fleet-node:b:end
            fleet-node:z:begin
            Error: can not ping node [c]!
            """;
        var output = ExecNodesOutput.Read(text.Replace("\n", "\r\n", StringComparison.Ordinal), ["a", "b", "c"]);
        output.Nodes["a"].Value("x").ShouldBe("2");
        output.Nodes["b"].Value("x").ShouldBe("1");
        output.Nodes["b"].Finished.ShouldBeTrue();
        output.Nodes["a"].Finished.ShouldBeFalse();
        output.Silent.ShouldBe(["c"]);
        output.Strangers.ShouldBe(["z"]);
    }

    [Fact]
    public void Health_is_true_in_spite_of_an_exit_code_of_zero()
    {
        var health = Health(["a", "b", "c", "d", "e"], """
            fleet-node:a:out:apt=ok
            fleet-node:a:out:dpkg=ok
            fleet-node:a:end
            fleet-node:b:out:apt=ok
            fleet-node:b:out:W: Failed to fetch http://x/Packages  Some index files failed to download. They have been ignored, or old ones used instead.
            fleet-node:b:out:dpkg=ok
            fleet-node:b:end
            fleet-node:c:out:apt=failed
            fleet-node:c:out:E: Could not get lock /var/lib/dpkg/lock
            fleet-node:c:out:dpkg=ok
            fleet-node:c:end
            fleet-node:d:out:apt=ok
            fleet-node:d:out:dpkg=failed
            fleet-node:d:out:The following packages are only half configured
            fleet-node:d:end
            node [e] is unreachable
            """);
        health.Healthy.ShouldBe(["a"]);
        health.Unhealthy.Select(u => (u.Node, u.Trouble)).ShouldBe([("b", NodeTrouble.Apt), ("c", NodeTrouble.Apt), ("d", NodeTrouble.Dpkg), ("e", NodeTrouble.Unreachable)]);
        health.Unhealthy[3].Lines.ShouldBe(["node [e] is unreachable"]);
        health.SameEverywhere.ShouldBeNull();
    }

    [Fact]
    public void The_same_trouble_on_all_nodes_is_one_finding()
    {
        var health = Health(["a", "b"], "fleet-node:a:out:apt=failed\nfleet-node:a:out:E: a cannot reach firstbox\nfleet-node:a:end\nfleet-node:b:out:apt=failed\nfleet-node:b:out:E: b cannot reach firstbox\nfleet-node:b:end");
        health.SameEverywhere.ShouldNotBeNull().Trouble.ShouldBe(NodeTrouble.Apt);
    }

    [Fact]
    public void A_warning_about_a_key_is_no_illness() =>
        Health(["a"], "fleet-node:a:out:apt=ok\nfleet-node:a:out:W: GPG error: NO_PUBKEY\nfleet-node:a:out:dpkg=ok\nfleet-node:a:end").Healthy.ShouldBe(["a"]);

    [Fact]
    public void A_foreign_script_is_told_with_user_terminal_and_pid_and_ours_is_not()
    {
        const string ps = """
                1     0 root     ?        /sbin/init
             4100     1 root     ?        /usr/sbin/sshd -D
             4200  4100 wang     pts/3    -bash
             4210  4200 root     pts/3    sudo /pitrix/upgrade/upgrade_pkgs.sh -i
             4211  4210 root     pts/3    /bin/bash /pitrix/upgrade/upgrade_pkgs.sh -i
             4300     1 root     ?        /usr/bin/python3 /usr/bin/unattended-upgrade
             4400     1 root     ?        sh /var/lib/fleet/runs/x/supervise
             4401  4400 root     pts/9    /bin/bash /root/qingcloud-installer/bootstrap/upgrade.sh
             4500  4200 wang     pts/3    vim /pitrix/upgrade/pre_upgrade.sh
             4600  4200 wang     pts/3    less /var/log/dpkg.log
            """;
        var report = ActivityReport.Read(ps, p => p.Command.Contains("/var/lib/fleet/", StringComparison.Ordinal));
        report.Foreign.Select(p => (p.Pid, p.User, p.Tty)).ShouldBe([(4210, "root", "pts/3"), (4300, "root", "?")]);
    }

    [Theory]
    [InlineData("dpkg --configure -a", true)]
    [InlineData("/usr/bin/apt-get -y install x", true)]
    [InlineData("sudo -E apt-get update", true)]
    [InlineData("bash ./upgrade.sh", true)]
    [InlineData("/bin/bash /pitrix/upgrade/exec_nodes.sh -f all date", true)]
    [InlineData("tail -f /root/upgrade.log", false)]
    [InlineData("grep apt-get x", false)]
    [InlineData("/usr/lib/apt/apt.systemd.daily", false)]
    public void Work_is_what_runs_not_what_is_looked_at(string command, bool expected) => ActivityReport.IsWork(command).ShouldBe(expected);

    private static NodeHealth Health(string[] nodes, string text) => NodeHealth.Read(ExecNodesOutput.Read(text, nodes), nodes);
}
