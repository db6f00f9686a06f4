using Fleet.Cli.Rollouts.Timelines;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;
using NodaTime;

namespace Fleet.Cli.Tests.Rollouts;

/// <summary>Plots for tests: two phases, an hour, a zone that waited for people and one that never began.</summary>
internal static class PlotSamples
{
    public static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-24T10:00:00Z");

    public static Plot Hour(bool running = false) => new(
        "nov-window", Start, Start.AddMinutes(60), running ? Start.AddMinutes(57) : null, DateTimeZone.Utc, ["preflight", "upgrade-platform"],
        [
            new PlotRow("pek1a", ZoneState.Succeeded, 3600, 900, Between(0, 60), [new PlotBar(0, Between(0, 6)), new PlotBar(1, Between(6, 30)), new PlotBar(1, Between(45, 57))], [Between(30, 45)]),
            new PlotRow("cd1a", running ? ZoneState.Running : ZoneState.Failed, 1080, 0, Between(12, 30), [new PlotBar(0, new Stretch(Start.AddMinutes(12), Start.AddMinutes(12).AddSeconds(2)))], []),
            new PlotRow("sh1a", ZoneState.Waiting, 0, 0, null, [], []),
        ]);

    public static Stretch Between(double from, double to) => new(Start.AddMinutes(from), Start.AddMinutes(to));
}
