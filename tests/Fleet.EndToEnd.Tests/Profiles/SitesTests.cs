using Fleet.EndToEnd.Tests.Harness;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Profiles;

[Trait("Speed", "Slow")]
public sealed class SitesTests(SitesRollout rollout) : IClassFixture<SitesRollout>
{
    private const string RescueFlag = "/pitrix/conf/disable_hyperpair_rescue";

    /// <summary>The runbook's changing commands, in its order (Q6, Q11, Q12, Q15, Q16, Q18, Q20, Q24).</summary>
    private static readonly string[] Order = ["upgrade.sh", "gen_node_list", "exec_nodes apt", "exec_nodes touch", "pre_upgrade.sh", "upgrade_pkgs.sh", "post_upgrade.sh", "exec_nodes rm", "update.sh"];

    public static TheoryData<string> Zones => [.. SiteCases.All.Select(c => c.Zone)];

    public static TheoryData<string> QuietZones =>
        [.. SiteCases.All.Where(c => c is { End: "succeeded", Answers.Length: 0 } && c.Zone is not ("there" or "handdone")).Select(c => c.Zone)];

    [Theory]
    [MemberData(nameof(Zones))]
    public void Each_site_ends_as_it_must_and_asks_only_what_needs_a_person(string zone)
    {
        var site = SiteCases.All.Single(c => c.Zone == zone);
        var shown = rollout.Zone(zone);
        var asked = rollout.Asked.GetValueOrDefault(zone, []).Select(d => $"{d.Text("kind")}/{d.Text("step")}").ToList();

        shown.Text("state").ShouldBe(site.End, $"{site.Profile}: {shown}\nasked: {string.Join(", ", asked)}\n{string.Join('\n', rollout.Lab.Zones[zone].Journal())}");
        foreach (var expected in site.Asked)
            asked.ShouldContain(a => Matches(a, expected), $"{expected} among {string.Join(", ", asked)}");
        if (site.Answers.Length == 0)
            asked.ShouldBeEmpty();
        if (site.End == "failed")
            shown.GetProperty("error").ValueKind.ShouldNotBe(System.Text.Json.JsonValueKind.Null, "a failed zone says why");
    }

    [Theory]
    [MemberData(nameof(QuietZones))]
    public void Each_line_of_the_runbook_runs_once_and_in_order(string zone)
    {
        var ran = Changes(zone);
        foreach (var once in (string[])["upgrade.sh", "pre_upgrade.sh", "upgrade_pkgs.sh", "post_upgrade.sh"])
            ran.Count(c => c == once).ShouldBe(1, $"{once} in {string.Join(", ", ran)}");
        ran.ShouldContain("exec_nodes apt");
        ran.ShouldContain("exec_nodes touch");
        var firsts = Order.Where(ran.Contains).Select(c => ran.IndexOf(c)).ToList();
        firsts.SequenceEqual(firsts.Order()).ShouldBeTrue(string.Join(", ", ran));
    }

    [Theory]
    [MemberData(nameof(QuietZones))]
    public void Every_prompt_is_answered_once(string zone)
    {
        var journal = rollout.Lab.Zones[zone].Journal();
        journal.Count(e => e.What == "answer").ShouldBe(journal.Count(e => e.What == "prompt"));
        journal.ShouldNotContain(e => e.What == "eof-loop");
    }

    [Fact]
    public void The_website_is_upgraded_only_where_it_belongs()
    {
        var with = SiteCases.All.Where(c => c.Profile.Contains("special", StringComparison.Ordinal)).Select(c => c.Zone).ToHashSet(StringComparer.Ordinal);
        foreach (var site in SiteCases.All)
        {
            var ran = Changes(site.Zone).Contains("update.sh");
            ran.ShouldBe(with.Contains(site.Zone), site.Zone);
        }
        rollout.Lab.Zones["special"].Journal().ShouldContain(e => e.Script == "update.sh" && e.Args.Contains("webservice global-website"));
        rollout.Lab.Zones["regsp"].Journal().ShouldContain(e => e.Script == "update.sh" && e.Args.Contains("regspb-webservice"));
    }

    [Theory]
    [InlineData("three")]
    [InlineData("public")]
    [InlineData("newer")]
    [InlineData("there")]
    [InlineData("foreign")]
    [InlineData("full")]
    [InlineData("down")]
    [InlineData("stale")]
    public void Nothing_is_changed_where_the_upgrade_must_not_begin(string zone) =>
        Changes(zone).ShouldBeEmpty(string.Join('\n', rollout.Lab.Zones[zone].Journal()));

