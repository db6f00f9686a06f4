using Fleet.Contracts.Decisions;

namespace Fleet.Runbooks.Texts;

/// <summary>Lets <c>Text.Render(finding, language)</c> be said wherever findings and texts meet; neither assembly knows the other.</summary>
public static class FindingText
{
    extension(Text)
    {
        /// <summary>The sentence of a finding, without its lines.</summary>
        public static string Render(Finding finding, Language language) => Text.Render(finding.Code, finding.Args, language);
    }
}
