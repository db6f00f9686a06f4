using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;
using NodaTime;

namespace Fleet.Cli.Rollouts.Timelines;

/// <summary>What happened over time, a row for each zone, or for each phase of one zone.</summary>
/// <param name="Now">While it runs.</param>
/// <param name="Phases">Their names; a bar names its phase by its place here.</param>
internal sealed record Plot(string Title, DateTimeOffset From, DateTimeOffset To, DateTimeOffset? Now, DateTimeZone TimeZone, IReadOnlyList<string> Phases, IReadOnlyList<PlotRow> Rows)
{
    public TimeSpan Length => To - From > TimeSpan.FromSeconds(1) ? To - From : TimeSpan.FromSeconds(1);
}

/// <param name="Whole">From its start to its end; null: it was never started.</param>
/// <param name="Bars">While machines worked.</param>
/// <param name="Waiting">While people were waited for.</param>
/// <param name="Took">Seconds.</param>
internal sealed record PlotRow(string Name, ZoneState State, double Took, double Waited, Stretch? Whole, IReadOnlyList<PlotBar> Bars, IReadOnlyList<Stretch> Waiting);

internal readonly record struct PlotBar(int Phase, Stretch When);
