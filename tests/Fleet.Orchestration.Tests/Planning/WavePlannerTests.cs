using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Tests.Rollouts;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Tests.Planning;

public sealed class WavePlannerTests
{
    private static readonly IReadOnlyList<InventoryZone> Six =
    [
        Samples.Zone("a", region: "pek"), Samples.Zone("b", region: "pek", tier: "canary"), Samples.Zone("c", region: "sh"),
        Samples.Zone("d", region: "sh"), Samples.Zone("e", region: "sh"), Samples.Zone("f"),
    ];

    [Theory]
    [InlineData("- {name: canary, zones: tier=canary}\n- {name: rest}", "b|a,c,d,e,f")]
    [InlineData("- {name: some, take: 2}\n- {name: more, take: 50%}\n- {name: rest}", "a,b|c,d,e|f")]
    [InlineData("- {name: some, take: 1%}\n- {name: rest}", "a|b,c,d,e,f")]
    [InlineData("- {name: half, zones: region=sh, take: 50%}\n- {name: sh, zones: region=sh}\n- {name: rest}", "c,d|e|a,b,f")]
    [InlineData("- {name: named, zones: 'f,a'}\n- {name: pek, zones: 'region=pek,tier=canary'}\n- {name: rest}", "a,f|b|c,d,e")]
    public void Zones_are_put_into_waves_by_selector_number_and_share(string waves, string expected)
    {
        var plan = Plan(waves);
        plan.Problems.ShouldBeEmpty();
        string.Join('|', plan.Value!.Zones.GroupBy(z => z.Wave).OrderBy(g => g.Key).Select(g => string.Join(',', g.Select(z => z.Zone.Name)))).ShouldBe(expected);
    }

    [Theory]
    [InlineData("- {name: none, zones: region=xa}\n- {name: rest}", "7:strategy-wave-empty")]
    [InlineData("- {name: sh, zones: region=sh}\n- {name: twice, zones: 'c,a'}\n- {name: rest}", "8:strategy-zone-in-two-waves")]
    [InlineData("- {name: sh, zones: region=sh}", "7:strategy-zones-left")]
    [InlineData("- {name: rest}\n- {name: late}", "8:strategy-wave-after-rest")]
    [InlineData("- {name: mixed, zones: 'a,region=pek'}\n- {name: rest}", "7:strategy-bad-selector")]
    [InlineData("- {name: named, zones: 'a,nobody'}\n- {name: rest}", "7:strategy-zone-not-there")]
    [InlineData("- {name: none, zones: region=xa}\n- {name: sh, zones: region=sh}\n- {name: twice, zones: 'c,a'}", "7:strategy-wave-empty 9:strategy-zone-in-two-waves 9:strategy-zones-left")]
    public void What_contradicts_the_zones_is_told_all_at_once_with_its_place(string waves, string expected) =>
        string.Join(' ', Plan(waves).Problems.Select(p => $"{p.Args["line"]}:{p.Code}")).ShouldBe(expected);

    [Theory]
    [InlineData("first", "strategy-global-after-sub")]
    [InlineData("last", null)]
    [InlineData("any", null)]
    public void Waves_in_an_order_that_the_global_zones_must_not_have_are_refused(string order, string? expected)
    {
        IReadOnlyList<InventoryZone> zones = [Samples.Zone("g"), Samples.Zone("s") with { Global = "g" }];
        var waves = $"- {{name: subs, zones: s}}\n- {{name: globals}}";
        WavePlanner.Plan(zones, File(waves, $"globalZones: {order}"), null, null).Problems.SingleOrDefault()?.Code.ShouldBe(expected);
        WavePlanner.Plan(zones, File("- {name: globals, zones: g}\n- {name: subs}", "globalZones: last"), null, null).Problems.Single().Code.ShouldBe("strategy-global-before-sub");
    }

    [Fact]
    public void What_is_said_beside_the_file_goes_above_it()
    {
        var file = File("- {name: all}", "maxParallel: 25%\nmaxFailures: 10%");
        WavePlanner.Plan(Six, file, null, null).Value!.Strategy.ShouldSatisfyAllConditions(s => s.MaxParallel.ShouldBe(new Amount(null, 25)), s => s.MaxFailures.ShouldBe(new Amount(null, 10)));
        WavePlanner.Plan(Six, file, 3, Amount.None).Value!.Strategy.ShouldSatisfyAllConditions(s => s.MaxParallel.ShouldBe(new Amount(3, null)), s => s.MaxFailures.ShouldBe(Amount.None));
    }

    [Fact]
    public void A_rollouts_row_keeps_what_the_strategy_says()
    {
        var script = new RolloutScript(Six, failures: null, strategy: "apiVersion: fleet/v1\nname: all-of-it\nmaxParallel: 25%\nmaxParallelPerLabel: {region: 1}\nmaxParallelPerPool: {default: 3}\nslowStart: true\nmaxFailures: 10%\ntimeLimit: 8h\nglobalZones: last\nwaves:\n- {name: some, take: 1, bake: 30m, verdict: {failed: ask}}\n- {name: rest, maxParallel: 2, maxFailures: 1, timeLimit: 3h}\n");
        var again = Store.Json.Read<Rollout>(Store.Json.Write(script.Row));
        Store.Json.Write(again).ShouldBe(Store.Json.Write(script.Row));
        again.Waves[0].Actions.ShouldBe(new VerdictActions(VerdictAction.GoOn, VerdictAction.Ask, VerdictAction.Ask));
        again.Strategy.MaxParallel.ShouldBe(new Amount(null, 25));
        Store.Json.Write(script.Row).ShouldContain("\"failed\":\"ask\"");
    }

    private static Result<WavePlan> Plan(string waves) => WavePlanner.Plan(Six, File(waves, "maxParallel: 2\nmaxFailures: 0\nglobalZones: any"), null, null);

    private static StrategyFile File(string waves, string settings)
    {
        var loaded = StrategyLoader.Load($"apiVersion: fleet/v1\nname: test\n{settings}\nwaves:\n{waves}\n");
        return loaded.Strategy ?? throw new InvalidOperationException(string.Join("; ", loaded.Problems));
    }
}
