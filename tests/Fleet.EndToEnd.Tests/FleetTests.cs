using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests;

/// <summary>Many zones in one rollout: strategies, budgets, verdicts and plans, on the embedded default.</summary>
[Trait("Speed", "Slow")]
public sealed class FleetTests
{
    private const int Many = 24;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_a_canary_fails_nothing_else_starts_and_the_budget_of_the_rest_does_not_help_it()
    {
        // The second of the canaries is newer than the package: it fails in preflight, without a question.
        await using var site = await EmbeddedFleet.StartAsync([.. Zones(Many, 2)], Cancellation);
        var strategy = await FileAsync(site, "name: canaries\nmaxParallel: 8\nmaxFailures: 50%\nwaves:\n- {name: canary, zones: 'z01,z02', maxFailures: 0}\n- {name: rest}\n");

        var rollout = await site.StartAsync("all", Cancellation, "--strategy", strategy);
        var shown = await site.Operator.SeeThroughAsync(rollout, _ => null, Limit, Cancellation);

        shown.Text("state").ShouldBe("failed", shown.ToString());
        shown.GetProperty("reason").Text("code").ShouldBe("wave-budget-spent");
        State(shown, "z01").ShouldBe("succeeded", "what ran goes on to its end");
        State(shown, "z02").ShouldBe("failed");
        foreach (var zone in shown.Items("zones").Where(z => z.Text("name") is not ("z01" or "z02")))
        {
            zone.Text("state").ShouldBe("waiting");
            site.Lab.Zones[zone.Text("name")].Journal().ShouldBeEmpty(zone.Text("name"));
        }
    }

