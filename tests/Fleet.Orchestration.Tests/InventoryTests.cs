using Fleet.Contracts.Phases;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Zones;

namespace Fleet.Orchestration.Tests;

public sealed class InventoryTests(QuietFleet quiet) : IClassFixture<QuietFleet>
{
    private static readonly string Key = $"SHA256:{new string('k', 43)}";

    private IZones Zones => quiet.Coordinator.Zones;

    private static InventoryZone Pinned(InventoryZone zone, string? key) => zone with { Connection = zone.Connection with { Firstbox = zone.Connection.Firstbox with { HostKey = key } } };

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once_and_nothing_changes()
    {
        InventoryZone[] wrong =
        [
            Samples.Zone("Wrong_name"),
            Samples.Zone("bad-port", port: 0),
            Pinned(Samples.Zone("bad-key"), "SHA256:abc"),
            Pinned(Samples.Zone("twin1"), Key),
            Pinned(Samples.Zone("twin2"), Key),
            Samples.Zone("same1"),
            Samples.Zone("same2") with { Connection = Samples.Zone("same1").Connection },
            Samples.Zone("twice"),
            Samples.Zone("twice", port: 23),
        ];
        var result = await Zones.ImportAsync(wrong, prune: false, "ops", default);
        result.Kind.ShouldBe(ResultKind.Invalid);
        result.Problems.Select(p => p.Code).Order().ShouldBe(
            ["host-key-invalid", "zone-name-invalid", "zone-named-twice", "zone-port-invalid", "zones-share-firstbox", "zones-share-host-key"]);
        (await Zones.FindAsync("same1", default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_pin_stays_when_the_file_gives_none_and_goes_where_the_host_changes()
    {
        var zone = Samples.Zone("pinme", port: 2201);
        (await Zones.ImportAsync([zone], false, "ops", default)).Value!.Added.ShouldBe(["pinme"]);
        (await Zones.PinAsync("pinme", null, Key.Replace('k', 'p'), "ops", default)).Problems.ShouldBeEmpty();
        (await Zones.ImportAsync([zone with { Global = "pek" }], false, "ops", default)).Value!.Changed.ShouldBe(["pinme"]);
        (await Zones.FindAsync("pinme", default))!.Zone.Connection.Firstbox.HostKey.ShouldBe(Key.Replace('k', 'p'));
        await Zones.ImportAsync([Samples.Zone("pinme", port: 2299)], false, "ops", default);
        (await Zones.FindAsync("pinme", default))!.Zone.Connection.Firstbox.HostKey.ShouldBeNull();
    }

    [Theory]
    [InlineData("all", "a,b,c")]
    [InlineData("a,c", "a,c")]
    [InlineData("region=pek", "a,b")]
    [InlineData("region=pek,tier!=canary", "b")]
    [InlineData("tier!=canary", "b,c")]
    public void Zones_are_selected_by_name_or_by_labels(string selector, string expected)
    {
        InventoryZone[] zones = [Samples.Zone("a", region: "pek", tier: "canary"), Samples.Zone("b", region: "pek"), Samples.Zone("c", region: "sh")];
        var parsed = ZoneSelector.Parse(selector).Value!;
        string.Join(',', zones.Where(parsed.Matches).Select(z => z.Name)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,region=pek")]
    [InlineData("=x")]
    public void A_selector_that_is_none_is_refused(string selector) => ZoneSelector.Parse(selector).Kind.ShouldBe(ResultKind.Invalid);

    [Fact]
    public async Task A_zone_in_a_rollout_is_neither_removed_nor_moved()
    {
        var zone = Samples.Zone("busy", port: 2202);
        await quiet.Coordinator.SeedAsync(zone);
        await quiet.Coordinator.StartRolloutAsync(["busy"]);
        (await Zones.RemoveAsync("busy", "ops", default)).Problems[0].Code.ShouldBe("zone-in-use");
        var moved = zone with { Connection = new FirstboxConnection { Firstbox = zone.Connection.Firstbox with { Port = 2203 } } };
        (await Zones.ImportAsync([moved], false, "ops", default)).Problems[0].Code.ShouldBe("zone-in-use");
    }

    [Fact]
    public async Task A_zone_whose_firstbox_another_rollout_has_says_why_it_waits()
    {
        var fleet = quiet.Coordinator;
        await fleet.SeedAsync(Samples.Zone("held", port: 2205));
        var first = await fleet.StartRolloutAsync(["held"]);
        await fleet.WaitForAsync(first.Id, v => v.Zones[0].Standing == "no-worker");
        var second = await fleet.StartRolloutAsync(["held"]);
        await fleet.WaitForAsync(second.Id, v => v.Zones[0].Standing == "blocked");
        (await fleet.Rollouts.FindZoneAsync(second.Id.ToString(), "held", default)).Value!.Standing.ShouldBe("blocked");
        await Zones.TakeAsync("held", null, "ops", default);
        await fleet.WaitForAsync(second.Id, v => v.Zones[0].Standing == "taken");
    }

    [Fact]
    public async Task A_taken_zone_is_given_back_by_anyone_but_not_taken_twice()
    {
        await Zones.ImportAsync([Samples.Zone("taken", port: 2204)], false, "ops", default);
        (await Zones.TakeAsync("taken", "looking", "ann", default)).Value!.TakenBy.ShouldBe("ann");
        (await Zones.TakeAsync("taken", null, "bob", default)).Problems[0].Args["by"].ShouldBe("ann");
        (await Zones.ReturnAsync("taken", null, "bob", default)).Value!.TakenBy.ShouldBeNull();
        (await Zones.ReturnAsync("taken", null, "bob", default)).Problems[0].Code.ShouldBe("zone-not-taken");
    }
}
