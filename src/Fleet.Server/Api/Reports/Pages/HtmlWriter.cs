using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Fleet.Server.Api.Reports.Pages;

/// <summary>A page as one HTML file: no script, nothing from elsewhere, for a screen in light and dark and for paper. It is well-formed XML too.</summary>
internal static partial class HtmlWriter
{
    /// <summary>Nothing is loaded and nothing runs, whatever a text might hold.</summary>
    public const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    public static string Write(Page page)
    {
        var html = new StringBuilder(16 * 1024);
        html.Append($"<!DOCTYPE html>\n<html lang=\"{Escape(page.Language)}\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta http-equiv=\"Content-Security-Policy\" content=\"{Escape(Policy)}\"/>\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n")
            .Append($"<title>{Escape(page.Title)}</title>\n<style>\n{HtmlStyle.Text}</style>\n</head>\n<body>\n<main>\n");
        foreach (var block in page.Blocks)
            Write(html, block);
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    public static string Escape(string text) => WebUtility.HtmlEncode(PlainText.Of(text));

    private static void Write(StringBuilder html, Block block)
    {
        switch (block)
        {
            case Heading heading:
                html.Append($"<h{heading.Level}>{Escape(heading.Text)}</h{heading.Level}>\n");
                break;
            case Paragraph paragraph:
                html.Append(paragraph.Strong ? $"<p class=\"strong\">{Escape(paragraph.Text)}</p>\n" : $"<p>{Escape(paragraph.Text)}</p>\n");
                break;
            case Bullets bullets:
                html.Append("<ul>\n");
                foreach (var item in bullets.Items)
                    html.Append($"<li>{Escape(item)}</li>\n");
                html.Append("</ul>\n");
                break;
            case Pairs pairs:
                html.Append("<dl>\n");
                foreach (var (name, value) in pairs.Rows)
                    html.Append($"<div><dt>{Escape(name)}</dt><dd>{Escape(value)}</dd></div>\n");
                html.Append("</dl>\n");
                break;
            case Grid grid:
                Write(html, grid);
                break;
            case Printed printed:
                html.Append("<pre>").AppendJoin('\n', printed.Lines.Select(Escape)).Append("</pre>\n");
                break;
            case Picture picture:
                html.Append(SvgTimeline.Draw(picture.Drawing));
                break;
            case Signatures signatures:
                html.Append("<div class=\"signatures\">\n");
                foreach (var side in signatures.For)
                {
                    html.Append($"<section><h3>{Escape(side)}</h3>\n");
                    foreach (var line in signatures.Lines)
                        html.Append($"<p class=\"line\">{Escape(line)}</p>\n");
                    html.Append("</section>\n");
                }

                html.Append("</div>\n");
                break;
            case NewPage:
                html.Append("<hr class=\"page\"/>\n");
                break;
        }
    }

    private static void Write(StringBuilder html, Grid grid)
    {
        html.Append($"<div class=\"grid\"><table>\n<caption>{Escape(grid.Caption)}</caption>\n<thead><tr>");
        foreach (var column in grid.Columns)
            html.Append($"<th scope=\"col\">{Escape(column)}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in grid.Rows)
        {
            html.Append($"<tr><th scope=\"row\">{Escape(row[0])}</th>");
            foreach (var cell in row.Skip(1))
                html.Append(Moment().IsMatch(cell) ? $"<td class=\"at\">{cell}</td>" : $"<td>{Escape(cell)}</td>");
            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");
    }

    /// <summary>A day and its time are not torn apart.</summary>
    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Moment();
}