    [Fact]
    public async Task A_share_of_twenty_four_that_comes_to_three_bears_three_and_the_fourth_failure_starts_nothing_more()
    {
        await using var site = await EmbeddedFleet.StartAsync([.. Zones(Many, 2, 4, 6, 8)], Cancellation);
        var rollout = await site.StartAsync("all", Cancellation, "--max-parallel", "4", "--max-failures", "16%");
        var shown = await site.Operator.SeeThroughAsync(rollout, _ => null, Limit, Cancellation);

        shown.Text("state").ShouldBe("failed", shown.ToString());
        // 16 % of 24 are 3.84: three may fail.
        (shown.GetProperty("budget").GetProperty("used").GetInt32(), shown.GetProperty("budget").GetProperty("allowed").GetInt32()).ShouldBe((4, 3));
        shown.Items("zones").Where(z => z.Text("state") == "failed").Select(z => z.Text("name")).ShouldBe(["z02", "z04", "z06", "z08"]);
        var waiting = shown.Items("zones").Where(z => z.Text("state") == "waiting").Select(z => z.Text("name")).ToList();
        waiting.Count.ShouldBeGreaterThan(Many - 15, "at most those beside the fourth had begun");
        waiting.ShouldAllBe(z => !site.Lab.Zones[z].Journal().Any());
        shown.Items("zones").ShouldAllBe(z => z.Text("state") == "waiting" || z.Text("state") == "failed" || z.Text("state") == "succeeded", "what was in flight went on to its end");

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => site.Operator.DoAsync(Cancellation, "rollout", "resume", rollout));
        refused.Message.ShouldContain("4");
        // Ended rollouts take no limits: the next one takes those that are left.
        var second = await site.StartAsync(string.Join(',', waiting), Cancellation, "--max-parallel", "8", "--name", "second");
        (await site.Operator.SeeThroughAsync(second, _ => null, Limit, Cancellation)).Text("state").ShouldBe("succeeded");
    }

    [Fact]
    public async Task Two_rollouts_at_once_upgrade_each_zone_once_and_the_plan_of_the_second_says_which_are_taken()
    {
        await using var site = await EmbeddedFleet.StartAsync([.. Zones(Many)], Cancellation);
        var (first, second, shared) = (Names(1, 14), Names(11, 24), Names(11, 14));
        // Those that both have are the first one's: they stand in a script until the second has begun.
        foreach (var name in shared)
            site.Lab.Zones[name].CloseGate("pre_upgrade.merge");
        var one = await site.StartAsync(string.Join(',', shared.Concat(first.Except(shared))), Cancellation, "--max-parallel", "6", "--name", "one");
        foreach (var name in shared)
            await site.Lab.Zones[name].WaitAtGateAsync("pre_upgrade.merge", Limit, Cancellation);

        var plan = await site.Operator.JsonAsync(Cancellation, "plan", "--zones", string.Join(',', second), "--package", site.Package, "--max-parallel", "6");
        var remarks = plan.Items("remarks").Select(r => r.Text("text")).Where(t => t.Contains("one", StringComparison.Ordinal)).ToList();
        foreach (var name in shared)
            remarks.ShouldContain(r => r.Contains(name, StringComparison.Ordinal), plan.ToString());
        var two = await site.StartAsync(string.Join(',', second), Cancellation, "--max-parallel", "6", "--name", "two");
        await Eventually.BeTrueAsync(async () => (await site.Operator.ShowAsync(two, Cancellation)).Items("zones").Any(z => z.Text("state") == "succeeded"), Limit, Cancellation, () => site.Server.Output);
        (await site.Operator.ShowAsync(two, Cancellation)).Items("zones").Where(z => shared.Contains(z.Text("name"))).ShouldAllBe(z => z.Text("state") == "waiting" && z.Text("standing") == "blocked");
        foreach (var name in shared)
            site.Lab.Zones[name].OpenGate("pre_upgrade.merge");

        foreach (var rollout in new[] { one, two })
            (await site.Operator.SeeThroughAsync(rollout, _ => null, Limit, Cancellation)).Text("state").ShouldBe("succeeded", site.Server.Output);
        foreach (var zone in site.Lab.Zones.Values)
        {
            foreach (var script in (string[])["upgrade.sh", "pre_upgrade.sh", "upgrade_pkgs.sh", "post_upgrade.sh"])
                zone.Journal().Count(e => e.What == "begin" && e.Script == script).ShouldBe(1, $"{script} on {zone.Name}");
        }
    }

    [Fact]
    public async Task After_a_wave_its_zones_are_looked_at_and_one_that_got_worse_stops_what_follows()
    {
        await using var site = await EmbeddedFleet.StartAsync([.. Zones(4)], Cancellation);
        var strategy = await FileAsync(site, "name: careful\nmaxParallel: 2\nwaves:\n- {name: canary, zones: tier=canary, bake: 15s}\n- {name: rest}\n");
        var rollout = await site.StartAsync("all", Cancellation, "--strategy", strategy);
        var canary = site.Lab.Zones["z01"];
        await Eventually.BeTrueAsync(async () => Wave(await site.Operator.ShowAsync(rollout, Cancellation)).Text("state") == "baking", Limit, Cancellation, () => site.Server.Output);
        var ran = canary.Journal().Count();
        canary.SetService("zookeeper", "FATAL", "broken");

        var shown = await site.Operator.SeeThroughAsync(rollout, _ => null, Limit, Cancellation);

        shown.Text("state").ShouldBe("failed", shown.ToString());
        Wave(shown).ShouldSatisfyAllConditions(w => w.Text("verdict").ShouldBe("failed"), w => w.Items("because").Single().Text("text").ShouldContain("z01"));
        shown.Items("zones").Count(z => z.Text("state") == "waiting").ShouldBe(3);
        canary.Journal().Skip(ran).Where(e => e.What == "begin").Select(e => e.Script).Distinct().Except(["check.py", "exec_nodes.sh", "supervisorctl"]).ShouldBeEmpty("it was looked at and not touched");

        canary.SetService("zookeeper", "RUNNING");
        await site.Operator.DoAsync(Cancellation, "rollout", "resume", rollout);
        shown = await site.Operator.SeeThroughAsync(rollout, _ => null, Limit, Cancellation);
        shown.Text("state").ShouldBe("succeeded", shown.ToString());
        Wave(shown).Text("passedBy").ShouldContain("operator");
    }

    [Fact]
    public async Task A_plan_shows_what_will_run_and_what_is_started_by_its_hash_is_that_or_nothing()
    {
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "sub"), new ZoneSpec("sh1a", "sub+node-unreachable"), new ZoneSpec("gd1a", "special-sub")], Cancellation);
        await FleetProgram.RunAsync(site.Server, ["check", "--zones", "all", "--package", site.Package], Cancellation);
        var plan = await site.Operator.JsonAsync(Cancellation, "plan", "--zones", "all", "--package", site.Package);
        plan.Items("zones").Single(z => z.Text("name") == "sh1a").Items("expects").Select(e => e.Text("step")).ShouldContain("nodes");
        plan.Items("zones").Where(z => z.Text("name") != "sh1a").ShouldAllBe(z => !z.Items("expects").Any());
        plan.Items("procedures").Count().ShouldBe(2, "the special sub zone's website is upgraded too");

        var inventory = await File.ReadAllTextAsync(site.Lab.InventoryPath, Cancellation);
        var other = Path.Combine(site.Folder, "other.yaml");
        await File.WriteAllTextAsync(other, inventory.Replace("tier: rest", "tier: late", StringComparison.Ordinal), Cancellation);
        await site.Operator.ImportAsync(other, Cancellation);
        var (code, output) = await FleetProgram.RunAsync(site.Server, ["rollout", "start", "--plan", plan.Text("hash")[..12]], Cancellation);
        code.ShouldBe(1, output);
        output.ShouldContain("sh1a is another in the inventory");
        output.ShouldContain("gd1a is another in the inventory");
        output.ShouldNotContain("pek1a is another");
        site.Lab.Zones.Values.ShouldAllBe(z => !z.Exists("/var/lib/fleet"));

        await site.Operator.ImportAsync(site.Lab.InventoryPath, Cancellation);
        var started = await site.Operator.JsonAsync(Cancellation, "rollout", "start", "--plan", plan.Text("hash")[..12], "--name", "by-plan");
        // What the check had expected is what is asked.
        var asked = new List<string>();
        await site.Operator.SeeThroughAsync(
            started.Text("id"),
            d =>
            {
                asked.Add(d.Text("zone"));
                return d.Text("kind") == "guard" ? new Reply("release") : new Reply("fail") { Comment = "not today" };
            },
            Limit, Cancellation);
        asked.Distinct().ShouldBe(["sh1a"]);
    }

    [Fact]
    public async Task What_was_approved_and_has_changed_since_does_not_begin_and_what_is_as_approved_does()
    {
        await using var site = await EmbeddedFleet.StartAsync([.. Zones(Many)], Cancellation);
        using var ann = new Operator(site.Server, token: await TokenAsync("ann"));
        using var bob = new Operator(site.Server, token: await TokenAsync("bob", "--group", "sre"));
        var strategy = await FileAsync(site, "name: approved\nmaxParallel: 8\napprovals: {required: 2, oneOf: ['group:sre']}\nwaves: [{name: all}]\n");
        await site.Operator.DoAsync(Cancellation, "check", "--zones", "all", "--package", site.Package);
        var plan = await site.Operator.JsonAsync(Cancellation, "plan", "--zones", "all", "--package", site.Package, "--strategy", strategy, "--until", "preflight");

        // Approved by ann; then a service breaks on one zone, and a check sees it.
        var first = await StartAsync("first");
        await ann.PostAsync($"/api/v1/rollouts/{first}/approve", new { comment = "as planned" }, Cancellation);
        site.Lab.Zones["z05"].SetService("zookeeper", "FATAL", "broken");
        (await FleetProgram.RunAsync(site.Server, ["check", "--zones", "z05", "--package", site.Package], Cancellation)).ExitCode.ShouldBe(1, "it would ask");
        await bob.PostAsync($"/api/v1/rollouts/{first}/approve", new { }, Cancellation);
        var outdated = await site.Operator.SeeThroughAsync(first, _ => null, Limit, Cancellation);
        outdated.Text("state").ShouldBe("aborted", outdated.ToString());
        outdated.GetProperty("reason").GetProperty("args").Text("changes").ShouldBe("z05 plan-expects-more");
        (await site.Operator.DoAsync(Cancellation, "rollout", "show", first)).ShouldContain("z05 plan-expects-more");
        site.Lab.Zones.Values.ShouldAllBe(z => !z.Exists("/var/lib/fleet"), "nothing has begun anywhere");

        // Mended and looked at again it is the plan that it was.
        site.Lab.Zones["z05"].SetService("zookeeper", "RUNNING");
        await site.Operator.DoAsync(Cancellation, "check", "--zones", "z05", "--package", site.Package);
        var second = await StartAsync("second");
        await bob.PostAsync($"/api/v1/rollouts/{second}/approve", new { }, Cancellation);
        (await site.Operator.ShowAsync(second, Cancellation)).Text("state").ShouldBe("waiting-approval");
        await ann.PostAsync($"/api/v1/rollouts/{second}/approve", new { }, Cancellation);
        await Eventually.BeTrueAsync(async () => (await site.Operator.ShowAsync(second, Cancellation)).Items("zones").All(z => z.TextOrNull("standing") == "until"), Limit, Cancellation, () => site.Server.Output);
        var approvals = (await site.Operator.GetAsync($"/api/v1/audit?rollout={second}", Cancellation)).EnumerateArray().Where(a => a.Text("code") == "approval-given").Select(a => a.Text("actor"));
        approvals.ShouldBe(["bob", "ann"]);

        async Task<string> TokenAsync(string name, params string[] more) => (await site.Operator.JsonAsync(Cancellation, ["token", "create", "--name", name, "--role", "approver", .. more])).Text("token");

        async Task<string> StartAsync(string name) => (await site.Operator.JsonAsync(Cancellation, "rollout", "start", "--plan", plan.Text("hash")[..12], "--name", name)).Text("id");
    }

    [Fact]
    public async Task When_a_freeze_begins_what_runs_stands_at_its_next_safe_point_and_goes_on_after_it()
    {
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "sub"), new ZoneSpec("sh1a", "sub")], Cancellation);
        var zone = site.Lab.Zones["pek1a"];
        zone.CloseGate("pre_upgrade.merge");
        var rollout = await site.StartAsync("all", Cancellation, "--max-parallel", "1");
        await zone.WaitAtGateAsync("pre_upgrade.merge", Limit, Cancellation);

        var calendar = Path.Combine(site.Folder, "calendar.yaml");
        var now = TimeProvider.System.GetUtcNow();
        await File.WriteAllTextAsync(calendar, $"apiVersion: fleet/v1\ntimeZone: UTC\nfreezes: [{{name: ice, from: {now.AddHours(-1):yyyy-MM-dd HH:mm}, to: {now.AddHours(5):yyyy-MM-dd HH:mm}, reason: the customer asked}}]\n", Cancellation);
        await site.Operator.DoAsync(Cancellation, "calendar", "set", calendar);
        await Eventually.BeTrueAsync(async () => (await site.Operator.ShowAsync(rollout, Cancellation)).Items("zones").First().GetProperty("closed").ValueKind == JsonValueKind.Object, Limit, Cancellation, () => site.Server.Output);
        zone.OpenGate("pre_upgrade.merge");
        await Eventually.BeTrueAsync(async () => (await site.Operator.ShowAsync(rollout, Cancellation)).Items("zones").First().TextOrNull("standing") == "window", Limit, Cancellation, () => site.Server.Output);
        zone.Journal().ShouldContain(e => e.Script == "pre_upgrade.sh", "the script was not broken off");
        zone.Journal().ShouldNotContain(e => e.Script == "upgrade_pkgs.sh");
        (await site.Operator.DoAsync(Cancellation, "calendar", "zones")).ShouldContain("the customer asked");
        (await site.Operator.DoAsync(Cancellation, "rollout", "show", rollout)).ShouldContain("Frozen by ice");

        await site.Operator.DoAsync(Cancellation, "calendar", "clear");
        var shown = await site.Operator.SeeThroughAsync(rollout, _ => null, Limit, Cancellation);
        shown.Text("state").ShouldBe("succeeded", shown.ToString());
        zone.Journal().Count(e => e is { What: "begin", Script: "pre_upgrade.sh" }).ShouldBe(1);
    }

    private static IEnumerable<ZoneSpec> Zones(int count, params IReadOnlyList<int> failing) =>
        Enumerable.Range(1, count).Select(i => new ZoneSpec($"z{i:00}", failing.Contains(i) ? "newer" : "sub"));

    private static IReadOnlyList<string> Names(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(i => $"z{i:00}")];

    private static async Task<string> FileAsync(EmbeddedFleet site, string text)
    {
        var path = Path.Combine(site.Folder, "strategy.yaml");
        await File.WriteAllTextAsync(path, "apiVersion: fleet/v1\n" + text, Cancellation);
        return path;
    }

    private static string State(JsonElement rollout, string zone) => rollout.Items("zones").Single(z => z.Text("name") == zone).Text("state");

    private static JsonElement Wave(JsonElement rollout) => rollout.Items("waves").First();
}
