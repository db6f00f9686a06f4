using Fleet.Contracts.Decisions;

namespace Fleet.Runbooks.Texts;

/// <summary>Lets <c>Text.Render(finding, language)</c> be said wherever findings and texts meet; neither assembly knows the other.</summary>
public static class FindingText
{
    extension(Text)
    {
        /// <summary>The sentence of a finding, without its lines; what stands in it is told in the same language.</summary>
        public static string Render(Finding finding, Language language) => Text.Render(finding.Code, finding.Said is { } said && language != Language.English ? In(finding.Args, said, language) : finding.Args, language);

        /// <summary>What is told below it: what it follows from, or what was printed.</summary>
        public static IReadOnlyList<string> Lines(Finding finding, Language language) =>
            finding.Because is { } because && language != Language.English ? [.. because.Select(b => Text.Render(b, language))] : finding.Lines;
    }

    private static Dictionary<string, string> In(IReadOnlyDictionary<string, string> args, IReadOnlyDictionary<string, Finding> said, Language language)
    {
        var told = new Dictionary<string, string>(args);
        foreach (var (name, finding) in said)
            told[name] = Text.Render(finding, language);
        return told;
    }
}
