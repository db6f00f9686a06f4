using Fleet.Cli.Output;
using Fleet.Orchestration.Reports;
using Fleet.Server.Api.Reports.Pages;
using NodaTime;
using Spectre.Console;

namespace Fleet.Cli.Rollouts.Timelines;

/// <summary>A plot in the columns of a terminal: a letter for each phase, ? for waiting for people, · for standing. Colours only repeat what the letters say.</summary>
internal static class TextPlot
{
    public const char WaitingSign = '?';
    private const char StandingSign = '·';
    private const char NowSign = '│';
    private const int LeastWidth = 20;
    private const int MostWidth = 120;
    private const int MostName = 24;
    private static readonly Color[] Colours = [Color.Grey, Color.DodgerBlue1, Color.Blue, Color.Green, Color.SeaGreen2, Color.Gold3, Color.HotPink, Color.MediumPurple];

    public static void Print(Terminal terminal, Plot plot)
    {
        var letters = Letters(plot.Phases);
        var names = plot.Rows.Select(r => ScreenText.Cut(r.Name, MostName)).ToList();
        var states = plot.Rows.Select(r => $"{Styles.Sign(r.State)} {Words.Of(r.State)}").ToList();
        var beside = Widest(names, 4) + Widest(states, 5) + 10 + 10;
        var width = Math.Clamp(terminal.Screen.Profile.Width - beside, LeastWidth, MostWidth);
        var total = (plot.Now ?? plot.To) - plot.From;
        terminal.Line(Say.Of($"{plot.Title}: {Words.Duration(total)}{(plot.Now is null ? "" : Say.Of(" so far"))}, from {Moment(plot.From, plot.TimeZone)}, {plot.TimeZone.Id}"));
        var table = new TextTable("", Axis(plot, width), "took", "state");
        for (var i = 0; i < plot.Rows.Count; i++)
        {
            var (row, cells) = (plot.Rows[i], Cells(plot.Rows[i], plot, letters, width));
            table.Add(names[i], new Cell(cells, null, Coloured(cells, letters)), row.Whole is null ? "–" : Words.Duration(TimeSpan.FromSeconds(row.Took)), new Cell(states[i], Styles.Of(row.State)));
        }

        table.Write(terminal);
        terminal.Line();
        terminal.Line(Say.Of($"{WaitingSign} waiting for people   {StandingSign} stands{(plot.Now is null ? "" : Say.Of($"   {NowSign} now"))}"));
    }

    /// <summary>One row's cells: each shows what took most of its time, and nothing that happened is left out for being short.</summary>
    internal static string Cells(PlotRow row, Plot plot, IReadOnlyList<char> letters, int width)
    {
        var cells = new string(' ', width).ToCharArray();
        int At(DateTimeOffset time) => Math.Clamp((int)((time - plot.From) / plot.Length * width), 0, width - 1);
        if (plot.Now is { } now)
            cells[At(now)] = NowSign;
        if (row.Whole is not { } whole)
            return new string(cells);
        var pieces = row.Bars.Select(b => (Sign: letters[Math.Min(b.Phase, letters.Count - 1)], b.When)).Concat(row.Waiting.Select(w => (Sign: WaitingSign, When: w))).ToList();
        for (var i = At(whole.From); i <= At(whole.To); i++)
        {
            var (from, to) = (plot.From + (plot.Length * i / width), plot.From + (plot.Length * (i + 1) / width));
            var most = pieces.GroupBy(p => p.Sign).Select(g => (g.Key, Time: Stretches.Length(Stretches.Within(g.Select(p => p.When), from, to)))).Where(g => g.Time > TimeSpan.Zero).OrderByDescending(g => g.Time).Select(g => g.Key).FirstOrDefault();
            if (most != default)
                cells[i] = most;
            else if (cells[i] != NowSign)
                cells[i] = StandingSign;
        }

        foreach (var (sign, when) in pieces)
        {
            if (!cells.Contains(sign))
                cells[At(when.From)] = sign;
        }

        return new string(cells);
    }

    /// <summary>Each phase's letter: the first of its name that is free. One more for phases that nobody knows.</summary>
    internal static IReadOnlyList<char> Letters(IReadOnlyList<string> phases)
    {
        var letters = new List<char>();
        foreach (var phase in phases)
            letters.Add(phase.Concat("0123456789").First(c => char.IsAsciiLetterOrDigit(c) && !letters.Contains(c)));
        return [.. letters, '#'];
    }

    private static IReadOnlyList<CellPiece> Coloured(string cells, IReadOnlyList<char> letters)
    {
        var pieces = new List<CellPiece>();
        for (int i = 0, end; i < cells.Length; i = end)
        {
            for (end = i; end < cells.Length && cells[end] == cells[i]; end++)
            {
            }

            var phase = letters.TakeWhile(l => l != cells[i]).Count();
            pieces.Add(new CellPiece(cells[i..end], cells[i] == WaitingSign ? Styles.NeedsYou : phase < letters.Count ? new Style(Colours[phase % Colours.Length]) : Styles.Quiet));
        }

        return pieces;
    }

    private static string Axis(Plot plot, int width)
    {
        var axis = new string(' ', width).ToCharArray();
        var next = 0;
        foreach (var tick in TimeAxis.Ticks(plot.From, plot.To, plot.TimeZone))
        {
            var (at, label) = ((int)((tick.ToDateTimeOffset() - plot.From) / plot.Length * width), tick.InZone(plot.TimeZone).LocalDateTime.ToString("HH:mm", null));
            if (at < next || at + label.Length > width)
                continue;
            label.CopyTo(0, axis, at, label.Length);
            next = at + label.Length + 2;
        }

        return new string(axis);
    }

    private static string Moment(DateTimeOffset time, DateTimeZone zone) => Instant.FromDateTimeOffset(time).InZone(zone).LocalDateTime.ToString("yyyy-MM-dd HH:mm", null);

    private static int Widest(IReadOnlyList<string> texts, int least) => texts.Select(t => t.GetCellWidth()).Append(least).Max();
}
