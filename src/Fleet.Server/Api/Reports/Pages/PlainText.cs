using System.Text;

namespace Fleet.Server.Api.Reports.Pages;

/// <summary>What zones printed and people wrote, so that it does nothing where it is shown: control characters and turns of the writing direction are seen, not obeyed.</summary>
internal static class PlainText
{
    public static string Of(string text)
    {
        var plain = new StringBuilder(text.Length);
        // Halves of characters come out of this as the replacement character.
        foreach (var rune in text.EnumerateRunes())
        {
            plain.Append(rune.Value switch
            {
                '\t' or '\n' or '\r' => new Rune(' '),
                < ' ' => new Rune(0x2400 + rune.Value),
                var value => IsHarmful(value) ? Rune.ReplacementChar : rune,
            });
        }

        return plain.ToString();
    }

    private static bool IsHarmful(int value) => value is (>= 0x7f and <= 0x9f) or (>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069) or 0xfffe or 0xffff;
}
