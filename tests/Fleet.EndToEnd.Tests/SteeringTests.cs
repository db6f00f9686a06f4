using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests;

/// <summary>Steering, restarts and bad luck on the embedded default.</summary>
[Trait("Speed", "Slow")]
public sealed class SteeringTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);
    private const string RescueFlag = "/pitrix/conf/disable_hyperpair_rescue";

    [Fact]
    public async Task When_the_whole_program_is_killed_in_mid_upgrade_it_finds_the_run_again_and_nothing_runs_twice()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "sub"), new ZoneSpec("sh1a", "special-sub")], cancellation);
        // Both inside a script: of one that is just being started nobody could say afterwards whether it had begun, and a person would be asked.
        (LabZone Zone, string Gate)[] at = [(site.Lab.Zones["pek1a"], "pre_upgrade.merge"), (site.Lab.Zones["sh1a"], "update.sh1a-hyper1.hyper")];
        foreach (var (zone, gate) in at)
            zone.CloseGate(gate);
        var rollout = await site.StartAsync("all", cancellation, "--max-parallel", "2");

        foreach (var (zone, gate) in at)
            await zone.WaitAtGateAsync(gate, Limit, cancellation);
        await site.Server.KillAsync();
        foreach (var (zone, gate) in at)
            zone.OpenGate(gate);
        await site.Server.StartAgainAsync(cancellation);
        var asked = new List<string>();
        var shown = await site.Operator.SeeThroughAsync(
            rollout,
            d =>
            {
                asked.Add($"{d.Text("zone")} {d.Text("question")}");
                return null;
            },
            Limit, cancellation);

        asked.ShouldBeEmpty();
        shown.Text("state").ShouldBe("succeeded", shown + site.Server.Output);
        foreach (var zone in site.Lab.Zones.Values)
            OnceEach(zone);
    }

    [Fact]
    public async Task The_commands_of_the_rollback_sheet_typed_by_a_person_bring_back_what_the_zone_had()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "mixed-repo")], cancellation);
        var zone = site.Lab.Zones["pek1a"];
        var before = await FilesAsync(zone);
        await site.StartAsync("pek1a", cancellation, "--until", "prepare-platform", "--name", "back");
        await Eventually.BeTrueAsync(
            async () =>
            {
                foreach (var asked in await site.Operator.OpenDecisionsAsync(cancellation))
                    await site.Operator.AnswerAsync(asked.Text("id"), new Reply("move-out", Items: [.. asked.Items("items").Select(i => i.Text("id"))]), cancellation);
                return await StandsBehindAsync(site, "back", cancellation);
            },
            Limit, cancellation, () => site.Server.Output);
        (await FilesAsync(zone)).ShouldNotBe(before, "the upgrade has changed them");

        await site.Operator.DoAsync(cancellation, "zones", "take", "pek1a");
        var sheet = await site.Operator.JsonAsync(cancellation, "rollout", "rollback-sheet", "back", "--zone", "pek1a");
        sheet.Items("warnings").ShouldBeEmpty(sheet.ToString());
        sheet.Items("before").Select(b => b.GetProperty("met").ToString()).ShouldBe(["True", "True", "", ""]);
        var scripts = sheet.Items("phases").SelectMany(p => p.Items("steps")).SelectMany(s => s.Items("scripts")).ToList();
        scripts.Count(s => s.GetProperty("verifies").GetBoolean()).ShouldBe(5);
        scripts.ShouldAllBe(s => !s.Items("problems").Any());

        // A backup that has changed since is refused, and nothing is touched.
        var conf = scripts.Single(s => s.Text("text").Contains("present=/pitrix/conf ", StringComparison.Ordinal)).Text("text");
        await zone.RunAsync("cp -a /pitrix/backup/*/installer/conf/nodes/hyper /pitrix/kept && echo x >>$(echo /pitrix/backup/*/installer/conf/nodes/hyper)", cancellation);
        var refused = await zone.RunAsync(conf, cancellation);
        (refused.Exit, refused.Error).ShouldBe((1, "/pitrix/backup/4.9.3-20200110/installer/conf is not what was verified: nothing was done\n"));
        (await zone.RunAsync("ls -d /pitrix/conf.*", cancellation)).Exit.ShouldNotBe(0);
        await zone.RunAsync("cp -a /pitrix/kept $(echo /pitrix/backup/*/installer/conf/nodes/hyper) && rm /pitrix/kept", cancellation);

        foreach (var script in scripts)
        {
            var (exit, output, error) = await zone.RunAsync(script.Text("text"), cancellation);
            exit.ShouldBe(0, $"{script.Text("title")}: {output}{error}");
        }

        (await FilesAsync(zone)).ShouldBe(before);
        zone.NodesWith(RescueFlag).ShouldBeEmpty();
        (await zone.RunAsync("ls -d /pitrix/conf.set-aside-* /pitrix/repo.set-aside-* /root/qingcloud-installer.set-aside-*", cancellation)).Exit.ShouldBe(0, "what was there is set aside, not lost");
        await site.Operator.DoAsync(cancellation, "rollout", "rollback-sheet", "back", "--zone", "pek1a", "--markdown");
    }

    [Fact]
    public async Task A_quarantined_node_that_was_mended_comes_back_by_one_command()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "sub")], cancellation);
        var (zone, node) = (site.Lab.Zones["pek1a"], "pek1a-hyper2");
        (await zone.RunAsync($"mkdir -p /run/lab/nodes/{node} && echo error >/run/lab/nodes/{node}/apt", cancellation)).Exit.ShouldBe(0);
        var rollout = await site.StartAsync("pek1a", cancellation);
        var shown = await site.Operator.SeeThroughAsync(
            rollout, d => d.Text("kind") == "unhealthy-nodes" ? new Reply("quarantine", "its disk is broken", Nodes: [node]) : null, Limit, cancellation);
        shown.Text("state").ShouldBe("succeeded", shown + site.Server.Output);
        var ended = shown.Items("zones").Single().Text("endedAt");
        (await site.Operator.JsonAsync(cancellation, "debts", "--zone", "pek1a")).ToString().ShouldContain(node);

        var (code, refused) = await FleetProgram.RunAsync(site.Server, ["nodes", "readmit", "pek1a", "pek1a-hyper1", "--yes"], cancellation);
        (code != 0 && refused.Contains($"Quarantined are: {node}", StringComparison.Ordinal)).ShouldBeTrue(refused);

        (await zone.RunAsync($"rm /run/lab/nodes/{node}/apt", cancellation)).Exit.ShouldBe(0);
        await site.Operator.DoAsync(cancellation, "nodes", "readmit", "pek1a", node, "--comment", "new disk", "--yes");
        await Eventually.BeTrueAsync(
            async () => (await site.Operator.ShowAsync(rollout, cancellation)).Items("zones").Single().Text("state") == "succeeded" && !(await site.Operator.JsonAsync(cancellation, "debts", "--zone", "pek1a")).EnumerateArray().Any(),
            Limit, cancellation, () => site.Server.Output);
        zone.Journal().Where(e => e.What == "node-effect" && e.Node == node && e.Detail.StartsWith("update ", StringComparison.Ordinal)).Select(e => e.Detail).ShouldBe(["update common", "update hyper", "update pitrix-boss-daemon"]);
        (await zone.RunAsync("cat /pitrix/conf/nodes/all", cancellation)).Output.ShouldContain(node);
        zone.NodesWith(RescueFlag).ShouldBeEmpty("it was set for the update, and released");
        zone.Journal().ShouldNotContain(e => e.What == "unguarded");
        (await site.Operator.ShowAsync(rollout, cancellation)).Items("zones").Single().Text("endedAt").ShouldBe(ended, "its upgrade ended when it ended");
        (await site.Operator.JsonAsync(cancellation, "audit", "--zone", "pek1a")).ToString().ShouldContain("nodes-readmitted");
    }

    /// <summary>Every zone waits behind the phase where all are to wait.</summary>
    private static async Task<bool> StandsBehindAsync(EmbeddedFleet site, string rollout, CancellationToken cancellation) =>
        (await site.Operator.ShowAsync(rollout, cancellation)).Items("zones").All(z => z.TextOrNull("standing") == "until");

    private static async Task<string> FilesAsync(LabZone zone)
    {
        var (exit, output, error) = await zone.RunAsync("cd / && find pitrix/conf pitrix/bin pitrix/repo pitrix/version.json root/qingcloud-installer -type f | LC_ALL=C sort | xargs -d '\\n' sha256sum", TestContext.Current.CancellationToken);
        exit.ShouldBe(0, error);
        return output;
    }

    [Fact]
    public async Task Until_stops_behind_its_phase_and_resume_goes_on()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "sub")], cancellation);
        var rollout = await site.StartAsync("pek1a", cancellation, "--until", "prepare-platform");

        await Eventually.BeTrueAsync(
            async () => await StandsBehindAsync(site, rollout, cancellation)
                && site.Lab.Zones["pek1a"].NodesWith(RescueFlag).Count == 2
                && (await site.Operator.GetAsync("/api/v1/workers", cancellation)).EnumerateArray().All(w => !w.Items("holds").Any()),
            Limit, cancellation, () => site.Server.Output);
        site.Lab.Zones["pek1a"].Journal().ShouldNotContain(e => e.Script == "pre_upgrade.sh");

        await site.Operator.DoAsync(cancellation, "rollout", "resume", rollout);
        var shown = await site.Operator.SeeThroughAsync(rollout, _ => null, Limit, cancellation);
        shown.Text("state").ShouldBe("succeeded", shown + site.Server.Output);
        OnceEach(site.Lab.Zones["pek1a"]);
    }

    [Fact]
    public async Task An_abort_at_a_prompt_cancels_the_script_there_and_asks_about_the_guard()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "component-fails-once")], cancellation);
        var rollout = await site.StartAsync("pek1a", cancellation);
        var zone = site.Lab.Zones["pek1a"];
        await Eventually.BeTrueAsync(
            async () => (await site.Operator.OpenDecisionsAsync(cancellation)).Any(d => d.Text("kind") == "prompt"), Limit, cancellation, () => site.Server.Output);

        await site.Operator.DoAsync(cancellation, "rollout", "abort", rollout, "--comment", "the window is over");
        var shown = await site.Operator.SeeThroughAsync(rollout, d => d.Text("kind") == "guard" ? new Reply("keep") : null, Limit, cancellation);

        shown.Text("state").ShouldBe("aborted", shown + site.Server.Output);
        shown.Items("zones").Single().Text("state").ShouldBe("aborted", "nothing ran at the prompt");
        var journal = zone.Journal();
        journal.ShouldNotContain(e => e.Script == "post_upgrade.sh");
        journal.ShouldNotContain(e => e.What == "answer" && e.Detail.Contains("ignore the failed nodes", StringComparison.Ordinal));
        zone.NodesWith(RescueFlag).Count.ShouldBe(2, "the guard was kept");
        (await zone.RunAsync("pgrep -f [u]pgrade_pkgs.sh", cancellation)).Exit.ShouldNotBe(0, "nothing of the script is left");
    }

    [Fact]
    public async Task A_hanging_script_is_timed_out_and_its_zone_waits_for_a_person_while_the_others_go_on()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "hanging-script"), new ZoneSpec("sh1a", "sub")], cancellation);
        var file = Path.Combine(site.Folder, "impatient.yaml");
        await File.WriteAllTextAsync(
            file,
            """
            apiVersion: fleet/v1
            name: impatient
            version: 1.0.0
            extends: qingcloud-upgrade
            phases:
              - name: upgrade-platform
                steps:
                  - name: pre-upgrade
                    timeLimit: 8s
            """,
            cancellation);
        await site.Operator.DoAsync(cancellation, "runbook", "add", file);
        var rollout = await site.StartAsync("all", cancellation, "--max-parallel", "2", "--max-failures", "2", "--runbook", "impatient");

        var asked = new List<string>();
        var shown = await site.Operator.SeeThroughAsync(
            rollout,
            d =>
            {
                asked.Add(d.Text("kind"));
                return d.Text("kind") == "timed-out" ? new Reply("fail") : d.Text("kind") == "guard" ? new Reply("keep") : null;
            },
            Limit, cancellation);

        asked.ShouldContain("timed-out", shown + site.Server.Output);
        var zones = shown.Items("zones").ToDictionary(z => z.Text("name"), z => z.Text("state"));
        zones["pek1a"].ShouldBeOneOf("failed", "unknown", "held");
        zones["sh1a"].ShouldBe("succeeded");
        site.Lab.Zones["pek1a"].Journal().Count(e => e is { Script: "pre_upgrade.sh", What: "begin" }).ShouldBe(1);
    }

    [Fact]
    public async Task A_changed_host_key_is_refused_with_both_fingerprints_and_the_others_go_on()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "sub"), new ZoneSpec("sh1a", "sub")], cancellation);
        var before = site.Lab.Zones["pek1a"].HostKeyFingerprint;
        await site.Lab.Zones["pek1a"].ChangeHostKey(cancellation);
        var rollout = await site.StartAsync("all", cancellation, "--max-parallel", "2", "--max-failures", "2");

        var questions = new List<string>();
        var shown = await site.Operator.SeeThroughAsync(
            rollout,
            d =>
            {
                questions.Add(d.Text("question"));
                return new Reply("fail");
            },
            Limit, cancellation);

        questions.ShouldContain(q => q.Contains(before, StringComparison.Ordinal) && q.Contains(site.Lab.Zones["pek1a"].HostKeyFingerprint, StringComparison.Ordinal), string.Join('\n', questions));
        shown.Items("zones").Single(z => z.Text("name") == "pek1a").Text("state").ShouldBe("failed");
        shown.Items("zones").Single(z => z.Text("name") == "sh1a").Text("state").ShouldBe("succeeded");
        site.Lab.Zones["pek1a"].Journal().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_zone_taken_by_a_person_is_not_started_until_it_is_returned()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "sub"), new ZoneSpec("sh1a", "sub")], cancellation);
        var taken = await site.Operator.JsonAsync(cancellation, "zones", "take", "pek1a");
        taken.GetProperty("reading").GetProperty("ok").GetBoolean().ShouldBeTrue(taken + site.Server.Output);
        var rollout = await site.StartAsync("all", cancellation, "--max-parallel", "2");

        // The other zone shows that the rollout is under way.
        await Eventually.BeTrueAsync(() => site.Lab.Zones["sh1a"].Journal().Any(e => e.What == "begin"), Limit, cancellation, () => site.Server.Output);
        var waiting = (await site.Operator.ShowAsync(rollout, cancellation)).Items("zones").Single(z => z.Text("name") == "pek1a");
        (waiting.Text("state"), waiting.Text("standing")).ShouldBe(("waiting", "taken"));
        site.Lab.Zones["pek1a"].Journal().ShouldBeEmpty();

        var returned = await site.Operator.JsonAsync(cancellation, "zones", "return", "pek1a");
        returned.Text("rollout").ShouldBe(rollout);
        returned.Text("proposed").ShouldBe("preflight", returned.ToString());
        returned.GetProperty("compared").GetBoolean().ShouldBeTrue();
        returned.Items("changes").Select(c => c.Text("fact")).Where(f => f != "processes.vendor").ShouldBeEmpty("nobody changed anything");
        var shown = await site.Operator.SeeThroughAsync(rollout, _ => null, Limit, cancellation);
        shown.Text("state").ShouldBe("succeeded", shown + site.Server.Output);
        OnceEach(site.Lab.Zones["pek1a"]);
    }

    private static void OnceEach(LabZone zone)
    {
        var begun = zone.Journal().Where(e => e.What == "begin").Select(e => e.Script).ToList();
        foreach (var once in (string[])["upgrade.sh", "pre_upgrade.sh", "upgrade_pkgs.sh", "post_upgrade.sh"])
            begun.Count(s => s == once).ShouldBe(1, $"{once} on {zone.Name}");
        zone.Journal().Count(e => e.What == "answer").ShouldBe(zone.Journal().Count(e => e.What == "prompt"), zone.Name);
    }
}
