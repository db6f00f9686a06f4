using System.Net;
using System.Text.Json;
using Fleet.Orchestration.Zones;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Api.Zones;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Tests.Api;

public sealed class HandoverApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly Dictionary<string, string> Before = new()
    {
        ["versions.layout"] = "json",
        ["versions.installer"] = "4.2.1",
        ["versions.qingcloud"] = "20190318",
        ["versions.upgrade"] = "20190401",
        ["markers.present"] = "",
    };

    [Fact]
    public async Task A_zone_is_read_when_it_is_taken_and_again_before_it_is_given_back()
    {
        await ReadyAsync("cq1a");
        var holders = new List<string?>();
        Found(holders, Before);
        using var taken = await server.PostAsync("zones/cq1a/take", new CommentRequest("by hand"));
        var document = await RunningServer.JsonAsync(taken);
        document.GetProperty("takenBy").GetString().ShouldBe("operator");
        document.GetProperty("reading").GetProperty("ok").GetBoolean().ShouldBeTrue();

        Found(holders, new(Before.Where(f => f.Key != "versions.upgrade")) { ["versions.new-upgrade"] = "20261101", ["markers.present"] = "pre_upgrade.Done" });
        using var returned = await server.PostAsync("zones/cq1a/return", new CommentRequest());
        var told = await RunningServer.JsonAsync(returned);
        told.GetProperty("zone").GetProperty("takenBy").ValueKind.ShouldBe(JsonValueKind.Null);
        told.GetProperty("compared").GetBoolean().ShouldBeTrue();
        told.GetProperty("changes").EnumerateArray().Select(c => $"{c.GetProperty("fact")}: {c.GetProperty("before")} → {c.GetProperty("after")}").ShouldBe(
            ["markers.present:  → pre_upgrade.Done", "versions.new-upgrade:  → 20261101", "versions.upgrade: 20190401 → "]);
        told.GetProperty("proposed").ValueKind.ShouldBe(JsonValueKind.Null, "no rollout waits for it");
        holders.ShouldBe(["operator", "operator"], "while it is read it is the person's");
        using var twice = await server.PostAsync("zones/cq1a/return", new CommentRequest());
        twice.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task What_changed_is_compared_with_the_first_reading_of_who_takes_it_twice()
    {
        await ReadyAsync("cq2a");
        Found([], Before);
        (await server.PostAsync("zones/cq2a/take", new CommentRequest())).Dispose();
        Found([], new(Before) { ["markers.present"] = "pre_upgrade.Done" });
        (await server.PostAsync("zones/cq2a/take", new CommentRequest())).Dispose();
        using var returned = await server.PostAsync("zones/cq2a/return", new CommentRequest());
        (await RunningServer.JsonAsync(returned)).GetProperty("changes").GetArrayLength().ShouldBe(1);
        (await server.PostAsync("zones/cq2a/take", new CommentRequest())).Dispose();
        using var again = await server.PostAsync("zones/cq2a/return", new CommentRequest());
        (await RunningServer.JsonAsync(again)).GetProperty("changes").GetArrayLength().ShouldBe(0, "the reading of an earlier time is forgotten");
    }

    [Fact]
    public async Task A_zone_that_cannot_be_read_goes_to_a_person_and_comes_back_all_the_same()
    {
        using (var imported = await server.Operator.PostAsync("/api/v1/zones/import", new StringContent(RunningServer.Inventory("cq3a").Replace("kind: sub", "kind: sub, pool: far", StringComparison.Ordinal))))
            imported.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var taken = await server.PostAsync("zones/cq3a/take", new CommentRequest());
        (await RunningServer.JsonAsync(taken)).GetProperty("reading").GetProperty("stages")[0].GetProperty("problem").GetProperty("code").GetString().ShouldBe("probe-no-worker");
        using var returned = await server.PostAsync("zones/cq3a/return", new CommentRequest());
        var told = await RunningServer.JsonAsync(returned);
        told.GetProperty("zone").GetProperty("takenBy").ValueKind.ShouldBe(JsonValueKind.Null);
        told.GetProperty("probe").GetProperty("ok").GetBoolean().ShouldBeFalse();
        told.GetProperty("compared").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task The_phase_is_proposed_where_a_rollout_waits()
    {
        await ReadyAsync("cq4a");
        await server.AddPackageAsync();
        Found([], Before);
        (await server.PostAsync("zones/cq4a/take", new CommentRequest())).Dispose();
        using var started = await server.PostAsync("rollouts", new StartRequest { Zones = "cq4a", Package = "4.3.2-20261101", Name = "waits" });
        var rollout = await RunningServer.JsonAsync(started);
        using var returned = await server.PostAsync("zones/cq4a/return", new CommentRequest());
        var told = await RunningServer.JsonAsync(returned);
        told.GetProperty("rollout").GetGuid().ShouldBe(rollout.GetProperty("id").GetGuid());
        (told.GetProperty("recorded").GetString(), told.GetProperty("proposed").GetString()).ShouldBe(("preflight", "preflight"));
        (await server.PostAsync("rollouts/waits/abort", new AbortRequest())).Dispose();
    }

    private void Found(List<string?> holders, Dictionary<string, string> facts) => server.Found = async probe =>
    {
        await using var scope = server.Services.CreateAsyncScope();
        holders.Add((await scope.ServiceProvider.GetRequiredService<IZones>().FindAsync(probe.Zone, CancellationToken.None))?.TakenBy);
        return facts;
    };

    private async Task ReadyAsync(string zone)
    {
        (await server.ImportAsync(zone)).Dispose();
        await server.BeatAsync();
    }
}