    [Fact]
    public void Rescue_is_as_it_was_before_wherever_the_upgrade_succeeded()
    {
        foreach (var site in SiteCases.All.Where(c => c.End == "succeeded" && c.Answers.All(a => a.Reply.Choice != "keep") && c.Profile != "already-there"))
        {
            var left = rollout.Lab.Zones[site.Zone].NodesWith(RescueFlag);
            left.ShouldBe(site.Zone == "flagged" ? ["flagged-hyper2"] : [], site.Zone);
        }
    }

    [Fact]
    public async Task A_guard_that_a_person_kept_stays_in_force_and_is_listed()
    {
        rollout.Lab.Zones["always"].NodesWith(RescueFlag).Count.ShouldBeGreaterThan(0);
        var guards = await rollout.Operator.JsonAsync(TestContext.Current.CancellationToken, "guards");
        guards.EnumerateArray().ShouldContain(g => g.Text("zone") == "always" && g.Text("name") == "rescue-disabled");
    }

    [Fact]
    public void After_a_stop_nothing_more_runs()
    {
        Changes("always").ShouldNotContain("post_upgrade.sh");
        Changes("bootdies").ShouldNotContain("pre_upgrade.sh");
        Changes("bootdies").Count(c => c == "upgrade.sh").ShouldBe(1);
        Changes("sql").ShouldNotContain("upgrade_pkgs.sh");
        Changes("dead").ShouldNotContain("exec_nodes touch");
    }

    [Fact]
    public void A_quarantined_node_leaves_the_upgrade_and_its_settings_are_kept()
    {
        var zone = rollout.Lab.Zones["apterr"];
        zone.Exists("/pitrix/conf/settings/apterr-proxy1").ShouldBeFalse();
        zone.Journal().ShouldNotContain(e => e.What == "component" && e.Node == "apterr-proxy1");
        rollout.Zone("apterr").ToString().ShouldContain("apterr-proxy1");
    }

    [Fact]
    public void The_repo_is_scanned_only_where_it_changed()
    {
        Scans("mixed").ShouldBe(1);
        Scans("hiqemu").ShouldBe(0);
        Scans("legacy").ShouldBe(1);
        Scans("global").ShouldBe(0);
    }

    [Fact]
    public void Old_sites_refresh_their_nodes_by_the_old_script()
    {
        rollout.Lab.Zones["late42"].Journal().ShouldContain(e => e.What == "begin" && e.Script.StartsWith("gen_node_list", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_zone_printed_can_be_read_and_its_escapes_do_no_harm()
    {
        var output = await rollout.Operator.DoAsync(TestContext.Current.CancellationToken, "logs", "escapes", "--rollout", "sites", "--step", "pre-upgrade");
        output.ShouldContain("red");
        output.ShouldNotContain("\e[2J");
        output.ShouldNotContain("\a");
    }

    private int Scans(string zone) => rollout.Lab.Zones[zone].Journal().Count(e => e.What == "begin" && e.Script == "scan_all.sh");

    private List<string> Changes(string zone) => [.. rollout.Lab.Zones[zone].Journal().Where(e => e.What == "begin").Select(Word).OfType<string>()];

    private static string? Word(Effect effect) => effect.Script switch
    {
        "upgrade.sh" or "pre_upgrade.sh" or "upgrade_pkgs.sh" or "post_upgrade.sh" or "update.sh" => effect.Script,
        "exec_nodes.sh" when effect.Args.Contains("apt-get", StringComparison.Ordinal) => "exec_nodes apt",
        "exec_nodes.sh" when effect.Args.Contains("touch", StringComparison.Ordinal) => "exec_nodes touch",
        "exec_nodes.sh" when effect.Args.Contains("rm ", StringComparison.Ordinal) => "exec_nodes rm",
        var script when script.StartsWith("gen_node_list", StringComparison.Ordinal) => "gen_node_list",
        _ => null,
    };

    private static bool Matches(string asked, string expected)
    {
        var (kind, step) = (expected.Split('/')[0], expected.Split('/')[1]);
        return (kind == "*" || asked.StartsWith(kind + "/", StringComparison.Ordinal)) && (step == "*" || asked.EndsWith("/" + step, StringComparison.Ordinal));
    }
}
