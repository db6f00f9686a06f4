using System.Globalization;
using System.Text;

namespace Fleet.Cli.Output;

/// <summary>Text from a zone may hold anything: control characters are shown, never obeyed.</summary>
internal static class Harmless
{
    /// <summary>One line or several: line feeds and tabs stay, every other control character becomes a sign for it.</summary>
    public static string Text(string text)
    {
        var plain = true;
        foreach (var c in text)
            plain &= !Dangerous(c);
        if (plain)
            return text;
        var shown = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                continue;
            if (!Dangerous(c))
                shown.Append(c);
            else if (c < ' ')
                shown.Append((char)('\u2400' + c));
            else if (c == '\u007f')
                shown.Append('\u2421');
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return shown.ToString();
    }

    /// <summary>As <see cref="Text"/>, on one line.</summary>
    public static string Line(string text) => Text(text.ReplaceLineEndings(" ")).Replace('\n', ' ').Replace('\t', ' ');

    private static bool Dangerous(char c) =>
        (c < ' ' && c is not ('\n' or '\t')) || c is '\u007f' or (>= '\u0080' and <= '\u009f')
        // Characters that turn the reading direction make text look like other text.
        || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f';
}
