using Fleet.ZoneLab;

namespace Fleet.ZoneLab.Tests;

public sealed class UpgradeTrapZones() : Zones(
    new ZoneSpec("eof1a", "by-hand-pre-upgrade"), new ZoneSpec("pipe1a", "by-hand-pre-upgrade"), new ZoneSpec("take1a", "by-hand-pre-upgrade"), new ZoneSpec("skip1a", "by-hand-pre-upgrade"),
    new ZoneSpec("fail1a", "by-hand-pre-upgrade+component-fails-always"), new ZoneSpec("auto1a", "by-hand-pre-upgrade+component-fails-once"), new ZoneSpec("gone1a", "by-hand-pre-upgrade+node-unreachable"),
    new ZoneSpec("kill1a", "by-hand-pre-upgrade"), new ZoneSpec("new1a"));

public sealed class UpgradeTrapTests(UpgradeTrapZones zones) : IClassFixture<UpgradeTrapZones>
{
    private const string Interactive = "/pitrix/upgrade/upgrade_pkgs.sh -i";
    private const string Test = "Are you sure to test [all] nodes whether are ready for updating packages [y/N]?";
    private const string Common = "Are you sure to update [all] nodes with [common] packages [y/N]?";
    private const string Ignore = "Do you want to ignore the failed nodes and fix them manually later [y/N]?";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Without_the_marker_of_pre_upgrade_it_refuses()
    {
        var result = await zones["new1a"].SshAsync(Interactive, "y\n");
        result.Exit.ShouldBe(1);
        result.Output.ShouldBe("The [pre_upgrade.sh] has not been executed successfully. Please check!\n");
        (await zones["new1a"].SshAsync("/pitrix/upgrade/post_upgrade.sh")).Exit.ShouldBe(1);
        (await zones["new1a"].SshAsync("/pitrix/upgrade/pre_upgrade.sh")).Exit.ShouldBe(1);
    }

    [Fact]
    public async Task At_the_end_of_its_input_it_loops_for_ever_and_prints_nothing()
    {
        var zone = zones["eof1a"];
        await zone.SshAsync($"setsid {Interactive} </dev/null >/root/out 2>&1 & echo $! >/root/pid");
        await zone.WaitForAsync(e => e.What == "eof-loop", Limit, TestContext.Current.CancellationToken);
        (await zone.SshAsync("p=$(pgrep -f '^/bin/bash /pitrix/upgrade/upgrade_pkgs.sh'); awk '{print $3}' /proc/$p/stat; wc -c < /root/out; kill -KILL $p")).Output.ShouldBe("R\n0\n");
    }

    [Fact]
    public async Task Through_a_pipe_it_shows_no_prompt_and_takes_the_answers()
    {
        var result = await zones["pipe1a"].SshAsync(Interactive, string.Concat(Enumerable.Repeat("y\n", 20)));
        result.Exit.ShouldBe(0);
        (result.Output + result.Error).ShouldNotContain("Are you sure");
        result.Output.ShouldEndWith("All nodes and packages are updated successfully.\n");
    }

    [Fact]
    public async Task Only_y_yes_n_and_no_are_taken_and_there_is_no_newline_after_the_prompt()
    {
        await using var terminal = zones["take1a"].Open(Interactive);
        foreach (var other in (string[])["", "x", "yy", "oui"])
            await terminal.AnswerAsync(Test, other);
        await terminal.ExpectAsync(Test);
        terminal.Screen.ShouldEndWith("[y/N]?");
        await terminal.TypeLineAsync("YES");
        await terminal.ExpectAsync(Common);
        zones["take1a"].Journal().Count(e => e is { What: "answer" } && e.Detail.EndsWith("updating packages", StringComparison.Ordinal)).ShouldBe(5);
    }

    [Fact]
    public async Task No_to_a_component_skips_it_and_the_run_still_ends_well()
    {
        await using var terminal = zones["skip1a"].Open(Interactive);
        await terminal.AnswerAsync(Test, "y");
        await terminal.AnswerAsync(Common, "no");
        (await terminal.YesToAllAsync()).ShouldBe(0);
        terminal.Screen.ShouldContain("All nodes and packages are updated successfully.");
        zones["skip1a"].Exists("/pitrix/upgrade/upgrade_pkgs.Done").ShouldBeTrue();
        var components = zones["skip1a"].Journal().Where(e => e.What == "component").Select(e => e.Detail).ToList();
        components.ShouldContain("all/common skipped");
        components.ShouldContain("bm/bm empty");
        terminal.Screen.ShouldNotContain("[bm]");
        zones["skip1a"].Journal().ShouldNotContain(e => e.What == "node-effect" && e.Detail == "update common");
    }

