using Fleet.Cli.Output;
using Fleet.Orchestration.Reports;
using Fleet.Server.Api.Reports.Pages;
using NodaTime;
using Spectre.Console;

namespace Fleet.Cli.Rollouts.Timelines;

/// <summary>A plot as rectangles, lines and words at their places; what they are written as is the file's. Pure.</summary>
internal sealed record PlotPicture(string Title, double Width, double Height, IReadOnlyList<PlotMark> Marks)
{
    private const double Wide = 1000;
    /// <summary>For how each ended and how long it took.</summary>
    private const double Right = 130;
    private const double Top = 56;
    private const int MostLetters = 26;
    private static readonly string[] Colours = ["#9db4c8", "#5b8db8", "#2f6690", "#81b29a", "#3d7a63", "#c9a227", "#b5838d", "#6d597a"];
    public const string WaitingColour = "#d1495b";
    private const string Ink = "#1d2733";
    private const string Quiet = "#6b7785";
    private const string Grid = "#dde3e9";

    public static PlotPicture Draw(Plot plot)
    {
        var row = plot.Rows.Count switch { <= 12 => 26.0, <= 40 => 20.0, <= 100 => 15.0, _ => 11.0 };
        var font = Math.Min(12, row - 2);
        var names = plot.Rows.Select(r => ScreenText.Cut(r.Name, MostLetters)).ToList();
        var left = Math.Clamp((names.Select(n => n.GetCellWidth()).DefaultIfEmpty(4).Max() * font * 0.62) + 16, 60, 230);
        double X(DateTimeOffset at) => left + ((Wide - Right - left) * Math.Clamp((at - plot.From) / plot.Length, 0, 1));
        var bottom = Top + (plot.Rows.Count * row);
        var marks = new List<PlotMark> { new PlotText(8, 20, 15, "start", Say.Of($"{plot.Title}: {Words.Duration((plot.Now ?? plot.To) - plot.From)}{(plot.Now is null ? "" : Say.Of(" so far"))}"), Ink) };
        Axis(marks, plot, X, bottom);
        for (var i = 0; i < plot.Rows.Count; i++)
            Row(marks, plot.Rows[i], names[i], X, Top + (i * row), row, font, left);
        if (plot.Now is { } now)
        {
            marks.Add(new PlotLine(X(now), Top - 6, X(now), bottom, WaitingColour, 1.5, Dashed: true));
            marks.Add(new PlotText(X(now) + 4, bottom + 12, 10, "start", Say.Of("now"), WaitingColour));
        }

        var lines = Legend(marks, plot.Phases, bottom + 22);
        return new PlotPicture(plot.Title, Wide, bottom + 32 + (lines * 20), marks);
    }

    private static void Axis(List<PlotMark> marks, Plot plot, Func<DateTimeOffset, double> x, double bottom)
    {
        var last = double.NegativeInfinity;
        LocalDate? day = null;
        foreach (var tick in TimeAxis.Ticks(plot.From, plot.To, plot.TimeZone))
        {
            var (at, local) = (x(tick.ToDateTimeOffset()), tick.InZone(plot.TimeZone).LocalDateTime);
            marks.Add(new PlotLine(at, Top - 4, at, bottom, Grid, 1));
            if (at - last < 40)
                continue;
            last = at;
            marks.Add(new PlotText(at, Top - 8, 11, "middle", local.ToString("HH:mm", null), Ink));
            if (day != local.Date)
                marks.Add(new PlotText(at, Top - 21, 10, "middle", local.Date.ToString("uuuu-MM-dd", null), Quiet));
            day = local.Date;
        }
    }

    private static void Row(List<PlotMark> marks, PlotRow row, string name, Func<DateTimeOffset, double> x, double y, double height, double font, double left)
    {
        var (middle, bar) = (y + (height / 2), height - Math.Max(2, height / 5));
        marks.Add(new PlotText(left - 8, middle + (font * 0.36), font, "end", name, Ink));
        if (row.Whole is not { } whole)
            return;
        marks.Add(new PlotLine(x(whole.From), middle, x(whole.To), middle, Quiet, 1, Dashed: true));
        foreach (var (phase, when) in row.Bars)
        {
            var (from, wide) = Bar(when, x);
            marks.Add(new PlotBox(from, middle - (bar / 2), wide, bar, Colours[phase % Colours.Length]));
            if (wide >= 12 && font >= 9)
                marks.Add(new PlotText(from + (wide / 2), middle + (font * 0.34), font - 1, "middle", $"{phase + 1}", "#ffffff"));
        }

        foreach (var when in row.Waiting)
        {
            var (from, wide) = Bar(when, x);
            marks.Add(new PlotBox(from, middle - (bar / 2), wide, bar, WaitingColour, Hatched: true));
        }

        marks.Add(new PlotText(Wide - Right + 8, middle + (font * 0.36), font, "start", $"{Words.Of(row.State)} {Words.Duration(TimeSpan.FromSeconds(row.Took))}", Quiet));
    }

    /// <summary>What was short is seen too.</summary>
    private static (double From, double Wide) Bar(Stretch when, Func<DateTimeOffset, double> x) => (x(when.From), Math.Max(1.2, x(when.To) - x(when.From)));

    private static int Legend(List<PlotMark> marks, IReadOnlyList<string> phases, double top)
    {
        var (x, line) = (8.0, 0);
        foreach (var (label, colour, hatched) in phases.Select((p, i) => ($"{i + 1} {p}", Colours[i % Colours.Length], false)).Append((Say.Of("waiting for people"), WaitingColour, true)))
        {
            var wide = 32 + (label.GetCellWidth() * 6.8);
            if (x + wide > Wide)
                (x, line) = (8, line + 1);
            marks.Add(new PlotBox(x, top + (line * 20), 12, 12, colour, hatched));
            marks.Add(new PlotText(x + 17, top + (line * 20) + 10, 11.5, "start", label, Ink));
            x += wide;
        }

        return line + 1;
    }
}
