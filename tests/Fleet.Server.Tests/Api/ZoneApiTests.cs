using System.Net;
using Fleet.Contracts.Probes;
using Fleet.Server.Api.Zones;

namespace Fleet.Server.Tests.Api;

public sealed class ZoneApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task Zones_are_imported_listed_by_selector_and_removed()
    {
        using var import = await server.ImportAsync("bj1a", "bj2a", "sh1a");
        (await RunningServer.JsonAsync(import)).GetProperty("added").GetArrayLength().ShouldBe(3);
        (await server.GetAsync("zones?selector=region%3Dbj")).GetArrayLength().ShouldBe(2);
        (await server.GetAsync("zones?selector=region%21%3Dbj,region%3Dsh")).GetArrayLength().ShouldBe(1);
        using var missing = await server.Operator.GetAsync("/api/v1/zones?selector=bj1a,nowhere");
        (await RunningServer.JsonAsync(missing)).GetProperty("errors")[0].GetProperty("message").GetString()!.ShouldContain("nowhere");
        using var removed = await server.Operator.DeleteAsync("/api/v1/zones/sh1a");
        removed.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var gone = await server.Operator.GetAsync("/api/v1/zones/sh1a");
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_wrong_inventory_changes_nothing_and_every_error_has_its_place()
    {
        using var response = await server.Operator.PostAsync("/api/v1/zones/import", new StringContent(RunningServer.Inventory("gz1a") + "  - {name: GZ2, kind: up}\n"));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var errors = (await RunningServer.JsonAsync(response)).GetProperty("errors");
        errors.GetArrayLength().ShouldBe(3);
        errors[0].GetProperty("line").GetInt32().ShouldBe(5);
        using var gone = await server.Operator.GetAsync("/api/v1/zones/gz1a");
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_wrong_inventory_is_told_too_what_does_not_fit_to_the_stored_zones()
    {
        (await server.ImportAsync("tj1a")).Dispose();
        var inventory = RunningServer.Inventory("tj2a").Replace("host: tj2a.example", "host: tj1a.example", StringComparison.Ordinal) + "  - {name: tj3a, kind: up, firstbox: {host: tj3a.example}}\n";
        using var response = await server.Operator.PostAsync("/api/v1/zones/import", new StringContent(inventory));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var errors = (await RunningServer.JsonAsync(response)).GetProperty("errors").EnumerateArray().ToList();
        errors.Select(e => $"{e.GetProperty("code").GetString()} {e.GetProperty("line").GetInt32()}").ShouldBe(["zones-share-firstbox 4", "inventory-bad-choice 5"]);
        // With the stored zone in the file too, its old address is free.
        using var moved = await server.Operator.PostAsync("/api/v1/zones/import", new StringContent(inventory + "  - {name: tj1a, kind: up, firstbox: {host: tj9a.example}}\n"));
        (await RunningServer.CodesAsync(moved)).ShouldBe(["inventory-bad-choice", "inventory-bad-choice"]);
    }

    [Fact]
    public async Task A_host_key_is_read_through_a_worker_and_pinned()
    {
        (await server.ImportAsync("wh1a")).Dispose();
        using (var nobody = await server.PostAsync("zones/probe", new ProbeRequest("wh1a", ProbeDepth.HostKeys)))
            (await RunningServer.JsonAsync(nobody))[0].GetProperty("stages")[0].GetProperty("problem").GetProperty("code").GetString().ShouldBe("probe-no-worker");

        await server.BeatAsync();
        using var probed = await server.PostAsync("zones/probe", new ProbeRequest("wh1a", ProbeDepth.HostKeys));
        var key = (await RunningServer.JsonAsync(probed))[0].GetProperty("hostKeys")[0];
        using var pinned = await server.PostAsync("zones/wh1a/pins", new PinRequest(key.GetProperty("fingerprint").GetString()!));
        (await RunningServer.JsonAsync(pinned)).GetProperty("pinned").GetBoolean().ShouldBeTrue();
        using var wrong = await server.PostAsync("zones/wh1a/pins", new PinRequest("SHA256:abc"));
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }
}
