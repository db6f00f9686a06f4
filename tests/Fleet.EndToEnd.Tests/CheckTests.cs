using System.Security.Cryptography;
using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests;

/// <summary><c>fleet check</c>: looking before touching.</summary>
public sealed class CheckTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>What the vendor's own read commands write: check.py's result and logs, exec_nodes.sh's logs.</summary>
    private static readonly string[] VendorWrites = ["/pitrix/check/", "/pitrix/log/exec_nodes/"];

    /// <summary>The vendor's commands that only read.</summary>
    private static readonly string[] ReadCommands = ["check.py", "exec_nodes.sh", "supervisorctl"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_check_changes_nothing_but_what_the_vendors_read_commands_write()
    {
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "sub"), new ZoneSpec("sh1a", "mixed-repo"), new ZoneSpec("cd1a", "region"), new ZoneSpec("gd1a", "sub+stale-marker"), new ZoneSpec("wh1a", "sub+sudo")], Cancellation);
        var before = site.Lab.Zones.Values.ToDictionary(z => z.Name, Tree);

        var check = await site.Operator.JsonAsync(Cancellation, "check", "--zones", "all", "--package", site.Package);

        check.Items("zones").ShouldAllBe(z => z.Text("workerId") != "", check.ToString());
        foreach (var zone in site.Lab.Zones.Values)
        {
            Tree(zone).Except(before[zone.Name]).Concat(before[zone.Name].Except(Tree(zone))).Select(f => f.Key).Distinct().Where(f => !VendorWrites.Any(w => f.StartsWith(w, StringComparison.Ordinal))).ShouldBeEmpty(zone.Name);
            zone.Exists("/var/lib/fleet").ShouldBeFalse("no runner is installed before a rollout");
            zone.Journal().Where(e => e.What == "begin").Select(e => e.Script).Distinct().Except(ReadCommands).ShouldBeEmpty(zone.Name);
            zone.Journal().Where(e => e.What is "marker" or "versions" or "nodes" or "component" or "apt").ShouldBeEmpty(zone.Name);
        }
    }

    [Fact]
    public async Task A_check_names_what_a_rollout_would_stumble_over_and_what_changed_since_the_one_before()
    {
        await using var site = await EmbeddedFleet.StartAsync(
            [new ZoneSpec("pek1a", "sub"), new ZoneSpec("sh1a", "sub+node-unreachable"), new ZoneSpec("cd1a", "sub+service-down"), new ZoneSpec("gd1a", "newer"), new ZoneSpec("wh1a", "already-there"), new ZoneSpec("xa1a", "sub+clock-behind+site-rescue-flag"), new ZoneSpec("tj1a", "sub"), new ZoneSpec("bj1a", "mixed-repo")],
            Cancellation);
        await site.Lab.Zones["tj1a"].ChangeHostKey(Cancellation);

        var first = await site.Operator.JsonAsync(Cancellation, "check", "--zones", "all", "--package", site.Package);
        States(first).ShouldBe(
            new Dictionary<string, string> { ["pek1a"] = "well", ["sh1a"] = "asks", ["cd1a"] = "asks", ["gd1a"] = "stops", ["wh1a"] = "already-there", ["xa1a"] = "remarks", ["tj1a"] = "unreachable", ["bj1a"] = "asks" }, ignoreOrder: true, first.ToString());
        Codes(first, "cd1a").ShouldContain("services-not-running");
        Codes(first, "sh1a").ShouldContain("nodes-silent");
        Codes(first, "gd1a").ShouldContain("target-older");
        Codes(first, "xa1a").ShouldBe(["zone-to-upgrade", "clock-off", "rescue-flags-left"], ignoreOrder: true);
        Codes(first, "bj1a").ShouldContain("repo-findings");
        Codes(first, "tj1a").ShouldContain("ssh-host-key-changed");
        Findings(first, "cd1a").ShouldAllBe(f => !f.GetProperty("new").GetBoolean());

        site.Lab.Zones["cd1a"].SetService("installer-daemon", "RUNNING");
        site.Lab.Zones["pek1a"].SetService("zookeeper", "FATAL", "broken");
        var second = await site.Operator.JsonAsync(Cancellation, "check", "--zones", "pek1a,cd1a", "--package", site.Package);
        States(second).ShouldBe(new Dictionary<string, string> { ["pek1a"] = "asks", ["cd1a"] = "well" }, ignoreOrder: true, second.ToString());
        Findings(second, "pek1a").Where(f => f.GetProperty("new").GetBoolean()).Select(f => f.GetProperty("finding").Text("code")).ShouldContain("services-not-running");
        Zone(second, "cd1a").Items("gone").Select(g => g.GetProperty("finding").Text("code")).ShouldBe(["services-not-running"]);
        (await site.Operator.GetAsync("/api/v1/zones/cd1a/checks", Cancellation)).EnumerateArray().Select(c => c.Text("state")).ShouldBe(["well", "asks"]);

        site.Lab.Zones["pek1a"].SetService("zookeeper", "RUNNING");
        site.Lab.Zones["pek1a"].CloseGate("bootstrap.dump");
        await site.StartAsync("pek1a", Cancellation);
        await site.Lab.Zones["pek1a"].WaitAtGateAsync("bootstrap.dump", Limit, Cancellation);
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => site.Operator.DoAsync(Cancellation, "check", "--zones", "pek1a"));
        refused.Message.ShouldContain("is being upgraded");
        site.Lab.Zones["pek1a"].OpenGate("bootstrap.dump");
    }

    [Fact]
    public async Task A_check_whose_worker_is_killed_is_made_by_another()
    {
        await using var fleet = await DistributedFleet.StartAsync(
            new DistributedOptions
            {
                Zones = [.. Enumerable.Range(1, 6).Select(i => new ZoneSpec($"z{i}", "sub"))],
                Settings = new Dictionary<string, string?> { ["Fleet__Reconciler__Checks"] = "00:00:04" },
            },
            Cancellation);
        foreach (var zone in fleet.Lab.Zones.Values)
            zone.CloseGate("check.begin");
        var started = await fleet.Operator.JsonAsync(Cancellation, "check", "--zones", "all", "--no-wait");
        foreach (var zone in fleet.Lab.Zones.Values)
            await zone.WaitAtGateAsync("check.begin", Limit, Cancellation);

        await fleet.Workers[0].KillAsync();
        foreach (var zone in fleet.Lab.Zones.Values)
            zone.OpenGate("check.begin");

        JsonElement shown = default;
        await Eventually.BeTrueAsync(async () => (shown = await fleet.Operator.GetAsync($"/api/v1/checks/{started.Text("id")}", Cancellation)).GetProperty("done").GetBoolean(), Limit, Cancellation, () => shown + fleet.Outputs);
        States(shown).Values.ShouldAllBe(s => s == "well", shown.ToString());
    }

    private static Dictionary<string, string> States(JsonElement check) => check.Items("zones").ToDictionary(z => z.Text("zone"), z => z.Text("state"));

    private static JsonElement Zone(JsonElement check, string zone) => check.Items("zones").Single(z => z.Text("zone") == zone);

    private static IEnumerable<JsonElement> Findings(JsonElement check, string zone) => Zone(check, zone).Items("steps").SelectMany(s => s.Items("findings"));

    private static IReadOnlyList<string> Codes(JsonElement check, string zone) =>
        [.. Findings(check, zone).Select(f => f.GetProperty("finding").Text("code")), .. Zone(check, zone).Items("stages").Where(s => !s.GetProperty("ok").GetBoolean()).Select(s => s.GetProperty("problem").Text("code"))];

    /// <summary>Every file of the zone and of its nodes, with what is in it.</summary>
    private static Dictionary<string, string> Tree(LabZone zone)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(zone.RootPath, "");
        foreach (var node in zone.Shape.Nodes)
            Add(zone.NodeRoot(node.Name), $"{node.Name}:");
        return files;

        void Add(string root, string prefix)
        {
            foreach (var file in Directory.EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
                files[prefix + file[root.Length..]] = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
        }
    }
}
