using Spectre.Console;

namespace Fleet.Cli.Output;

/// <summary>Text in columns of the screen, of which a full-width character takes two. Lines break after blanks, and between full-width characters, which have none.</summary>
internal static class ScreenText
{
    /// <summary>Never begins a line.</summary>
    private const string Closing = "，。；：、？！）”》…";

    /// <summary>Never ends one.</summary>
    private const string Opening = "（“《";

    public static IEnumerable<string> Wrap(string text, int width)
    {
        if (string.IsNullOrWhiteSpace(text))
            yield break;
        foreach (var line in text.Split('\n'))
        {
            var rest = line;
            while (rest.GetCellWidth() > width || (rest.GetCellWidth() == width && rest.Length < line.Length))
            {
                var end = End(rest, width);
                yield return rest[..end];
                rest = rest[end..];
            }

            if (rest.Length > 0 || line.Length == 0)
                yield return rest;
        }
    }

    /// <summary>At most so many columns of it, with … where something was left out.</summary>
    public static string Cut(string text, int width)
    {
        if (text.GetCellWidth() <= width)
            return text;
        var (end, used) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            used += rune.ToString().GetCellWidth();
            if (used >= width)
                break;
            end += rune.Utf16SequenceLength;
        }

        return text[..end] + "…";
    }

    private static int End(string text, int width)
    {
        var (best, used, at) = (0, 0, 0);
        for (; at < text.Length && (used += text[at].GetCellWidth()) <= width; at++)
        {
            if (char.IsWhiteSpace(text[at]) || BreaksAfter(text, at))
                best = at + 1;
        }

        return best > 0 ? best : Math.Max(1, at);
    }

    private static bool BreaksAfter(string text, int at) =>
        text[at].GetCellWidth() == 2 && !Opening.Contains(text[at], StringComparison.Ordinal) && (at + 1 == text.Length || !Closing.Contains(text[at + 1], StringComparison.Ordinal));
}
