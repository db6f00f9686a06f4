using Spectre.Console;

namespace Fleet.Cli.Output;

/// <summary>A plain table: a quiet header, no lines, every cell harmless.</summary>
internal sealed class TextTable
{
    private readonly Table table = new() { Border = TableBorder.None, ShowHeaders = true };

    public TextTable(params IReadOnlyList<string> headers)
    {
        foreach (var header in headers)
            table.AddColumn(new TableColumn(new Text(header, new Style(decoration: Decoration.Dim))) { NoWrap = false, Padding = new Padding(0, 0, 2, 0) });
    }

    public int Rows => table.Rows.Count;

    public void Add(params IReadOnlyList<Cell> cells) => table.AddRow([.. cells.Select(c => new Text(Harmless.Text(c.Text), c.Style))]);

    public void Write(Terminal terminal) => terminal.Screen.Write(table);

    public Table AsRenderable() => table;
}

/// <param name="Style">Null: as it comes.</param>
internal readonly record struct Cell(string Text, Style? Style = null)
{
    public static implicit operator Cell(string? text) => new(text ?? "");
}
