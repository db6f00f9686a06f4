using System.Net;
using System.Security.Cryptography;
using System.Text;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Profiles;

[Trait("Speed", "Slow")]
public sealed class SitesTests(SitesRollout rollout) : IClassFixture<SitesRollout>
{
    private const string RescueFlag = "/pitrix/conf/disable_hyperpair_rescue";

    /// <summary>The second rollout: rescue is off on every hyper already and pre_upgrade has been done; packages and what follows have not.</summary>
    private static readonly string[] SecondRuns = [Commands.Nodes, Commands.Apt, Commands.Packages, Commands.Finish, Commands.RescueOn];

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
        asked.ShouldBe([.. site.Asked], site.Profile);
        if (site.End == "failed")
            shown.GetProperty("error").ValueKind.ShouldNotBe(System.Text.Json.JsonValueKind.Null, "a failed zone says why");
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void The_lines_of_the_runbook_that_a_site_needs_run_once_in_order_and_no_others(string zone)
    {
        var site = SiteCases.All.Single(c => c.Zone == zone);
        IReadOnlyList<string> later = zone == "twice" ? SecondRuns : [];
        Commands.Of(rollout.Lab.Zones[zone]).ShouldBe([.. site.Runs, .. later], $"{site.Profile}: {string.Join('\n', rollout.Lab.Zones[zone].Journal())}");
    }

    [Fact]
    public void A_second_rollout_goes_on_where_the_first_one_failed_and_repeats_nothing_that_was_done()
    {
        rollout.ShownSecond.Text("state").ShouldBe("succeeded", rollout.ShownSecond.ToString());
        rollout.AskedSecond.Distinct().ShouldBe(["mid-upgrade/versions", "guard/enable-rescue"]);
        rollout.Lab.Zones["twice"].NodesWith(RescueFlag).ShouldBeEmpty("the guard that the first rollout left was released");
    }

