using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fleet.Cli.Output;

/// <summary>A plain table: a quiet header, no lines, every cell harmless. Its headings are said in the language of the reader.</summary>
internal sealed class TextTable(params IReadOnlyList<string> headings)
{
    private readonly IReadOnlyList<string> headers = [.. headings.Select(h => Say.Of(h))];
    private readonly List<IReadOnlyList<Cell>> rows = [];

    public void Add(params IReadOnlyList<Cell> cells) => rows.Add([.. cells.Select(c => c with { Text = Harmless.Text(c.Text ?? "") })]);

    public void Write(Terminal terminal)
    {
        if (terminal.IsTerminal)
        {
            terminal.Screen.Write(AsRenderable());
            return;
        }

        foreach (var line in Lines())
            terminal.Line(line);
    }

    public Table AsRenderable()
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = headers.Any(h => h.Length > 0) };
        foreach (var header in headers)
            table.AddColumn(new TableColumn(new Text(header, Styles.Quiet)) { Padding = new Padding(0, 0, 2, 0) });
        foreach (var row in rows)
            table.AddRow([.. row.Select(AsRenderable)]);
        return table;
    }

    private static IRenderable AsRenderable(Cell cell)
    {
        if (cell.Pieces is null)
            return new Text(cell.Text, cell.Style);
        var whole = new Paragraph();
        foreach (var piece in cell.Pieces)
            whole.Append(Harmless.Text(piece.Text), piece.Style);
        return whole;
    }

    /// <summary>For files and pipes: one line a row, however long. A full-width character takes two columns there too.</summary>
    internal IEnumerable<string> Lines()
    {
        var lines = rows.ConvertAll(r => r.Select(c => Harmless.Line(c.Text)).ToList());
        if (headers.Any(h => h.Length > 0))
            lines.Insert(0, [.. headers]);
        var widths = headers.Select((_, i) => lines.Count == 0 ? 0 : lines.Max(l => i < l.Count ? l[i].GetCellWidth() : 0)).ToList();
        return lines.Select(line => string.Join("  ", line.Select((text, i) => text + new string(' ', widths[i] - text.GetCellWidth()))).TrimEnd());
    }
}

/// <param name="Style">Null: as it comes.</param>
/// <param name="Pieces">The same text in pieces of several colours; null: it has one.</param>
internal readonly record struct Cell(string Text, Style? Style = null, IReadOnlyList<CellPiece>? Pieces = null)
{
    public static implicit operator Cell(string? text) => new(text ?? "");
}

internal readonly record struct CellPiece(string Text, Style Style);
