namespace Fleet.Server.Api.Reports.Pages;

/// <summary>A report as it is read, before it is Markdown or HTML: plain texts in order. Only a writer escapes them, so no text can be forgotten.</summary>
/// <param name="Language">Of its sentences, as HTML names it.</param>
internal sealed record Page(string Title, string Language, IReadOnlyList<Block> Blocks);

internal abstract record Block;

/// <param name="Level">1 … 4.</param>
internal sealed record Heading(int Level, string Text) : Block;

/// <param name="Strong">What is read first.</param>
internal sealed record Paragraph(string Text, bool Strong = false) : Block;

internal sealed record Bullets(IReadOnlyList<string> Items) : Block;

/// <summary>Names and what they are.</summary>
internal sealed record Pairs(IReadOnlyList<(string Name, string Value)> Rows) : Block;

/// <param name="Caption">What it shows.</param>
internal sealed record Grid(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : Block;

/// <summary>Output, line by line.</summary>
internal sealed record Printed(IReadOnlyList<string> Lines) : Block;

/// <summary>A drawing; the block behind it says the same in words, for where nothing is drawn.</summary>
internal sealed record Picture(Drawing Drawing) : Block;

/// <summary>Lines to write on.</summary>
internal sealed record Signatures(IReadOnlyList<string> For, IReadOnlyList<string> Lines) : Block;

/// <summary>On paper what follows begins a page.</summary>
internal sealed record NewPage : Block;
