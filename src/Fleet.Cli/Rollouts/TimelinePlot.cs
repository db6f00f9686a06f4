using Fleet.Cli.Output;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

/// <summary>A row for each zone, a letter for each phase, time from left to right.</summary>
internal static class TimelinePlot
{
    private const int LeastWidth = 20;
    private const int MostWidth = 120;

    public static void Print(Terminal terminal, TimelineDocument timeline)
    {
        var letters = Letters(timeline.Phases);
        var total = timeline.EndedAt - timeline.StartedAt;
        var width = Math.Clamp(terminal.Screen.Profile.Width - 50, LeastWidth, MostWidth);
        terminal.Line(Say.Of($"{timeline.Name}: {Words.Duration(total)}{(timeline.Running ? Say.Of(" so far") : "")}"));
        var plot = new TextTable("zone", $"0:00{Words.Duration(total).PadLeft(Math.Max(1, width - 4))}", "took", "state");
        foreach (var zone in timeline.Zones)
        {
            plot.Add(
                zone.Zone, Row(zone, timeline, letters, width),
                zone.StartedAt is { } started ? Words.Duration((zone.EndedAt ?? timeline.EndedAt) - started) : "–", new Cell(Words.Of(zone.State), Styles.Of(zone.State)));
        }

        plot.Write(terminal);
        terminal.Line();
        var phases = new TextTable("", "phase", "zones", "median", "longest", "");
        foreach (var phase in timeline.Phases)
        {
            var times = timeline.Zones.SelectMany(z => z.Phases.Where(p => p.Phase == phase && p.EndedAt is not null).Select(p => (z.Zone, p.Seconds))).OrderBy(t => t.Seconds).ToList();
            if (times.Count > 0)
                phases.Add(letters[phase].ToString(), phase, times.Count.ToString(), Seconds(times[(times.Count - 1) / 2].Seconds), Seconds(times[^1].Seconds), new Cell(times[^1].Zone, Styles.Quiet));
        }

        phases.Write(terminal);
    }

    internal static string Row(ZoneTimeline zone, TimelineDocument timeline, IReadOnlyDictionary<string, char> letters, int width)
    {
        var row = new string('·', width).ToCharArray();
        var total = Math.Max(0.001, (timeline.EndedAt - timeline.StartedAt).TotalSeconds);
        int At(DateTimeOffset time) => Math.Clamp((int)((time - timeline.StartedAt).TotalSeconds / total * width), 0, width - 1);
        foreach (var phase in zone.Phases)
            Array.Fill(row, letters.GetValueOrDefault(phase.Phase, '?'), At(phase.StartedAt), At(phase.EndedAt ?? timeline.EndedAt) - At(phase.StartedAt) + 1);
        return new string(row);
    }

    /// <summary>Each phase's letter: the first of its name that is free.</summary>
    internal static IReadOnlyDictionary<string, char> Letters(IReadOnlyList<string> phases)
    {
        var letters = new Dictionary<string, char>(StringComparer.Ordinal);
        foreach (var phase in phases)
            letters[phase] = phase.Concat("0123456789").First(c => char.IsAsciiLetterOrDigit(c) && !letters.ContainsValue(c));
        return letters;
    }

    private static string Seconds(double seconds) => Words.Duration(TimeSpan.FromSeconds(seconds));
}
