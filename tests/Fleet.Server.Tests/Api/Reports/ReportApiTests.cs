using System.Net;
using Fleet.Server.Api.Calendars;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Server.Tests.Api.Reports;

public sealed class ReportApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task A_report_is_a_document_Markdown_or_HTML_in_either_language()
    {
        await StartAsync("rp1", "rp2");
        var report = await server.GetAsync("rollouts/window-rp/report");
        report.GetProperty("running").GetBoolean().ShouldBeTrue();
        report.GetProperty("timeZone").GetString().ShouldBe("UTC");
        report.GetProperty("zones").EnumerateArray().Select(z => z.GetProperty("name").GetString()).ShouldBe(["rp1", "rp2"], ignoreOrder: true);
        report.GetProperty("acts").EnumerateArray().ShouldContain(a => a.GetProperty("code").GetString() == "rollout-started");

        (await TextAsync("window-rp/report?format=md&lang=zh", "text/markdown")).ShouldStartWith("# 批量升级 window-rp 报告");
        (await TextAsync("window-rp/report?format=html&timeZone=Europe/Zurich", "text/html")).ShouldContain("Europe/Zurich");
        (await server.GetAsync("rollouts/window-rp/report?lang=zh")).GetProperty("zones").GetArrayLength().ShouldBe(2);
        (await TextAsync("window-rp/report?format=md", "text/markdown")).ShouldStartWith("# Report of the rollout window-rp");
    }

    [Fact]
    public async Task A_customer_reads_of_one_zone_in_the_time_zone_of_its_windows()
    {
        await StartAsync("rq1", "rq2");
        using var set = await server.Operator.PutAsync("/api/v1/calendar", System.Net.Http.Json.JsonContent.Create(new CalendarRequest("apiVersion: fleet/v1\ntimeZone: Asia/Shanghai\nwindows:\n  - {name: w, zones: rq1, from: \"00:00\", to: \"24:00\"}\n")));
        set.StatusCode.ShouldBe(HttpStatusCode.OK);
        var told = await server.GetAsync("rollouts/window-rq/report?audience=customer&zone=rq1");
        told.GetProperty("timeZone").GetString().ShouldBe("Asia/Shanghai");
        told.ToString().ShouldNotContain("rq2");
        (await server.GetAsync("rollouts/window-rq/report?audience=customer&zone=rq2")).GetProperty("timeZone").GetString().ShouldBe("UTC");
        var html = await TextAsync("window-rq/report?audience=customer&zone=rq1&format=html", "text/html");
        html.ShouldNotContain("rq2");
        html.ShouldNotContain("window-rq");
        html.ShouldNotContain("rq1.example");
    }

    [Theory]
    [InlineData("format=pdf", "request-bad-value")]
    [InlineData("lang=fr", "request-bad-value")]
    [InlineData("audience=press", "request-bad-value")]
    [InlineData("audience=customer", "report-customer-without-zone")]
    [InlineData("timeZone=Mars/Olympus", "calendar-time-zone")]
    [InlineData("audience=customer&format=pdf&timeZone=x", "request-bad-value,report-customer-without-zone,calendar-time-zone")]
    public async Task What_is_wrong_with_what_was_asked_is_told_at_once(string query, string codes)
    {
        using var answer = await server.Operator.GetAsync($"/api/v1/rollouts/nothing/report?{query}");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await RunningServer.CodesAsync(answer)).ShouldBe(codes.Split(','));
    }

    [Fact]
    public async Task A_rollout_or_a_zone_that_is_not_there_is_told_so_and_nobody_reads_without_a_token()
    {
        await StartAsync("rs1", "rs2");
        using var nothing = await server.Operator.GetAsync("/api/v1/rollouts/nothing/report");
        (await RunningServer.CodesAsync(nothing)).ShouldBe(["rollout-not-found"]);
        using var zone = await server.Operator.GetAsync("/api/v1/rollouts/window-rs/report?zone=nowhere");
        zone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await RunningServer.CodesAsync(zone)).ShouldBe(["zone-not-in-rollout"]);
        using var nobody = await server.Nobody.GetAsync("/api/v1/rollouts/window-rs/report");
        nobody.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task StartAsync(params string[] zones)
    {
        (await server.ImportAsync(zones)).Dispose();
        await server.AddPackageAsync();
        using var started = await server.PostAsync("rollouts", new StartRequest { Zones = string.Join(',', zones), Package = "4.3.2-20261101", Name = $"window-{zones[0][..2]}", MaxParallel = 1 });
        started.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    private async Task<string> TextAsync(string path, string type)
    {
        using var answer = await server.Operator.GetAsync($"/api/v1/rollouts/{path}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        if (type == "text/html")
            answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'none'");
        return await answer.Content.ReadAsStringAsync();
    }
}
