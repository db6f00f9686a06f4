using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests;

/// <summary>Coordinator and workers as processes of their own, on a real broker and a real database, configured by environment variables only.</summary>
[Trait("Speed", "Slow")]
public sealed class TakeoverTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

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
            ],
            cancellation);
        var rollout = await site.StartAsync("all", cancellation, "--max-parallel", "10");

        var shown = await site.Operator.SeeThroughAsync(
            rollout,
            d => d.Text("kind") switch
            {
                "manual" => new Reply("done"),
                "unhealthy-nodes" => new Reply("quarantine", Nodes: ["wh1a-proxy1"]),
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
    }

    /// <summary>What the profiles print is known to the byte; a terminal adds a return to each line.</summary>
    private static async Task WhatWasPrintedIsStoredWholeAsync(Operator person, string rollout, CancellationToken cancellationToken)
    {
        const string Line = "Reading database ... 0123456789abcdefghijklmnopqrstuvwxyz 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        var big = await person.TranscriptAsync(rollout, "big1a", "upgrade-packages", cancellationToken);
        big.AsSpan().Count(System.Text.Encoding.ASCII.GetBytes(Line)).ShouldBe(52428800 / (Line.Length + 1));
        var line = await person.TranscriptAsync(rollout, "line1a", "pre-upgrade", cancellationToken);
        line.AsSpan(line.AsSpan().IndexOf("xxxxxxxx"u8)).IndexOfAnyExcept((byte)'x').ShouldBe(10485760);
        var raw = await person.TranscriptAsync(rollout, "raw1a", "bootstrap", cancellationToken);
        raw.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xff, 0xfe, 0x80, 0xc3, 0x28, 0x00, 0xf0, 0x28, 0x8c]).ShouldBeGreaterThanOrEqualTo(0);
        var escapes = await person.TranscriptAsync(rollout, "esc1a", "pre-upgrade", cancellationToken);
        escapes.AsSpan().IndexOf("\e[2J\e[1;1H\e]0;owned\a"u8).ShouldBeGreaterThanOrEqualTo(0);
    }
}
