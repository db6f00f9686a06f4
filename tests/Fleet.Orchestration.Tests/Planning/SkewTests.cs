using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Tests.Planning;

/// <summary>The global zone g (4.8.0) has the subs a (4.8.0), b (4.5.2), c (never read) and o (3.9.0); the target is 4.10.0.</summary>
public sealed class SkewTests
{
    private static readonly Dictionary<string, string> Versions = new() { ["g"] = "4.8.0", ["a"] = "4.8.0", ["b"] = "4.5.2", ["o"] = "3.9.0", ["alone"] = "4.1.0" };

    [Theory]
    [InlineData("2", "any", "g a", "g a", "")]
    [InlineData("1", "any", "g a", "a", "a too far from g")]
    [InlineData("2", "any", "g b", "g b", "g too far from b")]
    [InlineData("2", "last", "g b", "g b", "")]
    [InlineData("2", "first", "g b", "g b", "g too far from b")]
    [InlineData("4", "any", "g a b", "g a", "g too far from b")]
    [InlineData("5", "any", "g a b", "g a", "")]
    [InlineData("9", "first", "g c", "g c", "c is not known")]
    [InlineData("9", "last", "g c", "g c", "")]
    [InlineData("99", "any", "g o", "g", "g too far from o")]
    [InlineData("0", "any", "g a alone", "alone", "")]
    public void What_would_differ_by_more_than_may_be_is_told(string most, string order, string inventory, string upgraded, string problems)
    {
        var zones = inventory.Split(' ').Select(n => Samples.Zone(n) with { Global = n.Length == 1 && n != "g" ? "g" : null }).ToList();
        var strategy = Strategy(most, order);
        var told = SkewCheck.Problems(strategy.MaxSkew, strategy.GlobalZones, upgraded.Split(' ').ToHashSet(), zones, Versions.GetValueOrDefault, "4.10.0");
        string.Join(", ", told.Select(p => p.Code == "strategy-skew" ? $"{p.Args["zone"]} too far from {p.Args["other"]}" : $"{p.Args["zone"]} is not known")).ShouldBe(problems);
    }

    [Fact]
    public void Without_a_word_any_difference_may_be() => SkewCheck.Problems(null, GlobalOrder.Any, new HashSet<string> { "g" }, [Samples.Zone("g"), Samples.Zone("a") with { Global = "g" }], _ => null, "4.10.0").ShouldBeEmpty();

    [Fact]
    public async Task A_rollout_that_breaks_it_is_refused()
    {
        await using var fleet = await Coordinator.StartAsync([new FakeWorker("w1")]);
        await fleet.SeedAsync(Samples.Zone("g"), Samples.Zone("a") with { Global = "g" });
        var refused = await fleet.Rollouts.StartAsync(new StartRollout { Zones = ["a"], PackageDigest = Samples.Package.Digest, Strategy = "apiVersion: fleet/v1\nname: s\nmaxSkew: 2\nwaves: [{name: all}]\n" }, "ops", default);
        refused.Problems.Single().ShouldSatisfyAllConditions(p => p.Code.ShouldBe("strategy-skew-unknown"), p => p.Args["zone"].ShouldBe("g"));
    }

    [Fact]
    public async Task A_zone_that_would_break_it_is_not_added()
    {
        await using var fleet = await Coordinator.StartAsync([new FakeWorker("w1")]);
        await fleet.SeedAsync(Samples.Zone("g"), Samples.Zone("a") with { Global = "g" }, Samples.Zone("alone"));
        var started = await fleet.Rollouts.StartAsync(new StartRollout { Zones = ["alone"], PackageDigest = Samples.Package.Digest, Strategy = "apiVersion: fleet/v1\nname: s\nmaxSkew: 2\nwaves: [{name: all}]\n" }, "ops", default);
        var refused = await fleet.Rollouts.AddZoneAsync(started.Value!.Id.ToString(), "a", null, null, "ops", default);
        refused.Problems.Single().ShouldSatisfyAllConditions(p => p.Code.ShouldBe("strategy-skew-unknown"), p => p.Args["zone"].ShouldBe("g"), p => p.Args["other"].ShouldBe("a"));
    }

    private static StrategyFile Strategy(string most, string order) => StrategyLoader.Load($"apiVersion: fleet/v1\nname: s\nmaxSkew: {most}\nglobalZones: {order}\nwaves: [{{name: all}}]\n").Strategy!;
}