    [Fact]
    public async Task A_component_that_failed_asks_whether_to_ignore_it_and_no_ends_the_run()
    {
        var zone = zones["fail1a"];
        await using (var terminal = zone.Open(Interactive))
        {
            while (!terminal.Screen.Contains(Ignore, StringComparison.Ordinal))
            {
                await terminal.ExpectAsync("[y/N]?");
                if (!terminal.Screen.Contains(Ignore, StringComparison.Ordinal))
                    await terminal.TypeLineAsync("y");
            }
            terminal.Screen.ShouldContain("  Updating [fail1a-hyper1] with [hyper ~ ] ... Error!");
            terminal.Screen.ShouldContain("  Updating [fail1a-hyper2] with [hyper ~ ] ... OK.");
            await terminal.TypeLineAsync("n");
            (await terminal.EndAsync()).ShouldBe(1);
        }
        zone.Read("/pitrix/log/update_nodes/update_fail1a-hyper1.log").ShouldContain("subprocess installed post-installation script returned error exit status 1");

        // Again, from the first component; now the failure is ignored.
        await using (var again = zone.Open(Interactive))
            (await again.YesToAllAsync()).ShouldBe(0);
        zone.Journal().Count(e => e is { What: "component", Detail: "all/common ok" }).ShouldBe(2);
        zone.Journal().Count(e => e.What == "ignored").ShouldBe(1);
        zone.Exists("/pitrix/upgrade/upgrade_pkgs.Done").ShouldBeTrue();
    }

    [Fact]
    public async Task The_automatic_mode_stops_at_the_first_failure_and_works_again_from_the_start()
    {
        var zone = zones["auto1a"];
        var first = await zone.SshAsync("/pitrix/upgrade/upgrade_pkgs.sh");
        first.Exit.ShouldBe(1);
        first.Output.ShouldContain("[-i]");
        zone.Exists("/pitrix/upgrade/upgrade_pkgs.Done").ShouldBeFalse();
        (await zone.SshAsync("/pitrix/upgrade/upgrade_pkgs.sh")).Exit.ShouldBe(0);
        zone.Exists("/pitrix/upgrade/upgrade_pkgs.Done").ShouldBeTrue();
    }

    [Fact]
    public async Task The_test_of_all_nodes_fails_for_one_that_is_out_of_reach()
    {
        await using var terminal = zones["gone1a"].Open(Interactive);
        await terminal.AnswerAsync(Test, "y");
        await terminal.AnswerAsync(Ignore, "n");
        (await terminal.EndAsync()).ShouldBe(1);
        terminal.Screen.ShouldContain("Testing [gone1a-hyper2] ... Error!");
    }

    [Fact]
    public async Task A_script_waits_at_a_gate_and_can_be_killed_there()
    {
        var zone = zones["kill1a"];
        zone.CloseGate("upgrade_pkgs.component.proxy.proxy");
        await zone.SshAsync("setsid /pitrix/upgrade/upgrade_pkgs.sh >/root/out 2>&1 </dev/null &");
        await zone.WaitAtGateAsync("upgrade_pkgs.component.proxy.proxy", Limit, TestContext.Current.CancellationToken);
        await zone.SshAsync("pkill -KILL -f '^/bin/bash /pitrix/upgrade/upgrade_pkgs.sh'");
        zone.Journal().ShouldNotContain(e => e.What == "end" && e.Script == "upgrade_pkgs.sh");
        zone.OpenGate("upgrade_pkgs.component.proxy.proxy");
        (await zone.SshAsync("/pitrix/upgrade/upgrade_pkgs.sh")).Exit.ShouldBe(0);
    }

    [Fact]
    public async Task The_website_is_updated_after_a_question_unless_forced_and_ends_in_1_when_a_node_failed()
    {
        var zone = zones["new1a"];
        await using (var terminal = zone.Open("/pitrix/upgrade/update.sh webservice global-website"))
        {
            await terminal.AnswerAsync("Are you sure to update the packages on the above nodes [y/N]?", "yes");
            (await terminal.EndAsync()).ShouldBe(0);
        }
        zone.AddFault(new FaultShape("update.global-website", "fail"));
        (await zone.SshAsync("/pitrix/upgrade/update.sh -f webservice global-website")).Exit.ShouldBe(1);
        (await zone.SshAsync("/pitrix/upgrade/update.sh -f webservice global-website")).Exit.ShouldBe(0);
    }
}
