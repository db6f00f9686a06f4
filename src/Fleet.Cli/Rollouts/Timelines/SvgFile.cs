using System.Globalization;
using System.Net;
using System.Text;

namespace Fleet.Cli.Rollouts.Timelines;

/// <summary>A picture as SVG that stands by itself: no style sheet, no script, no font of its own.</summary>
internal static class SvgFile
{
    public static byte[] Of(PlotPicture picture)
    {
        var svg = new StringBuilder();
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title\" width=\"{N(picture.Width)}\" height=\"{N(picture.Height)}\" viewBox=\"0 0 {N(picture.Width)} {N(picture.Height)}\" font-family=\"system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'DejaVu Sans', sans-serif\">\n")
            .Append($"<title id=\"title\">{Escape(picture.Title)}</title>\n")
            .Append($"<defs><pattern id=\"waiting\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path d=\"M0 0V6\" stroke=\"{PlotPicture.WaitingColour}\" stroke-width=\"2\"/></pattern></defs>\n")
            .Append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        foreach (var mark in picture.Marks)
            svg.Append(Of(mark)).Append('\n');
        return Encoding.UTF8.GetBytes(svg.Append("</svg>\n").ToString());
    }

    private static string Of(PlotMark mark) => mark switch
    {
        PlotBox { Hatched: true } box => $"<rect x=\"{N(box.X)}\" y=\"{N(box.Y)}\" width=\"{N(box.Width)}\" height=\"{N(box.Height)}\" fill=\"url(#waiting)\" stroke=\"{box.Colour}\" stroke-width=\"0.75\"/>",
        PlotBox box => $"<rect x=\"{N(box.X)}\" y=\"{N(box.Y)}\" width=\"{N(box.Width)}\" height=\"{N(box.Height)}\" fill=\"{box.Colour}\"/>",
        PlotLine line => $"<path d=\"M{N(line.X1)} {N(line.Y1)}L{N(line.X2)} {N(line.Y2)}\" stroke=\"{line.Colour}\" stroke-width=\"{N(line.Thick)}\"{(line.Dashed ? " stroke-dasharray=\"4 3\"" : "")}/>",
        PlotText text => $"<text x=\"{N(text.X)}\" y=\"{N(text.Y)}\" font-size=\"{N(text.Size)}\" text-anchor=\"{text.Anchor}\" fill=\"{text.Colour}\">{Escape(text.Text)}</text>",
        _ => throw new ArgumentOutOfRangeException(nameof(mark), mark, "no such mark"),
    };

    private static string Escape(string text) => WebUtility.HtmlEncode(string.Concat(text.Where(c => !char.IsControl(c))));

    private static string N(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);
}
