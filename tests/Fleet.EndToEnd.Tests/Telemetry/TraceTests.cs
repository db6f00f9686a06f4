using System.Text.Json;
using Fleet.EndToEnd.Tests.Faults;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.Testing.Otlp;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Telemetry;

/// <summary>What a collector receives of a rollout, and that it is whole whatever happened to processes and to the collector itself.</summary>
[Trait("Speed", "Slow")]
public sealed class TraceTests
{
    private const string Asks = "pek1a";
    private const string Works = "sh1a";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_zone_is_one_whole_trace_over_a_worker_killed_and_a_coordinator_started_again_in_mid_phase()
    {
        await using var collector = await OtlpReceiver.StartAsync(Cancellation);
        await using var site = await DistributedFleet.StartAsync(
            new DistributedOptions
            {
                Zones = [new ZoneSpec(Asks, "component-fails-once"), new ZoneSpec(Works, "sub")],
                Settings = new Dictionary<string, string?>(FaultSite.Settings.Concat(OtlpReceiver.Settings(collector.GrpcPort, grpc: true))) { ["Fleet__PublicUrl"] = "https://fleet.example.org" },
            },
            Cancellation);
        var works = site.Lab.Zones[Works];
        works.CloseGate("pre_upgrade.merge");
        var rollout = await site.StartAsync("all", Cancellation, "--max-parallel", "2");
        await works.WaitAtGateAsync("pre_upgrade.merge", Limit, Cancellation);
        var prompt = await PromptAsync(site.Operator, () => site.Outputs);

        var killed = await HolderAsync(site, Asks, null);
        await site.Worker(killed).KillAsync();
        await HolderAsync(site, Asks, killed);
        await site.Coordinators[0].KillAsync();
        await site.Coordinators[0].StartAgainAsync(Cancellation);
        works.OpenGate("pre_upgrade.merge");
        var asked = DateTimeOffset.Parse((await site.Operator.GetAsync($"/api/v1/decisions/{prompt}", Cancellation)).Text("askedAt"), System.Globalization.CultureInfo.InvariantCulture);
        (await site.Operator.AnswerAsync(prompt, new Reply("yes"), Cancellation)).ShouldBeNull();
        var shown = await site.Operator.SeeThroughAsync(rollout, FaultSite.Usual, Limit, Cancellation);
        shown.Text("state").ShouldBe("succeeded", shown + site.Outputs);
        await CompleteAsync(collector, rollout, shown);
        // What workers still have in hand goes out with them.
        foreach (var worker in site.Workers.Where(w => !killed.Contains($"-{w.ProcessId}-", StringComparison.Ordinal)))
            await worker.StopAsync(Cancellation);

        await HoldAsync(collector, site.Operator, rollout, shown);
        var trace = TraceTree.Of(collector.Spans, Trace(shown, Asks));
        trace.Spans.SelectMany(s => s.Events).Select(e => e.Name).ShouldContain("takeover", trace.Print());
        var dispatches = trace.Spans.Where(s => s.Text("fleet.phase") == "upgrade-platform" && s.Name.StartsWith("dispatch ", StringComparison.Ordinal)).OrderBy(s => s.Start).ToList();
        dispatches.Select(d => d.Text("fleet.dispatch.result")).ShouldBe(["error", "success"], trace.Print());
        dispatches[0].Text("cicd.worker.id").ShouldBe(killed);
        dispatches[1].Links.ShouldHaveSingleItem().SpanId.ShouldBe(dispatches[0].Id);
        var waited = trace.Named("waiting for a decision").Single(s => s.Text("fleet.decision.kind") == "prompt");
        waited.Duration.ShouldBeGreaterThan(TimeSpan.FromSeconds(2), "it was open over a lease");
        (waited.Start - asked).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1));
        trace.Spans.Single(s => s.Id == waited.ParentId).Name.ShouldBe("upgrade-packages", "a prompt is a part of its step");
        foreach (var inner in (string[])["ssh connect", "upload", "execution"])
            trace.Named(inner).ShouldNotBeEmpty(trace.Print());
        await TranscriptsAreFoundAsync(site.Operator, trace);
        await LogsBelongToItAsync(collector, trace);
    }

    [Fact]
    public async Task A_collector_that_is_away_for_the_whole_rollout_gets_all_of_it_when_it_is_back()
    {
        var port = Loopback.FreePort();
        await using var site = await EmbeddedFleet.StartAsync(
            [new ZoneSpec(Works, "sub+component-fails-once")], Cancellation, new Dictionary<string, string?>(FaultSite.Settings.Concat(OtlpReceiver.Settings(port, grpc: false))));
        var rollout = await site.StartAsync("all", Cancellation);
        var shown = await site.Operator.SeeThroughAsync(rollout, FaultSite.Usual, Limit, Cancellation);
        shown.Text("state").ShouldBe("succeeded", shown + site.Server.Output);
        site.Server.Output.Split('\n').Count(l => l.Contains("are not taken by their receiver", StringComparison.Ordinal)).ShouldBe(1, "it is told once");

        // Nothing waits in memory: what is owed is in the records.
        await site.Server.KillAsync();
        await using var collector = await OtlpReceiver.StartAsync(Cancellation, httpPort: port);
        await site.Server.StartAgainAsync(Cancellation);

        await CompleteAsync(collector, rollout, shown);
        await HoldAsync(collector, site.Operator, rollout, shown);
    }

    /// <summary>All traces of a rollout, held against the records and against each other.</summary>
    private static async Task HoldAsync(OtlpReceiver collector, Operator person, string rollout, JsonElement shown)
    {
        var timeline = await person.GetAsync($"/api/v1/rollouts/{rollout}/timeline", Cancellation);
        var decisions = (await person.GetAsync($"/api/v1/decisions?rollout={rollout}&all=true", Cancellation)).EnumerateArray().ToList();
        var spans = collector.Spans;
        var whole = TraceTree.Of(spans, shown.Text("traceId"));
        whole.IsWhole();
        (whole.Root.Name, whole.Root.Kind, whole.Root.Text("cicd.pipeline.result")).ShouldBe(("RUN rollout", 2, "success"));
        (whole.Root.Start - shown.GetProperty("startedAt").GetDateTimeOffset()).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1));
        (whole.Root.End - shown.GetProperty("endedAt").GetDateTimeOffset()).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1));
        var audit = (await person.GetAsync($"/api/v1/audit?rollout={rollout}&limit=1000", Cancellation)).EnumerateArray().ToList();
        foreach (var zone in shown.Items("zones"))
        {
            var name = zone.Text("name");
            var trace = TraceTree.Of(spans, Trace(shown, name));
            trace.IsWhole();
            audit.Where(a => a.Text("code") == "zone-ended" && a.Text("zone") == name).Select(a => a.Text("traceId")).ShouldBe([trace.Id]);
            trace.TakesAsLongAs(await person.GetAsync($"/api/v1/rollouts/{rollout}/zones/{name}", Cancellation), timeline.Items("zones").Single(z => z.Text("zone") == name), decisions);
            whole.Root.Links.ShouldContain(l => l.TraceId == trace.Id && l.SpanId == trace.Root.Id, "the rollout's links lead to its zones");
            var bar = whole.Named($"zone {name}").ShouldHaveSingleItem(whole.Print());
            bar.Links.ShouldHaveSingleItem().SpanId.ShouldBe(trace.Root.Id);
            bar.Duration.ShouldBe(trace.Root.Duration);
            trace.Root.Links.ShouldHaveSingleItem().SpanId.ShouldBe(whole.Root.Id);
        }

        shown.Items("zones").Select(z => z.Text("traceId")).Append(whole.Id).Distinct().Count().ShouldBe(shown.Items("zones").Count() + 1, "each has a trace of its own");
    }

    private static Task CompleteAsync(OtlpReceiver collector, string rollout, JsonElement shown) => Eventually.BeTrueAsync(
        () =>
        {
            var roots = collector.Spans.Where(s => s.ParentId.Length == 0).Select(s => s.TraceId).ToHashSet();
            return roots.Contains(shown.Text("traceId")) && shown.Items("zones").All(z => roots.Contains(z.Text("traceId")));
        },
        Limit, Cancellation, () => $"{rollout}: {string.Join(Environment.NewLine, collector.Spans.Select(s => s.TraceId).Distinct().Select(t => TraceTree.Of(collector.Spans, t).Print()))}");

    /// <summary>A step's span leads to what its execution printed.</summary>
    private static async Task TranscriptsAreFoundAsync(Operator person, TraceTree trace)
    {
        var steps = trace.Spans.Where(s => s.Attributes.ContainsKey("fleet.transcript.offset") && s.Attributes.ContainsKey("cicd.pipeline.task.run.url.full")).ToList();
        steps.ShouldNotBeEmpty(trace.Print());
        foreach (var step in steps)
        {
            var url = new Uri(step.Text("cicd.pipeline.task.run.url.full"));
            url.Host.ShouldBe("fleet.example.org");
            (await person.ReadTranscriptAsync(url.Segments[^1], Cancellation, long.Parse(step.Text("fleet.transcript.offset"), System.Globalization.CultureInfo.InvariantCulture))).ShouldNotBeEmpty(step.Name);
        }
    }

    /// <summary>What the coordinator and the workers logged of the zone, with the same trace.</summary>
    private static async Task LogsBelongToItAsync(OtlpReceiver collector, TraceTree trace)
    {
        await Eventually.BeTrueAsync(() => Of($"{Asks} zone-ended").Count > 0, Limit, Cancellation, () => string.Join('\n', collector.Logs.Select(l => $"{l.TraceId} {l.Category}: {l.Body}")));
        Of($"{Asks} zone-ended").ShouldAllBe(l => l.TraceId == trace.Id);
        // The audit, all of it: also what no line of the console tells.
        Of($"{Asks} phase-dispatched").ShouldNotBeEmpty();
        Of($"Attached to {Asks}").ShouldNotBeEmpty();
        Of($"Attached to {Asks}").ShouldAllBe(l => l.TraceId == trace.Id);

        List<OtlpLog> Of(string begins) => [.. collector.Logs.Where(l => l.Body.StartsWith(begins, StringComparison.Ordinal))];
    }

    private static string Trace(JsonElement shown, string zone) => shown.Items("zones").Single(z => z.Text("name") == zone).Text("traceId");

    private static Task<string> PromptAsync(Operator person, Func<string> printed) => Eventually.GetAsync(
        async () => (await person.OpenDecisionsAsync(Cancellation)).Where(d => d.Text("kind") == "prompt").Select(d => d.Text("id")).FirstOrDefault(), Limit, Cancellation, printed);

    private static Task<string> HolderAsync(DistributedFleet site, string zone, string? other) => Eventually.GetAsync(
        async () => (await site.Operator.GetAsync("/api/v1/workers", Cancellation)).EnumerateArray()
            .Where(w => w.Text("id") != other && w.GetProperty("alive").GetBoolean() && w.Items("holds").Any(h => h.Text("zone") == zone)).Select(w => w.Text("id")).FirstOrDefault(),
        Limit, Cancellation, () => site.Outputs);
}
