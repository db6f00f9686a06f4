using Fleet.ZoneLab;

namespace Fleet.ZoneLab.Tests;

public sealed class NodeTrapZones() : Zones(
    new ZoneSpec("pek1a"), new ZoneSpec("old1a", "healthy-4.2+service-down"), new ZoneSpec("bad1a", "node-unreachable+apt-fetch"), new ZoneSpec("big1a", "many-nodes"), new ZoneSpec("svc1a", "service-down"), new ZoneSpec("slow1a", "slow-services"),
    new ZoneSpec("half1a", "node-half-installed"));

public sealed class NodeTrapTests(NodeTrapZones zones) : IClassFixture<NodeTrapZones>
{
    private const string Exec = "/pitrix/upgrade/exec_nodes.sh -f";

    [Fact]
    public async Task A_command_that_fails_on_a_node_still_ends_in_0()
    {
        var result = await zones["pek1a"].SshAsync($"{Exec} hyper 'rm /pitrix/conf/not-there'");
        result.Exit.ShouldBe(0);
        result.Output.ShouldContain("Execing [pek1a-hyper1] with [rm /pitrix/conf/not-there] ...");
        result.Output.ShouldContain("No such file");
        zones["pek1a"].Journal().ShouldContain(e => e.What == "node-effect" && e.Node == "pek1a-hyper2" && e.Detail.StartsWith("exit=1 ", StringComparison.Ordinal));
        zones["pek1a"].Read("/pitrix/log/exec_nodes/exec_pek1a-hyper1.log").ShouldContain("not-there");
    }

    [Fact]
    public async Task Only_an_unreachable_or_an_unknown_node_makes_it_1()
    {
        var unreachable = await zones["bad1a"].SshAsync($"{Exec} hyper hostname");
        unreachable.Exit.ShouldBe(1);
        unreachable.Output.ShouldContain("Execing [bad1a-hyper1] with [hostname] ...\nbad1a-hyper1\n");
        unreachable.Output.ShouldNotContain("Execing [bad1a-hyper2]");
        (await zones["bad1a"].SshAsync($"{Exec} nobody hostname")).Exit.ShouldBe(1);
    }

    [Fact]
    public async Task Apt_that_cannot_fetch_ends_in_0_and_warns()
    {
        var result = await zones["bad1a"].SshAsync($"{Exec} proxy 'apt-get clean; apt-get autoclean; apt-get update; echo code=$?'");
        result.Exit.ShouldBe(0);
        result.Output.ShouldContain("W: Failed to fetch ");
        result.Output.ShouldContain("code=0");
    }

    [Fact]
    public async Task A_half_configured_package_of_a_node_shows_in_its_audit_only()
    {
        (await zones["half1a"].SshAsync($"{Exec} proxy 'apt-get update && dpkg --audit'")).Output.ShouldContain("pitrix-proxy");
        (await zones["half1a"].SshAsync($"{Exec} boss 'dpkg --audit'")).Output.ShouldNotContain("pitrix-proxy");
        (await zones["half1a"].SshAsync("dpkg --audit")).Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hash_cuts_the_command_off_spaces_collapse_and_quotes_survive()
    {
        (await zones["pek1a"].SshAsync($"{Exec} proxy 'echo one#two'")).Output.ShouldEndWith("with [echo one] ...\none\n");
        (await zones["pek1a"].SshAsync($"{Exec} proxy 'printf \"<%s>\" \"a   b\" \"c\"'")).Output.ShouldEndWith("<a b><c>");
        (await zones["pek1a"].SshAsync($"cd /pitrix/conf && {Exec} proxy 'echo v*'")).Output.ShouldEndWith("\nvariables\n");
    }

    [Fact]
    public async Task Every_node_has_its_own_files_and_host_name()
    {
        var zone = zones["pek1a"];
        await zone.SshAsync($"{Exec} pek1a-hyper1,pek1a-web1 'echo x > /pitrix/conf/mine'");
        zone.NodesWith("/pitrix/conf/mine").ShouldBe(["pek1a-hyper1", "pek1a-web1"]);
        zone.Exists("/pitrix/conf/mine").ShouldBeFalse();
        (await zone.SshAsync($"{Exec} all 'test -f /pitrix/conf/mine && echo yes-$(hostname) || echo no-$(hostname)'")).Output.Split('\n')
            .Where(line => line.StartsWith("yes-", StringComparison.Ordinal)).Order().ShouldBe(["yes-pek1a-hyper1", "yes-pek1a-web1"]);
    }

    [Fact]
    public async Task Forty_nodes_each_print_one_whole_block()
    {
        var result = await zones["big1a"].SshAsync($"{Exec} hyper 'echo begin-$(hostname); echo end-$(hostname)'");
        for (var n = 1; n <= 42; n++)
            result.Output.ShouldContain($"Execing [big1a-hyper{n}] with [echo begin-$(hostname); echo end-$(hostname)] ...\nbegin-big1a-hyper{n}\nend-big1a-hyper{n}\n");
    }

    [Fact]
    public async Task Without_f_it_asks_and_shows_that_on_a_terminal_only()
    {
        var zone = zones["pek1a"];
        const string question = "Are you sure to exec the command on the above nodes [y/N]?";
        (await zone.SshAsync("/pitrix/upgrade/exec_nodes.sh vg hostname", "y\n")).Output.ShouldNotContain(question);
        await using var terminal = zone.Open("/pitrix/upgrade/exec_nodes.sh vg hostname");
        await terminal.AnswerAsync(question, "n");
        (await terminal.EndAsync()).ShouldBe(1);
        terminal.Screen.ShouldNotContain("Execing");
    }

    [Fact]
    public async Task A_quarantined_node_leaves_the_lists_when_they_are_made_again()
    {
        var zone = zones["big1a"];
        await zone.SshAsync("mkdir /root/out && mv /pitrix/conf/settings/big1a-proxy1 /root/out/ && /pitrix/bin/gen_node_list.py");
        (await zone.SshAsync(". /pitrix/conf/nodes/proxy; echo ${#nodes[@]}; . /pitrix/conf/nodes/all; echo ${#nodes[@]}")).Output.ShouldBe("0\n47\n");
    }

    [Theory]
    [InlineData("old1a", 0)]
    [InlineData("svc1a", 3)]
    public async Task Supervisors_of_two_ages_differ_in_their_exit_code(string name, int code)
    {
        var result = await zones[name].SshAsync("supervisorctl status");
        result.Exit.ShouldBe(code);
        result.Output.ShouldContain("installer-daemon                 FATAL");
        (await zones[name].SshAsync("supervisorctl start installer-daemon")).Output.ShouldContain("ERROR (spawn error)");
    }

    [Fact]
    public async Task Services_are_starting_for_a_while_after_a_restart()
    {
        var zone = zones["slow1a"];
        await zone.SshAsync("supervisorctl restart all");
        var result = await zone.SshAsync("supervisorctl status");
        result.Exit.ShouldBe(3);
        result.Output.ShouldContain("zookeeper                        STARTING");
        zone.SetService("zookeeper", "RUNNING");
        await Fleet.Testing.Eventually.BeTrueAsync(async () => (await zone.SshAsync("supervisorctl status")).Exit == 0, TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
    }
}
