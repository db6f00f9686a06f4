using Fleet.EndToEnd.Tests.Harness;
using Fleet.EndToEnd.Tests.Profiles;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests;

/// <summary>Coordinator and workers as processes of their own, on a real broker and a real database, configured by environment variables only.</summary>
[Trait("Speed", "Slow")]
public sealed class TakeoverTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task When_a_worker_is_killed_at_an_open_prompt_another_takes_over_and_the_prompt_is_answered_once()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await DistributedFleet.StartAsync([new ZoneSpec("pek1a", "component-fails-once"), new ZoneSpec("sh1a", "sub")], cancellation, leaseSeconds: 4);
        var rollout = await site.StartAsync("all", cancellation, "--max-parallel", "2");

        var prompt = await Eventually.GetAsync(
            async () => (await site.Operator.OpenDecisionsAsync(cancellation)).Where(d => d.Text("kind") == "prompt" && d.Text("zone") == "pek1a").Select(d => d.Text("id")).FirstOrDefault(),
            Limit, cancellation, () => site.Outputs);
        var holder = await Eventually.GetAsync(
            async () => (await site.Operator.GetAsync("/api/v1/workers", cancellation)).EnumerateArray()
                .Where(w => w.Items("holds").Any(h => h.Text("zone") == "pek1a")).Select(w => w.Text("id")).FirstOrDefault(),
            Limit, cancellation, () => site.Outputs);
        await site.Worker(holder).KillAsync();
        await Eventually.BeTrueAsync(
            async () => (await site.Operator.GetAsync("/api/v1/workers", cancellation)).EnumerateArray().Any(w => w.Text("id") != holder && w.Items("holds").Any(h => h.Text("zone") == "pek1a")),
            Limit, cancellation, () => site.Outputs);

        (await site.Operator.AnswerAsync(prompt, new Reply("yes"), cancellation)).ShouldBeNull();
        var shown = await site.Operator.SeeThroughAsync(rollout, d => new Reply("yes"), Limit, cancellation);

        shown.Text("state").ShouldBe("succeeded", shown.ToString());
        var journal = site.Lab.Zones["pek1a"].Journal();
        journal.Count(e => e is { Script: "upgrade_pkgs.sh", What: "begin" }).ShouldBe(1);
        journal.Count(e => e.What == "answer" && e.Detail.Contains("ignore the failed nodes", StringComparison.Ordinal)).ShouldBe(1);
        journal.Count(e => e.What == "answer").ShouldBe(journal.Count(e => e.What == "prompt"));
    }

    [Fact]
    public async Task The_same_rollout_runs_on_a_broker_and_a_database_with_separate_processes()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await DistributedFleet.StartAsync(
            [
                new ZoneSpec("pek1a", "global"), new ZoneSpec("sh1a", "sub"), new ZoneSpec("gd1a", "special-sub"), new ZoneSpec("cd1a", "region"), new ZoneSpec("xa1a", "manual-operations"),
                new ZoneSpec("wh1a", "apt-failing"), new ZoneSpec("big1a", "output-50mb"), new ZoneSpec("line1a", "line-10mb"), new ZoneSpec("raw1a", "no-utf8"), new ZoneSpec("esc1a", "terminal-escapes"),
                new ZoneSpec("pass1a", "password"),
            ],
            cancellation);
        var rollout = await site.StartAsync("all", cancellation, "--max-parallel", "11");

        var shown = await site.Operator.SeeThroughAsync(
            rollout,
            d => d.Text("kind") switch
            {
                "manual" => new Reply("done"),
                "unhealthy-nodes" => new Reply("quarantine", Nodes: ["wh1a-proxy1"], Typed: ["wh1a-proxy1"]),
                _ => null,
            },
            2 * Limit, cancellation);

        shown.Text("state").ShouldBe("succeeded", shown + site.Outputs);
        await WhatWasPrintedIsStoredWholeAsync(site.Operator, rollout, cancellation);
        foreach (var zone in site.Lab.Zones.Values)
        {
            var begun = zone.Journal().Where(e => e.What == "begin").Select(e => e.Script).ToList();
            foreach (var once in (string[])["upgrade.sh", "pre_upgrade.sh", "upgrade_pkgs.sh", "post_upgrade.sh"])
                begun.Count(s => s == once).ShouldBe(1, $"{once} on {zone.Name}");
            begun.Contains("update.sh").ShouldBe(zone.Name == "gd1a", zone.Name);
        }
        var workers = (await site.Operator.GetAsync("/api/v1/workers", cancellation)).EnumerateArray().Count();
        workers.ShouldBe(2);
        WhatFleetLogsInWithIsNowhere(site);
    }

    [Fact]
    public async Task An_abort_at_an_open_prompt_ends_the_script_there_unanswered_and_nothing_runs_after_it()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await DistributedFleet.StartAsync([new ZoneSpec("pek1a", "component-fails-once"), new ZoneSpec("sh1a", "sub")], cancellation);
        var (asks, works) = (site.Lab.Zones["pek1a"], site.Lab.Zones["sh1a"]);
        works.CloseGate("pre_upgrade.merge");
        var rollout = await site.StartAsync("all", cancellation, "--max-parallel", "2");
        await works.WaitAtGateAsync("pre_upgrade.merge", Limit, cancellation);
        await Eventually.BeTrueAsync(
            async () => (await site.Operator.OpenDecisionsAsync(cancellation)).Any(d => d.Text("kind") == "prompt" && d.Text("zone") == "pek1a"), Limit, cancellation, () => site.Outputs);
        var before = asks.Journal().Count;

        await site.Operator.DoAsync(cancellation, "rollout", "abort", rollout, "--comment", "the window is over");
        // The script that is at work is let come to its end.
        works.OpenGate("pre_upgrade.merge");
        var asked = new List<string>();
        var shown = await site.Operator.SeeThroughAsync(
            rollout,
            d =>
            {
                asked.Add($"{d.Text("zone")} {d.Text("kind")}");
                return d.Text("kind") == "guard" ? new Reply("keep") : null;
            },
            Limit, cancellation);
        await Eventually.BeTrueAsync(
            async () => (await site.Operator.GetAsync("/api/v1/workers", cancellation)).EnumerateArray().All(w => !w.Items("holds").Any()), Limit, cancellation, () => site.Outputs);

        shown.Text("state").ShouldBe("aborted", shown + site.Outputs);
        shown.Items("zones").Select(z => z.Text("state")).ShouldBe(["aborted", "aborted"], shown.ToString());
        asks.Journal().Skip(before).Where(e => e is not { Script: Commands.Packages, What: "end" } && !e.Command.Contains("flag=", StringComparison.Ordinal) && !e.Command.Contains("dpkg --audit", StringComparison.Ordinal))
            .ShouldBeEmpty("what was asked stays unanswered, and only the guard is read afterwards");
        Commands.Of(asks).ShouldBe([Commands.Bootstrap, Commands.Nodes, Commands.Apt, Commands.RescueOff, Commands.Prepare, Commands.Packages]);
        (await asks.RunAsync("pgrep -f [u]pgrade_pkgs.sh", cancellation)).Exit.ShouldNotBe(0, "nothing of the script is left");
        works.Journal().ShouldContain(e => e.Script == Commands.Prepare && e.What == "end" && e.Detail == "0");
        Commands.Of(works).ShouldBe([Commands.Bootstrap, Commands.Nodes, Commands.Apt, Commands.RescueOff, Commands.Prepare]);
        foreach (var zone in site.Lab.Zones.Values)
            zone.NodesWith("/pitrix/conf/disable_hyperpair_rescue").Count.ShouldBe(2, "the guard was kept");
        asked.Where(a => a.EndsWith(" guard", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ShouldBe(["pek1a guard", "sh1a guard"]);
        (await site.Operator.GetAsync("/api/v1/audit", cancellation)).ToString().ShouldContain("the window is over");
    }

    /// <summary>Messages and logs name where a password is, never what it is.</summary>
    private static void WhatFleetLogsInWithIsNowhere(DistributedFleet site)
    {
        var zone = site.Lab.Zones["pass1a"];
        FilesBelow.With(site.BrokerFolder, $"file:{zone.PasswordFile}").ShouldNotBeEmpty("messages were looked into");
        FilesBelow.With(site.BrokerFolder, zone.Password!).ShouldBeEmpty();
        foreach (var process in site.Coordinators.Concat(site.Workers))
        {
            process.Output.ShouldNotContain(zone.Password!);
            FilesBelow.With(process.Data, zone.Password!).ShouldBeEmpty();
        }
    }

    /// <summary>What the profiles print is known to the byte.</summary>
    private static async Task WhatWasPrintedIsStoredWholeAsync(Operator person, string rollout, CancellationToken cancellationToken)
    {
        const string Line = "Reading database ... 0123456789abcdefghijklmnopqrstuvwxyz 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        var big = await person.TranscriptAsync(rollout, "big1a", "upgrade-packages", Commands.LastLine("upgrade-packages"), cancellationToken);
        big.AsSpan().Count(System.Text.Encoding.ASCII.GetBytes(Line)).ShouldBe(52428800 / (Line.Length + 1));
        var line = await person.TranscriptAsync(rollout, "line1a", "pre-upgrade", Commands.LastLine("pre-upgrade"), cancellationToken);
        line.AsSpan(line.AsSpan().IndexOf("xxxxxxxx"u8)).IndexOfAnyExcept((byte)'x').ShouldBe(10485760);
        var raw = await person.TranscriptAsync(rollout, "raw1a", "bootstrap", Commands.LastLine("bootstrap"), cancellationToken);
        raw.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xff, 0xfe, 0x80, 0xc3, 0x28, 0x00, 0xf0, 0x28, 0x8c]).ShouldBeGreaterThanOrEqualTo(0);
        var escapes = await person.TranscriptAsync(rollout, "esc1a", "pre-upgrade", Commands.LastLine("pre-upgrade"), cancellationToken);
        escapes.AsSpan().IndexOf("\e[2J\e[1;1H\e]0;owned\a"u8).ShouldBeGreaterThanOrEqualTo(0);
    }
}
