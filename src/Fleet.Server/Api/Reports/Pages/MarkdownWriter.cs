using System.Text;

namespace Fleet.Server.Api.Reports.Pages;

/// <summary>A page as Markdown (CommonMark with tables).</summary>
internal static class MarkdownWriter
{
    public static string Write(Page page)
    {
        var text = new StringBuilder();
        foreach (var block in page.Blocks)
            Write(text, block);
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Write(StringBuilder text, Block block)
    {
        switch (block)
        {
            case Heading heading:
                text.Append('#', heading.Level).Append(' ').Append(Escape(heading.Text)).Append("\n\n");
                break;
            case Paragraph paragraph:
                text.Append(paragraph.Strong ? $"**{Escape(paragraph.Text)}**" : Escape(paragraph.Text)).Append("\n\n");
                break;
            case Bullets bullets:
                foreach (var item in bullets.Items)
                    text.Append("- ").Append(Escape(item)).Append('\n');
                text.Append('\n');
                break;
            case Pairs pairs:
                foreach (var (name, value) in pairs.Rows)
                    text.Append("- **").Append(Escape(name)).Append("** ").Append(Escape(value)).Append('\n');
                text.Append('\n');
                break;
            case Grid grid:
                text.Append('*').Append(Escape(grid.Caption)).Append("*\n\n");
                Row(text, grid.Columns);
                Row(text, [.. grid.Columns.Select(_ => "---")], escaped: true);
                foreach (var row in grid.Rows)
                    Row(text, row);
                text.Append('\n');
                break;
            case Printed printed:
                // Indented: no fence that the output itself could close.
                foreach (var line in printed.Lines)
                    text.Append("    ").Append(PlainText.Of(line)).Append('\n');
                text.Append('\n');
                break;
            case Signatures signatures:
                Row(text, ["", .. signatures.For]);
                Row(text, ["---", .. signatures.For.Select(_ => "---")], escaped: true);
                foreach (var line in signatures.Lines)
                    Row(text, [line, .. signatures.For.Select(_ => "________________________")], escaped: true);
                text.Append('\n');
                break;
            case NewPage:
                text.Append("---\n\n");
                break;
        }
    }

    private static void Row(StringBuilder text, IReadOnlyList<string> cells, bool escaped = false)
    {
        text.Append('|');
        foreach (var cell in cells)
            text.Append(' ').Append(escaped ? cell : Escape(cell)).Append(" |");
        text.Append('\n');
    }

    /// <summary>A backslash before every sign that would mean something; one within a word means nothing.</summary>
    internal static string Escape(string given)
    {
        var plain = PlainText.Of(given).Trim();
        var digits = plain.TakeWhile(char.IsAsciiDigit).Count();
        var text = new StringBuilder(plain.Length + 8);
        for (var i = 0; i < plain.Length; i++)
        {
            var c = plain[i];
            var means = c is '\\' or '`' or '*' or '[' or ']' or '<' or '>' or '|' or '~' or '&'
                || (c == '_' && !(i > 0 && i + 1 < plain.Length && char.IsLetterOrDigit(plain[i - 1]) && char.IsLetterOrDigit(plain[i + 1])))
                || (i == 0 && (c is '#' or '+' or '-' or '='))
                || (digits > 0 && i == digits && (c is '.' or ')') && (i + 1 == plain.Length || plain[i + 1] == ' '));
            if (means)
                text.Append('\\');
            text.Append(c);
        }

        return text.ToString();
    }
}
