using System.Globalization;

namespace Fleet.Simulation.Tests;

/// <summary>Many small Fleets under faults, each from its seed.</summary>
public sealed class HistoriesTests
{
    /// <summary>So many here; <c>FLEET_HISTORIES</c> asks for another number, <c>./eng/simulate --seeds N --from S</c> for others.</summary>
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("FLEET_HISTORIES"), CultureInfo.InvariantCulture, out var asked) ? asked : 20_000;

    [Fact]
    [Trait("Speed", "Slow")]
    public void No_history_breaks_a_promise()
    {
        var report = Histories.RunMany(1, Count, Environment.ProcessorCount);
        report.Bad.ShouldBeEmpty(string.Join(Environment.NewLine, report.Bad.Take(5).Select(b => $"{b.Summary}: {string.Join(Environment.NewLine, b.Violations.Take(3))}{b.Crash}")));
        report.Faults.ShouldBeGreaterThan(Count);
        report.Effects.ShouldBeGreaterThan(Count);
    }

    [Fact]
    public void A_seed_replays_exactly()
    {
        foreach (var seed in new[] { 3, 17, 29 })
            Histories.Run(seed).History.Told().ShouldBe(Histories.Run(seed).History.Told());
    }
}
