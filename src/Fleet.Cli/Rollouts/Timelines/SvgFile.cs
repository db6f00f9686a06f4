using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Fleet.Cli.Rollouts.Timelines;

/// <summary>A picture as SVG that stands by itself: no style sheet, no script, no font of its own.</summary>
internal static class SvgFile
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static byte[] Of(PlotPicture picture)
    {
        var hatch = new XElement(Svg + "pattern", A("id", "waiting"), A("width", 6), A("height", 6), A("patternUnits", "userSpaceOnUse"), A("patternTransform", "rotate(45)"),
            new XElement(Svg + "path", A("d", "M0 0V6"), A("stroke", PlotPicture.WaitingColour), A("stroke-width", 2)));
        var svg = new XElement(
            Svg + "svg", A("role", "img"), A("aria-labelledby", "title"), A("width", picture.Width), A("height", picture.Height), A("viewBox", $"0 0 {N(picture.Width)} {N(picture.Height)}"), A("font-family", "sans-serif"),
            new XElement(Svg + "title", A("id", "title"), Clean(picture.Title)),
            new XElement(Svg + "defs", hatch),
            new XElement(Svg + "rect", A("width", "100%"), A("height", "100%"), A("fill", "#ffffff")),
            picture.Marks.Select(Of));
        return Encoding.UTF8.GetBytes(svg + "\n");
    }

    private static XElement Of(PlotMark mark) => mark switch
    {
        PlotBox { Hatched: true } box => new XElement(Svg + "rect", Place(box), A("fill", "url(#waiting)"), A("stroke", box.Colour), A("stroke-width", 0.75)),
        PlotBox box => new XElement(Svg + "rect", Place(box), A("fill", box.Colour)),
        PlotLine line => new XElement(
            Svg + "path", A("d", $"M{N(line.X1)} {N(line.Y1)}L{N(line.X2)} {N(line.Y2)}"), A("stroke", line.Colour), A("stroke-width", line.Thick), line.Dashed ? A("stroke-dasharray", "4 3") : null),
        PlotText text => new XElement(Svg + "text", A("x", text.X), A("y", text.Y), A("font-size", text.Size), A("text-anchor", text.Anchor), A("fill", text.Colour), Clean(text.Text)),
        _ => throw new InvalidOperationException(mark.GetType().Name),
    };

    private static XAttribute[] Place(PlotBox box) => [A("x", box.X), A("y", box.Y), A("width", box.Width), A("height", box.Height)];

    private static XAttribute A(string name, string value) => new(name, value);

    private static XAttribute A(string name, double value) => new(name, N(value));

    private static string Clean(string text) => string.Concat(text.Where(c => !char.IsControl(c)));

    private static string N(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);
}
