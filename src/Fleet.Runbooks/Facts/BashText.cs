using System.Text;

namespace Fleet.Runbooks.Facts;

/// <summary>Reads the little of bash that the vendor's settings files use: words, quotes, comments, arrays and assignments. Nothing is executed or expanded.</summary>
internal static class BashText
{
    /// <summary>Splits into words; quotes join and vanish, comments vanish, line ends separate; <c>(</c> and <c>)</c> are words of their own outside quotes.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '"' or '\'')
            {
                inWord = true;
                i = Quoted(text, i, word);
            }
            else if (c == '\\' && i + 1 < text.Length)
            {
                i++;
                if (text[i] is '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                    i++;
                else if (text[i] != '\n')
                    (inWord, word) = (true, word.Append(text[i]));
            }
            else if (c == '#' && !inWord)
            {
                i = EndOfLine(text, i) - 1;
            }
            else if (char.IsWhiteSpace(c) || c is ';' or '(' or ')' or '\uFEFF')
            {
                Flush();
                if (c is '(' or ')' or '\n' or ';')
                    words.Add(c == ';' ? "\n" : c.ToString());
            }
            else
            {
                inWord = true;
                word.Append(c);
            }
        }

        Flush();
        return words;

        void Flush()
        {
            if (inWord)
                words.Add(word.ToString());
            word.Clear();
            inWord = false;
        }
    }

    /// <summary>A lone value: the first line's words that are neither comment nor line end, joined; <c>name=value</c> gives the value.</summary>
    public static string? Value(string text)
    {
        var words = Words(text).SkipWhile(w => w == "\n").TakeWhile(w => w != "\n").ToList();
        if (words.Count == 0)
            return null;
        var joined = string.Join(' ', words).Trim();
        var equals = joined.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0 && joined.AsSpan(0, equals).Trim().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") < 0)
            joined = joined[(equals + 1)..].Trim();
        return joined.Length == 0 ? null : joined;
    }

    private static int Quoted(string text, int open, StringBuilder word)
    {
        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] == text[open])
                return i;
            if (text[open] == '"' && text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\')
                i++;
            word.Append(text[i]);
        }

        return text.Length;
    }

    private static int EndOfLine(string text, int from)
    {
        var end = text.IndexOf('\n', from);
        return end < 0 ? text.Length : end;
    }
}
