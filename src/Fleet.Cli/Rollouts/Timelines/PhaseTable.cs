using Fleet.Cli.Output;
using Fleet.Server.Api.Reports;

namespace Fleet.Cli.Rollouts.Timelines;

/// <summary>How long each phase took on the zones, with the letter that the plot has for it.</summary>
internal static class PhaseTable
{
    public static void Print(Terminal terminal, ReportDocument report, IReadOnlyList<char> letters)
    {
        var table = new TextTable("", "phase", "zones", "median", "longest", "");
        for (var i = 0; i < report.Phases.Count; i++)
        {
            var name = report.Phases[i].Name;
            var times = report.Zones.SelectMany(z => z.Phases.Where(p => p.Name == name && p.EndedAt is not null).Select(p => (z.Name, Took: p.EndedAt!.Value - p.StartedAt))).OrderBy(t => t.Took).ToList();
            if (times.Count > 0)
                table.Add(letters[i].ToString(), name, times.Count.ToString(), Words.Duration(times[(times.Count - 1) / 2].Took), Words.Duration(times[^1].Took), new Cell(times[^1].Name, Styles.Quiet));
        }

        table.Write(terminal);
    }
}
