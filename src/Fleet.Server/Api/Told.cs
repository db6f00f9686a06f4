using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Texts;

namespace Fleet.Server.Api;

/// <summary>
/// A finding as people and programs get it: the code with its arguments, the sentence in the language of the request, and the lines that show it.
/// Made for one answer, never kept.
/// </summary>
public sealed record Told
{
    public required string Code { get; init; }
    public required string Text { get; init; }
    public required IReadOnlyDictionary<string, string> Args { get; init; }
    public required IReadOnlyList<string> Lines { get; init; }

    public static Told Of(Finding finding) => new() { Code = finding.Code, Text = Sentence(finding), Args = finding.Args, Lines = FindingText.Lines(finding, Language.Current) };

    public static string Sentence(Finding finding) => FindingText.Render(finding, Language.Current);
}
