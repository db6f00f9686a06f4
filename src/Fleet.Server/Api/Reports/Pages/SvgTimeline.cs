using System.Globalization;
using System.Text;
using Fleet.Orchestration.Reports;
using NodaTime;

namespace Fleet.Server.Api.Reports.Pages;

/// <summary>Draws zones over time: a row a zone, a bar a phase with its number, waiting for people hatched.</summary>
internal static class SvgTimeline
{
    private const double Width = 1000;
    private const double Right = 26;
    private const double Top = 34;

    public static string Draw(Drawing drawing)
    {
        var row = drawing.Zones.Count switch { <= 12 => 26.0, <= 40 => 20.0, <= 100 => 15.0, _ => 11.0 };
        var font = Math.Min(12, row - 2);
        var left = Math.Clamp((drawing.Zones.Select(z => Math.Min(z.Name.Length, MostLetters)).DefaultIfEmpty(4).Max() * font * 0.62) + 12, 50, 230);
        var legend = Legend(drawing);
        var body = drawing.Zones.Count * row;
        var height = Top + body + 12 + (legend.Lines * 20);
        var svg = new StringBuilder();
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"timeline-title timeline-text\" viewBox=\"0 0 {N(Width)} {N(height)}\">\n")
            .Append($"<title id=\"timeline-title\">{HtmlWriter.Escape(drawing.Title)}</title>\n<desc id=\"timeline-text\">{HtmlWriter.Escape(drawing.Description)}</desc>\n")
            .Append("<defs><pattern id=\"waiting\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V6\"/></pattern></defs>\n");
        var scale = new Scale(drawing.From, drawing.To, left, Width - Right);
        Axis(svg, drawing, scale, body);
        for (var i = 0; i < drawing.Zones.Count; i++)
            Row(svg, drawing.Zones[i], drawing.Phases, scale, Top + (i * row), row, font, left);
        if (drawing.Now is { } now)
            svg.Append($"<path class=\"now\" d=\"M{N(scale.X(now))} {N(Top - 6)}V{N(Top + body)}\"/>\n");
        svg.Append($"<g transform=\"translate(0 {N(Top + body + 12)})\">\n{legend.Svg}</g>\n");
        return svg.Append("</svg>\n").ToString();
    }

    private const int MostLetters = 26;

    private static void Axis(StringBuilder svg, Drawing drawing, Scale scale, double body)
    {
        var last = double.NegativeInfinity;
        LocalDate? day = null;
        foreach (var at in TimeAxis.Ticks(drawing.From, drawing.To, drawing.TimeZone))
        {
            var local = at.InZone(drawing.TimeZone).LocalDateTime;
            var x = scale.X(at.ToDateTimeOffset());
            svg.Append($"<path class=\"rule\" d=\"M{N(x)} {N(Top - 4)}V{N(Top + body)}\"/>");
            if (x - last < 40)
                continue;
            last = x;
            svg.Append($"<text x=\"{N(x)}\" y=\"{N(Top - 8)}\" font-size=\"11\" text-anchor=\"middle\">{local.ToString("HH:mm", CultureInfo.InvariantCulture)}</text>");
            if (day != local.Date)
                svg.Append($"<text class=\"quiet\" x=\"{N(x)}\" y=\"{N(Top - 21)}\" font-size=\"10\" text-anchor=\"middle\">{local.Date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)}</text>");
            day = local.Date;
        }

        svg.Append('\n');
    }

    private static void Row(StringBuilder svg, DrawnZone zone, IReadOnlyList<string> phases, Scale scale, double y, double row, double font, double left)
    {
        var (middle, bar) = (y + (row / 2), row - Math.Max(2, row / 5));
        var name = zone.Name.Length <= MostLetters ? zone.Name : $"{zone.Name[..(MostLetters - 1)]}…";
        svg.Append($"<g><title>{HtmlWriter.Escape($"{zone.Name}: {zone.Note}")}</title><text x=\"{N(left - 8)}\" y=\"{N(middle + (font * 0.36))}\" font-size=\"{N(font)}\" text-anchor=\"end\">{HtmlWriter.Escape(name)}</text>");
        if (zone.Whole is { } whole)
        {
            svg.Append($"<path class=\"whole\" d=\"M{N(scale.X(whole.From))} {N(middle)}H{N(scale.X(whole.To))}\"/>");
            svg.Append($"<text x=\"{N(scale.X(whole.To) + 4)}\" y=\"{N(middle + (font * 0.36))}\" font-size=\"{N(font)}\">{HtmlWriter.Escape(zone.Mark)}</text>");
        }

        foreach (var (phase, when) in zone.Bars)
        {
            var (x, wide) = scale.Bar(when);
            svg.Append($"<rect class=\"p{phase % 8}\" x=\"{N(x)}\" y=\"{N(middle - (bar / 2))}\" width=\"{N(wide)}\" height=\"{N(bar)}\"><title>{HtmlWriter.Escape(phases[phase])}</title></rect>");
            if (wide >= 12 && font >= 9)
                svg.Append($"<text class=\"on\" x=\"{N(x + (wide / 2))}\" y=\"{N(middle + (font * 0.34))}\" font-size=\"{N(font - 1)}\" text-anchor=\"middle\">{phase + 1}</text>");
        }

        foreach (var when in zone.Waiting)
        {
            var (x, wide) = scale.Bar(when);
            svg.Append($"<rect class=\"wait\" x=\"{N(x)}\" y=\"{N(middle - (bar / 2))}\" width=\"{N(wide)}\" height=\"{N(bar)}\"/>");
        }

        svg.Append("</g>\n");
    }

    private static (string Svg, int Lines) Legend(Drawing drawing)
    {
        var svg = new StringBuilder();
        var (x, line) = (0.0, 0);
        foreach (var (label, kind) in drawing.Phases.Select((p, i) => ($"{i + 1} {p}", $"p{i % 8}")).Append((drawing.WaitingWord, "wait")))
        {
            // Letters of Chinese are twice as wide.
            var wide = 30 + label.Sum(c => c > 0x2e80 ? 12 : 6.6);
            if (x + wide > Width)
                (x, line) = (0, line + 1);
            svg.Append($"<rect class=\"{kind}\" x=\"{N(x)}\" y=\"{N((line * 20) + 2)}\" width=\"12\" height=\"12\"/><text x=\"{N(x + 17)}\" y=\"{N((line * 20) + 12)}\" font-size=\"11.5\">{HtmlWriter.Escape(label)}</text>\n");
            x += wide;
        }

        return (svg.ToString(), line + 1);
    }

    private static string N(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    private sealed record Scale(DateTimeOffset From, DateTimeOffset To, double Left, double Right)
    {
        public double X(DateTimeOffset at) => Left + ((Right - Left) * Math.Clamp((at - From) / (To - From > TimeSpan.Zero ? To - From : TimeSpan.FromSeconds(1)), 0, 1));

        /// <summary>What was short is seen too.</summary>
        public (double X, double Width) Bar(Stretch when) => (X(when.From), Math.Max(1.2, X(when.To) - X(when.From)));
    }
}