    [Fact]
    public void Markers_of_an_abandoned_upgrade_are_set_aside_before_it_is_done_anew()
    {
        var zone = rollout.Lab.Zones["stalego"];
        Directory.GetFiles(Path.Combine(zone.RootPath, "pitrix/backup/fleet"), "*.Done*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(["pre_upgrade.Done", "upgrade_pkgs.Done"]);
        zone.Exists("/pitrix/upgrade/pre_upgrade.Done").ShouldBeFalse();
    }

    [Fact]
    public void The_old_installer_is_renamed_services_and_health_are_looked_at_before_and_after()
    {
        var zone = rollout.Lab.Zones["global"];
        Convert.ToHexStringLower(SHA256.HashData(zone.ReadBytes($"/root/{rollout.Lab.Package.FileName}"))).ShouldBe(rollout.Lab.Package.Digest, "Q2");
        zone.Read("/root/qingcloud-installer_4.9.3/version.json").ShouldContain("\"installer\": \"4.9.3\"", Case.Sensitive, "Q2: under the old version's name");
        zone.Read("/root/qingcloud-installer/version.json").ShouldContain("\"installer\": \"4.10.0\"", Case.Sensitive, "Q3");
        Directory.GetDirectories(Path.Combine(zone.RootPath, "root"), "qingcloud-installer*").Length.ShouldBe(2);
        var journal = zone.Journal().ToList();
        int First(string script, string what) => journal.FindIndex(e => e.Script == script && e.What == what);
        int Last(string script, string what) => journal.FindLastIndex(e => e.Script == script && e.What == what);
        var (bootstrap, prepare, finish) = (First(Commands.Bootstrap, "begin"), First(Commands.Prepare, "begin"), First(Commands.Finish, "begin"));
        journal.FindIndex(bootstrap, e => e is { Script: "supervisorctl", What: "status" }).ShouldBeInRange(bootstrap, prepare, "Q8");
        First("check.py", "begin").ShouldBeInRange(0, bootstrap, "the baseline of Q23");
        var check = Last("check.py", "begin");
        check.ShouldBeGreaterThan(finish, "Q23");
        journal[check].Args.ShouldBe("-n all");
        journal.FindLastIndex(e => e is { Script: "exec_nodes.sh", What: "begin" } && e.Args.Contains("rm ", StringComparison.Ordinal)).ShouldBeGreaterThan(check, "Q24");
    }

    [Theory]
    [InlineData("off", "(zone off) cannot be reached: the connection was refused")]
    [InlineData("nokey", "(zone nokey) refused the login of root; tried: publickey")]
    [InlineData("badpass", "(zone badpass) refused the login of root; tried: keyboard-interactive, password")]
    [InlineData("noscript", "/pitrix/upgrade/pre_upgrade.sh is missing")]
    [InlineData("full", "/root has 0 MiB free")]
    [InlineData("fullvar", "The disk of the firstbox is full (/var/lib/fleet)")]
    public void What_is_wrong_is_said_in_the_question_and_the_other_sites_go_on(string zone, string said)
    {
        rollout.Asked[zone][0].Text("question").ShouldContain(said, Case.Sensitive, rollout.Asked[zone][0].ToString());
        rollout.Zone("sub").Text("state").ShouldBe("succeeded");
    }

    /// <summary>Between the script's lines before and after it, byte for byte.</summary>
    [Theory]
    [InlineData("noutf8", "bootstrap", "bootstrap.end")]
    [InlineData("gbk", "pre-upgrade", "pre_upgrade.end")]
    [InlineData("gbk", "upgrade-packages", "upgrade_pkgs.begin")]
    [InlineData("escapes", "pre-upgrade", "pre_upgrade.end")]
    public async Task What_a_zone_prints_is_stored_as_it_was_printed(string zone, string step, string point)
    {
        var printed = rollout.Lab.Zones[zone].Shape.Faults.Single(f => f.Point == point).Text;
        var stored = await rollout.Operator.TranscriptAsync("sites", zone, step, Commands.LastLine(step), TestContext.Current.CancellationToken);
        stored.AsSpan().Count(printed.Span).ShouldBe(1, Encoding.Latin1.GetString(stored));
    }

    [Fact]
    public async Task A_password_that_a_zone_printed_is_in_no_row_and_no_log_and_its_transcript_is_shown_without_it()
    {
        const string Printed = "Zh-9secret";
        var stored = Encoding.UTF8.GetString(await rollout.Operator.TranscriptAsync("sites", "secret", "post-upgrade", Commands.LastLine("post-upgrade"), TestContext.Current.CancellationToken));
        stored.ShouldContain("mysql --user=root --password=********** pitrix");
        FilesBelow.With(rollout.Server.Data, Printed).ShouldBeEmpty();
        (await rollout.Operator.DoAsync(TestContext.Current.CancellationToken, "logs", "secret", "--rollout", "sites", "--step", "post-upgrade", "--unredacted")).ShouldContain("PGPASSWORD=Zh-9secret psql -U yunify");
        rollout.Server.Output.ShouldNotContain(Printed);
        rollout.Zone("secret").ToString().ShouldNotContain(Printed);
        foreach (var path in (string[])["/api/v1/rollouts/sites/zones/secret", "/api/v1/audit", "/api/v1/decisions?all=true"])
            (await rollout.Operator.GetAsync(path, TestContext.Current.CancellationToken)).ToString().ShouldNotContain(Printed, Case.Sensitive, path);

        var list = new Uri(rollout.Server.Url, "/api/v1/rollouts/sites/zones/secret/transcripts");
        using var other = new HttpClient();
        (await other.GetAsync(list, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        other.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(Path.Combine(rollout.Server.Data, "worker-token"), TestContext.Current.CancellationToken)).Trim());
        (await other.GetAsync(list, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public void What_Fleet_logs_in_with_is_in_no_row_and_no_log()
    {
        var site = rollout.Lab.Zones["passwd"];
        FilesBelow.With(rollout.Server.Data, $"file:{site.PasswordFile}").ShouldNotBeEmpty("rows name where it is");
        FilesBelow.With(rollout.Server.Data, site.Password!).ShouldBeEmpty();
        rollout.Server.Output.ShouldNotContain(site.Password!);
    }

    [Fact]
    public async Task What_a_site_prints_in_gbk_can_be_read()
    {
        var output = await rollout.Operator.DoAsync(TestContext.Current.CancellationToken, "logs", "gbk", "--rollout", "sites", "--step", "pre-upgrade");
        output.ShouldContain("准备工作已完成");
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
            Commands.Of(rollout.Lab.Zones[site.Zone]).Contains(Commands.Website).ShouldBe(with.Contains(site.Zone), site.Zone);
        }
        rollout.Lab.Zones["special"].Journal().ShouldContain(e => e.Script == "update.sh" && e.Args.Contains("webservice global-website"));
        rollout.Lab.Zones["regsp"].Journal().ShouldContain(e => e.Script == "update.sh" && e.Args.Contains("regspb-webservice"));
    }

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
    public void A_quarantined_node_leaves_the_upgrade_and_its_settings_are_kept()
    {
        var zone = rollout.Lab.Zones["apterr"];
        zone.Exists("/pitrix/conf/settings/apterr-proxy1").ShouldBeFalse();
        zone.Journal().ShouldNotContain(e => e.What == "component" && e.Node == "apterr-proxy1");
        rollout.Zone("apterr").ToString().ShouldContain("apterr-proxy1");
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
}
