using System.Text.RegularExpressions;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Metrics;

/// <summary>A rollout in which a question waits, a guard is in force, a zone fails and a worker is killed, read by a real Prometheus: every query of dashboards and rules finds something.</summary>
[Trait("Speed", "Slow")]
public sealed partial class ScrapedRolloutTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>What follows within seconds.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(45);

    /// <summary>A histogram that has its first and only values in one scrape has no rate: there are series, without numbers.</summary>
    private static readonly string[] MayBeWithoutRate = ["Takeover", "Share that was waiting", "Answers by kind", "Waiting for a start", "Upload throughput"];

    /// <summary>What promtool holds against names that are others': OpenTelemetry's conventions and the bus say so.</summary>
    private static readonly string[] OthersNames = ["cicd_worker_count ", "dotnet_", "messaging_masstransit_"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_query_of_dashboards_and_rules_returns_data_and_every_series_has_written_down_labels_only()
    {
        await using var site = await DistributedFleet.StartAsync(
            new DistributedOptions
            {
                Zones = [new ZoneSpec("a1", "sub"), new ZoneSpec("b1", "sub+proxy-fails-once"), new ZoneSpec("c1", "newer"), new ZoneSpec("d1", "sub")],
                Settings = new Dictionary<string, string?>
                {
                    ["Fleet__Lease"] = "00:00:05",
                    ["Fleet__Metrics__Interval"] = "00:00:01",
                    ["Fleet__Guards__AlarmAfter"] = "00:00:02",
                },
            },
            Cancellation);
        var processes = site.Coordinators.Concat(site.Workers).ToList();
        await using var prometheus = await PrometheusServer.StartAsync(processes.Select(p => p.Url), Path.Combine(PromQueries.Folder, "rules", "fleet.rules.yaml"), Cancellation);
        var began = TimeProvider.System.GetUtcNow();
        var strategy = Path.Combine(site.Coordinators[0].Data, "late.yaml");
        await File.WriteAllTextAsync(strategy, "apiVersion: fleet/v1\nname: late\nmaxParallel: 4\nmaxFailures: 4\nzoneTimeLimit: 1s\nwaves:\n- {name: all}\n", Cancellation);
        site.Lab.Zones["d1"].CloseGate("pre_upgrade.merge");
        var rollout = await site.StartAsync("all", Cancellation, "--strategy", strategy, "--name", "seen");

        // A question waits and a worker is killed with a zone in hand.
        await Eventually.BeTrueAsync(async () => (await site.Operator.OpenDecisionsAsync(Cancellation)).Any(d => d.Text("zone") == "b1"), Limit, Cancellation, () => site.Outputs);
        await site.Lab.Zones["d1"].WaitAtGateAsync("pre_upgrade.merge", Limit, Cancellation);
        var holder = await Eventually.GetAsync(
            async () => (await site.Operator.GetAsync("/api/v1/workers", Cancellation)).EnumerateArray().Where(w => w.Items("holds").Any(h => h.Text("zone") == "d1")).Select(w => w.Text("id")).FirstOrDefault(), Limit, Cancellation, () => site.Outputs);
        var lost = site.Worker(holder);
        // Nobody takes over before it was scraped that nobody has the zone.
        var others = site.Workers.Where(w => w != lost).ToList();
        others.ForEach(w => w.Signal("STOP"));
        await lost.KillAsync();
        await Eventually.BeTrueAsync(
            async () => (await prometheus.RangeAsync("fleet_zone_silent_age_seconds", began, TimeProvider.System.GetUtcNow(), Cancellation)).Count > 0, Limit, Cancellation, () => site.Outputs);
        others.ForEach(w => w.Signal("CONT"));
        await Eventually.BeTrueAsync(
            async () => (await site.Operator.GetAsync("/api/v1/workers", Cancellation)).EnumerateArray().Any(w => w.Text("id") != holder && w.Items("holds").Any(h => h.Text("zone") == "d1")), Limit, Cancellation, () => site.Outputs);
        site.Lab.Zones["d1"].OpenGate("pre_upgrade.merge");
        await EveryLabelIsWrittenDownAsync(processes.Where(p => p != lost));
        var shown = await site.Operator.SeeThroughAsync(rollout, d => d.Text("kind") == "prompt" ? new Reply("yes") : null, Limit, Cancellation);
        shown.Items("zones").Where(z => z.Text("state") == "succeeded").Select(z => z.Text("name")).ShouldBe(["a1", "b1", "d1"], shown + site.Outputs);

        await Eventually.BeTrueAsync(async () => await IsSeenAsync(prometheus, began, 3), Limit, Cancellation);
        var ended = TimeProvider.System.GetUtcNow();
        await QueriesReturnDataAsync(prometheus, began, ended);
        await RulesAreRunAsync(prometheus, began, ended);
        await ExemplarsLeadToTheZonesTracesAsync(prometheus, shown, began, ended);
        await WhatEndedIsNoLongerToldAsync(site.Coordinators[0]);
        LogsLeadToTheZonesTraces(site, shown.Items("zones").Single(z => z.Text("name") == "b1").Text("traceId"));
    }

    /// <summary>The ends of so many zones have been scraped.</summary>
    private static async Task<bool> IsSeenAsync(PrometheusServer prometheus, DateTimeOffset began, int zones) =>
        (await prometheus.RangeAsync("sum(cicd_pipeline_run_duration_seconds_count{cicd_pipeline_run_state=\"executing\",cicd_pipeline_result=\"success\"})", began, TimeProvider.System.GetUtcNow(), Cancellation)).Any(s => s.Values[^1] >= zones);

    private static async Task QueriesReturnDataAsync(PrometheusServer prometheus, DateTimeOffset began, DateTimeOffset ended)
    {
        var without = new List<string>();
        foreach (var (where, expression) in PromQueries.OfDashboards("b1"))
        {
            var series = await prometheus.RangeAsync(expression, began, ended, Cancellation);
            if (series.Count == 0 || (!series.Any(s => s.HasNumbers) && !MayBeWithoutRate.Any(w => where.Contains(w, StringComparison.Ordinal))))
                without.Add($"{where}: {expression} ({series.Count} series)");
        }

        without.ShouldBeEmpty();
    }

    private static async Task RulesAreRunAsync(PrometheusServer prometheus, DateTimeOffset began, DateTimeOffset ended)
    {
        var rules = (await prometheus.GetAsync("/api/v1/rules", Cancellation)).Items("groups").SelectMany(g => g.Items("rules")).ToList();
        rules.Select(r => r.Text("name")).ShouldBe(PromQueries.OfRules().Select(r => r.Where));
        rules.ShouldAllBe(r => r.Text("health") == "ok");
        foreach (var (name, expression) in PromQueries.OfRules())
        {
            foreach (var selector in PromQueries.SelectorsOf(expression))
                (await prometheus.RangeAsync(selector, began, ended, Cancellation)).ShouldNotBeEmpty($"{name} reads {selector}");
        }

        // What went wrong here on purpose.
        foreach (var name in new[] { "FleetWorkerLost", "FleetGuardPastLimit" })
            (await prometheus.RangeAsync($"ALERTS{{alertname=\"{name}\"}}", began, ended, Cancellation)).ShouldNotBeEmpty(name);
    }

    private static async Task ExemplarsLeadToTheZonesTracesAsync(PrometheusServer prometheus, System.Text.Json.JsonElement shown, DateTimeOffset began, DateTimeOffset ended)
    {
        var traces = shown.Items("zones").Select(z => z.Text("traceId")).ToList();
        foreach (var metric in new[] { "cicd_pipeline_run_duration_seconds_bucket", "fleet_step_duration_seconds_bucket", "fleet_phase_duration_seconds_bucket" })
        {
            var exemplars = (await prometheus.ExemplarsAsync(metric, began, ended, Cancellation)).EnumerateArray().SelectMany(s => s.Items("exemplars")).ToList();
            exemplars.ShouldNotBeEmpty(metric);
            exemplars.ShouldAllBe(e => traces.Contains(e.GetProperty("labels").Text("trace_id")), metric);
        }
    }

    /// <summary>Series of single zones and rollouts go with the end of the rollout.</summary>
    private static async Task WhatEndedIsNoLongerToldAsync(FleetServer coordinator)
    {
        using var http = new HttpClient();
        string text = "";
        await Eventually.BeTrueAsync(async () => !(text = await http.GetStringAsync(new Uri(coordinator.Url, "/metrics"), Cancellation)).Contains("rollout=\"seen\"", StringComparison.Ordinal), Soon, Cancellation, () => text);
        text.ShouldContain("fleet_reconciler_leading{otel_scope_name=\"Fleet.Orchestration\"} 1");
    }

    /// <summary>On the console, of coordinator and workers.</summary>
    private static void LogsLeadToTheZonesTraces(DistributedFleet site, string trace)
    {
        site.Coordinators[0].Output.Split('\n').ShouldContain(l => l.Contains("b1 zone-ended", StringComparison.Ordinal) && l.EndsWith($"trace={trace}", StringComparison.Ordinal), site.Outputs);
        site.Workers.SelectMany(w => w.Output.Split('\n')).ShouldContain(l => l.Contains("Attached to b1", StringComparison.Ordinal) && l.EndsWith($"trace={trace}", StringComparison.Ordinal), site.Outputs);
    }

    private static async Task EveryLabelIsWrittenDownAsync(IEnumerable<FleetServer> processes)
    {
        var page = (await File.ReadAllTextAsync(Path.Combine(PromQueries.Folder, "..", "..", "..", "docs", "metrics.md"), Cancellation)).Split('\n')
            .Select(l => Row().Match(l)).Where(m => m.Success).ToDictionary(m => m.Groups["name"].Value, m => Quoted().Matches(m.Groups["labels"].Value).Select(l => l.Groups[1].Value).ToHashSet());
        using var http = new HttpClient();
        foreach (var process in processes)
        {
            var text = await http.GetStringAsync(new Uri(process.Url, "/metrics"), Cancellation);
            foreach (var line in text.Split('\n').Where(l => l.StartsWith("fleet_", StringComparison.Ordinal) || l.StartsWith("cicd_", StringComparison.Ordinal)))
            {
                var series = Sample().Match(line);
                var name = HistogramPart().Replace(series.Groups["name"].Value, "");
                var labels = page.GetValueOrDefault(name) ?? page.GetValueOrDefault(series.Groups["name"].Value);
                labels.ShouldNotBeNull($"docs/metrics.md does not name {name}");
                Label().Matches(series.Groups["labels"].Value).Select(m => m.Groups["name"].Value).Except([.. labels, "le", "otel_scope_name"]).ShouldBeEmpty(line);
            }

            text.Split('\n').Where(l => !l.StartsWith("target_info", StringComparison.Ordinal) && IdForm().IsMatch(l)).ShouldBeEmpty("ids are no labels");
            var file = Path.Combine(process.Data, "metrics.txt");
            await File.WriteAllTextAsync(file, text, Cancellation);
            var (_, told) = await ChildProcess.RunAsync("sh", ["-c", $"promtool check metrics < '{file}'"], Cancellation);
            told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !OthersNames.Any(o => l.StartsWith(o, StringComparison.Ordinal))).ShouldBeEmpty();
        }
    }

    [GeneratedRegex(@"^\| `(?<name>(?:fleet|cicd)_[a-z_]+)` \| \w+ \| (?<labels>[^|]*) \|")]
    private static partial Regex Row();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(?<name>[a-z_]+)(?:\{(?<labels>.*)\})? ")]
    private static partial Regex Sample();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex HistogramPart();

    [GeneratedRegex("(?<name>[a-z_]+)=\"")]
    private static partial Regex Label();

    [GeneratedRegex("[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")]
    private static partial Regex IdForm();
}
