using System.Net;
using System.Net.ServerSentEvents;
using Fleet.Contracts.Transcripts;
using Fleet.Orchestration.Transcripts;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Api.Zones;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Tests.Api;

public sealed class RolloutApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task A_rollout_starts_and_is_found_by_its_name_and_steered()
    {
        await ReadyAsync("aa1", "aa2", "aa3");
        using var started = await server.PostAsync("rollouts", new StartRequest { Zones = "region=aa", Package = "4.3.2-20261101", Name = "window-a", MaxParallel = 1, MaxFailures = "50%" });
        started.StatusCode.ShouldBe(HttpStatusCode.Created);
        var shown = await server.GetAsync("rollouts/window-a");
        shown.GetProperty("zones").GetArrayLength().ShouldBe(3);
        shown.GetProperty("budget").GetProperty("allowed").GetInt32().ShouldBe(1);
        shown.GetProperty("package").GetProperty("id").GetString().ShouldBe("4.3.2-20261101");
        shown.GetProperty("runbook").GetProperty("name").GetString().ShouldBe("qingcloud-upgrade");

        using var skipped = await server.PostAsync("rollouts/window-a/zones/aa3/skip", new CommentRequest("not tonight"));
        (await RunningServer.JsonAsync(skipped)).GetProperty("counts").GetProperty("skipped").GetInt32().ShouldBe(1);
        using var paused = await server.PostAsync("rollouts/window-a/pause", new { });
        (await RunningServer.JsonAsync(paused)).GetProperty("state").GetString().ShouldBe("paused");
        using var resumed = await server.PostAsync("rollouts/window-a/resume", new { });
        (await RunningServer.JsonAsync(resumed)).GetProperty("state").GetString().ShouldBe("running");
        using var limited = await server.PostAsync("rollouts/window-a/limits", new LimitRequest(2, "1", "more room"));
        (await RunningServer.JsonAsync(limited)).ShouldSatisfyAllConditions(r => r.GetProperty("maxParallel").GetInt32().ShouldBe(2), r => r.GetProperty("budget").GetProperty("allowed").GetInt32().ShouldBe(1));
        using var wrong = await server.PostAsync("rollouts/window-a/limits", new LimitRequest(0, "lots"));
        (await RunningServer.JsonAsync(wrong)).GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("code").GetString()).ShouldBe(["max-parallel-invalid", "max-failures-invalid"]);
        using var nothing = await server.PostAsync("rollouts/window-a/limits", new LimitRequest());
        nothing.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var now = await server.PostAsync("rollouts/window-a/abort", new AbortRequest(Now: true));
        now.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var aborted = await server.PostAsync("rollouts/window-a/abort", new AbortRequest());
        aborted.StatusCode.ShouldBe(HttpStatusCode.OK);

        (await server.GetAsync("rollouts/window-a/timeline")).GetProperty("zones").GetArrayLength().ShouldBe(3);
        (await server.GetAsync("rollouts"))[0].GetProperty("zones").GetArrayLength().ShouldBe(0);
        var audit = await server.GetAsync("audit?rollout=window-a");
        audit.EnumerateArray().ShouldContain(a => a.GetProperty("actor").GetString() == "operator");
        (await server.GetAsync("decisions?rollout=window-a")).GetArrayLength().ShouldBe(0);
        (await server.GetAsync("guards")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_start_is_told_at_once()
    {
        using var response = await server.PostAsync("rollouts", new StartRequest { Zones = "nowhere", Package = "9.9.9", Runbook = "none", Name = "a b", MaxParallel = 0, MaxFailures = "x" });
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await RunningServer.CodesAsync(response)).ShouldBe(["zone-not-found", "package-not-found", "runbook-not-found", "rollout-name-invalid", "max-parallel-invalid", "max-failures-invalid"]);
        using var until = await server.PostAsync("rollouts", new StartRequest { Zones = "nowhere", Package = "9.9.9", Until = "nope" });
        (await RunningServer.CodesAsync(until)).ShouldBe(["zone-not-found", "package-not-found", "answer-phase-unknown"]);
    }

    [Fact]
    public async Task A_watcher_hears_the_whole_and_then_each_change_to_the_end()
    {
        await ReadyAsync("bb1", "bb2");
        await StartAsync(new StartRequest { Zones = "region=bb", Package = "4.3.2-20261101", Name = "window-b", MaxParallel = 1 });
        using var response = await server.Operator.GetAsync("/api/v1/rollouts/window-b/events", HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var heard = new List<string>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(4));
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(limit.Token)).EnumerateAsync(limit.Token))
        {
            heard.Add(item.EventType);
            if (heard.Count == 3)
                (await server.PostAsync("rollouts/window-b/abort", new AbortRequest())).Dispose();
        }

        heard[..3].ShouldBe(["zone", "zone", "rollout"]);
        heard[^1].ShouldBe("end");
        heard.Count.ShouldBeGreaterThan(4);
    }

    [Fact]
    public async Task A_transcript_is_read_by_offset_and_waited_for()
    {
        await ReadyAsync("cc1");
        await StartAsync(new StartRequest { Zones = "cc1", Package = "4.3.2-20261101", Name = "window-c" });
        var zone = (await server.GetAsync("rollouts/window-c/zones/cc1")).GetProperty("zone").GetProperty("id").GetGuid();
        var execution = $"{zone:N}.bootstrap.1.main";
        var transcripts = server.Services.GetRequiredService<ITranscripts>();
        Task AppendAsync(long offset, string text) => transcripts.AppendAsync(
            new TranscriptFrame { ExecutionId = execution, ZoneUpgradeId = zone, Step = "bootstrap", Attempt = 1, Offset = offset, Bytes = System.Text.Encoding.UTF8.GetBytes(text) },
            TestContext.Current.CancellationToken);
        await AppendAsync(0, "Checking … OK.\n");

        (await server.GetAsync("rollouts/window-c/zones/cc1/transcripts"))[0].GetProperty("executionId").GetString().ShouldBe(execution);
        using var first = await server.Operator.GetAsync($"/api/v1/transcripts/{execution}?offset=0");
        (await first.Content.ReadAsStringAsync()).ShouldBe("Checking … OK.\n");
        var next = first.Headers.GetValues("Fleet-Next").Single();
        var waiting = server.Operator.GetAsync($"/api/v1/transcripts/{execution}?offset={next}&wait=20");
        await AppendAsync(long.Parse(next), "Done.\n");
        using var second = await waiting;
        (await second.Content.ReadAsStringAsync()).ShouldBe("Done.\n");
        using var wrong = await server.Operator.GetAsync($"/api/v1/transcripts/{execution}?offset=-1&wait=99");
        (await RunningServer.JsonAsync(wrong)).GetProperty("errors").GetArrayLength().ShouldBe(2);
        using var unknown = await server.Operator.GetAsync("/api/v1/transcripts/none");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task StartAsync(StartRequest start)
    {
        using var response = await server.PostAsync("rollouts", start);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
    }

    private async Task ReadyAsync(params string[] zones)
    {
        (await server.ImportAsync(zones)).Dispose();
        await server.AddPackageAsync();
    }
}
