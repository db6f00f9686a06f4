using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
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

        var sheet = await server.GetAsync("rollouts/window-a/zones/aa1/rollback-sheet");
        (sheet.GetProperty("zone").GetString(), sheet.GetProperty("phases").GetArrayLength(), sheet.GetProperty("before")[0].GetProperty("what").GetProperty("code").GetString()).ShouldBe(("aa1", 0, "rollback-before-take"));
        using var nobody = await server.Operator.GetAsync("/api/v1/rollouts/window-a/zones/zz9/rollback-sheet");
        nobody.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.GetAsync("rollouts/window-a/timeline")).GetProperty("zones").GetArrayLength().ShouldBe(3);
        (await server.GetAsync("rollouts"))[0].GetProperty("zones").GetArrayLength().ShouldBe(0);
        var audit = await server.GetAsync("audit?rollout=window-a");
        audit.EnumerateArray().ShouldContain(a => a.GetProperty("actor").GetString() == "operator");
        (await server.GetAsync("decisions?rollout=window-a")).GetArrayLength().ShouldBe(0);
        (await server.GetAsync("guards")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_part_of_a_rollout_is_steered_and_an_abort_is_looked_at_before_it_is_done()
    {
        await ReadyAsync("st1", "st2", "st3");
        (await server.PostAsync("rollouts", new StartRequest { Zones = "st1,st2", Package = "4.3.2-20261101", Name = "window-st", MaxParallel = 1 })).Dispose();
        using var pausedZone = await server.PostAsync("rollouts/window-st/zones/st2/pause", new CommentRequest("its owner calls"));
        (await RunningServer.JsonAsync(pausedZone)).GetProperty("zones")[1].ShouldSatisfyAllConditions(z => z.GetProperty("pausedBy").GetString().ShouldBe("operator"), z => z.GetProperty("standing").GetString().ShouldBe("paused"));
        using var pausedWave = await server.PostAsync("rollouts/window-st/waves/all/pause", new CommentRequest());
        (await RunningServer.JsonAsync(pausedWave)).GetProperty("waves")[0].GetProperty("pausedBy").GetString().ShouldBe("operator");
        using var nowhere = await server.PostAsync("rollouts/window-st/waves/nowhere/pause", new CommentRequest());
        nowhere.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await RunningServer.CodesAsync(nowhere)).ShouldBe(["wave-not-found"]);
        using var resumedWave = await server.PostAsync("rollouts/window-st/waves/all/resume", new CommentRequest());
        (await RunningServer.JsonAsync(resumedWave)).GetProperty("waves")[0].GetProperty("pausedBy").ValueKind.ShouldBe(JsonValueKind.Null);
        using var resumedZone = await server.PostAsync("rollouts/window-st/zones/st2/resume", new CommentRequest());
        (await RunningServer.JsonAsync(resumedZone)).GetProperty("zones")[1].GetProperty("pausedBy").ValueKind.ShouldBe(JsonValueKind.Null);

        using var added = await server.PostAsync("rollouts/window-st/zones", new AddZoneRequest("st3", null, "forgotten"));
        (await RunningServer.JsonAsync(added)).GetProperty("zones").EnumerateArray().Select(z => z.GetProperty("name").GetString()).ShouldBe(["st1", "st2", "st3"]);
        using var unknown = await server.PostAsync("rollouts/window-st/zones", new AddZoneRequest("nowhere"));
        (await RunningServer.CodesAsync(unknown)).ShouldBe(["zone-not-found"]);

        var preview = await server.GetAsync("rollouts/window-st/abort-preview");
        preview.GetProperty("zones").EnumerateArray().Select(z => z.GetProperty("becomes").GetString()).ShouldAllBe(b => b == "aborted");
        preview.GetProperty("zones").EnumerateArray().Last().GetProperty("effect").GetString().ShouldBe("never-begins");
        (await server.GetAsync("rollouts/window-st/abort-preview?zone=st1&now=true")).GetProperty("zones").GetArrayLength().ShouldBe(1);
        (await server.GetAsync("rollouts/window-st")).GetProperty("state").GetString().ShouldBe("running", "looking aborts nothing");
        (await server.PostAsync("rollouts/window-st/abort", new AbortRequest())).Dispose();
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
    public async Task A_plan_is_shown_and_started_by_its_hash_or_refused_with_what_has_changed()
    {
        await ReadyAsync("pp1", "pp2", "pp3");
        var request = new StartRequest { Zones = "region=pp", Package = "4.3.2-20261101", Strategy = "apiVersion: fleet/v1\nname: halves\nmaxParallel: 1\nwaves:\n- {name: first, take: 1, bake: 10m}\n- {name: rest}\n" };
        using var made = await server.PostAsync("plans", request);
        made.StatusCode.ShouldBe(HttpStatusCode.OK);
        var plan = await RunningServer.JsonAsync(made);
        var hash = plan.GetProperty("hash").GetString()!;
        plan.GetProperty("strategy").GetProperty("name").GetString().ShouldBe("halves");
        plan.GetProperty("waves").EnumerateArray().Select(w => w.GetProperty("zones").GetArrayLength()).ShouldBe([1, 2]);
        plan.GetProperty("waves")[0].GetProperty("verdict").GetProperty("failed").GetString().ShouldBe("stop");
        plan.GetProperty("procedures").GetArrayLength().ShouldBe(1);
        (await server.GetAsync($"plans/{hash[..10]}")).GetProperty("hash").GetString().ShouldBe(hash);
        (await server.GetAsync("plans")).EnumerateArray().ShouldContain(p => p.GetProperty("hash").GetString() == hash);

        using var more = await server.PostAsync("rollouts", new StartRequest { Plan = hash, MaxParallel = 4 });
        (await RunningServer.CodesAsync(more)).ShouldBe(["plan-and-more"]);
        using var unknown = await server.PostAsync("rollouts", new StartRequest { Plan = "feed" });
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await ReadyAsync("pp4");
        using var changed = await server.PostAsync("rollouts", new StartRequest { Plan = hash[..12], Name = "window-p" });
        changed.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await RunningServer.CodesAsync(changed)).ShouldBe(["plan-changed", "plan-zone-new"]);

        using var again = await server.PostAsync("plans", new StartRequest { Plan = hash });
        var newer = (await RunningServer.JsonAsync(again)).GetProperty("hash").GetString()!;
        newer.ShouldNotBe(hash);
        using var started = await server.PostAsync("rollouts", new StartRequest { Plan = newer, Name = "window-p" });
        started.StatusCode.ShouldBe(HttpStatusCode.Created);
        var rollout = await RunningServer.JsonAsync(started);
        rollout.GetProperty("strategy").GetString().ShouldBe("halves");
        rollout.GetProperty("waves")[0].GetProperty("name").GetString().ShouldBe("first");
        rollout.GetProperty("zones").GetArrayLength().ShouldBe(4);
        (await server.GetAsync("audit?rollout=window-p")).EnumerateArray().First(a => a.GetProperty("code").GetString() == "rollout-started").GetProperty("args").GetProperty("plan").GetString().ShouldBe(newer);
        using var aborted = await server.PostAsync("rollouts/window-p/abort", new AbortRequest());
        aborted.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_is_wrong_in_a_strategy_is_told_with_its_place_beside_all_else()
    {
        await ReadyAsync("qq1");
        using var response = await server.PostAsync("plans", new StartRequest { Zones = "region=qq", Package = "9.9.9", Strategy = "apiVersion: fleet/v1\nname: bad\nwaves:\n- {name: a, take: 0}\n" });
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var errors = (await RunningServer.JsonAsync(response)).GetProperty("errors").EnumerateArray().ToList();
        errors.Select(e => e.GetProperty("code").GetString()).ShouldBe(["package-not-found", "strategy-bad-amount"]);
        (errors[1].GetProperty("line").GetInt32(), errors[1].GetProperty("column").GetInt32(), errors[1].GetProperty("path").GetString()).ShouldBe((4, 19, "waves[0].take"));
        using var nothing = await server.PostAsync("rollouts", new StartRequest());
        (await RunningServer.CodesAsync(nothing)).ShouldBe(["start-without-zones", "start-without-package"]);
    }

    [Fact]
    public async Task A_calendar_is_set_looked_at_and_taken_away_and_a_schedule_waits_for_its_time()
    {
        await ReadyAsync("ww1", "ww2");
        (await server.GetAsync("calendar")).GetProperty("text").GetString().ShouldBe("");
        using var wrong = await PutAsync("apiVersion: fleet/v1\ntimeZone: Mars/Olympus\nwindows: [{name: a, zones: 'x,y=z', from: \"22:00\", to: \"02:00\"}]\n");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await RunningServer.CodesAsync(wrong)).ShouldBe(["calendar-time-zone"]);
        using var set = await PutAsync("apiVersion: fleet/v1\ntimeZone: Asia/Shanghai\nwindows: [{name: night, zones: ww1, from: \"22:00\", to: \"02:00\"}]\n");
        set.StatusCode.ShouldBe(HttpStatusCode.OK);
        var day = await server.GetAsync("calendar/zones?selector=region%3Dww&at=2026-11-30T12:00:00%2B08:00");
        day.EnumerateArray().Select(z => z.GetProperty("closed").ValueKind).ShouldBe([System.Text.Json.JsonValueKind.Object, System.Text.Json.JsonValueKind.Null]);
        day[0].GetProperty("opensAt").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 11, 30, 14, 0, 0, TimeSpan.Zero));
        var night = await server.GetAsync("calendar/zones?selector=ww1&at=2026-11-30T23:00:00%2B08:00");
        night[0].GetProperty("openUntil").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 11, 30, 18, 0, 0, TimeSpan.Zero));

        var at = TimeProvider.System.GetUtcNow().AddDays(2);
        using var scheduled = await server.PostAsync("rollouts", new StartRequest { Zones = "region=ww", Package = "4.3.2-20261101", Name = "window-schedule", StartsAt = at, ExpiresAt = at.AddHours(1) });
        var rollout = await RunningServer.JsonAsync(scheduled);
        rollout.GetProperty("state").GetString().ShouldBe("scheduled");
        using var unsaid = await server.PostAsync("rollouts/window-schedule/zones/ww1/waive", new WaiveRequest(" "));
        (await RunningServer.CodesAsync(unsaid)).ShouldBe(["waiver-without-reason"]);
        using var waived = await server.PostAsync("rollouts/window-schedule/zones/ww1/waive", new WaiveRequest("its owner agreed"));
        waived.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var nowhere = await server.PostAsync("rollouts/window-schedule/zones/zz9/waive", new WaiveRequest("why not"));
        nowhere.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var aborted = await server.PostAsync("rollouts/window-schedule/abort", new AbortRequest());
        aborted.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var cleared = await PutAsync("");
        (await server.GetAsync("calendar")).GetProperty("text").GetString().ShouldBe("");
    }

    private Task<HttpResponseMessage> PutAsync(string text) => server.Operator.PutAsync("/api/v1/calendar", System.Net.Http.Json.JsonContent.Create(new { text }), TestContext.Current.CancellationToken);

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
