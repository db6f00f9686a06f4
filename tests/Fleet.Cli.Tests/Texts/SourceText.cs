namespace Fleet.Cli.Tests.Texts;

/// <summary>A string in the source.</summary>
/// <param name="Call">What it is an argument of.</param>
/// <param name="Argument">Which one.</param>
/// <param name="Whole">It is all of that argument.</param>
/// <param name="Template">As it is said: with {0}, {1} … for what is put in.</param>
internal sealed record SourceText(string Where, SourceCall Call, int Argument, bool Whole, string Template);

/// <summary>A bracket that is open around a string.</summary>
/// <param name="Name">Like Say.Of or new TextTable; empty: no call.</param>
internal sealed record SourceCall(string Where, string Name)
{
    public List<SourceText> Texts { get; } = [];

    /// <summary>The string that an argument is; null: it is none, or more than that.</summary>
    public string? Text(int argument) => Texts.Find(t => t.Argument == argument && t.Whole)?.Template;
}
