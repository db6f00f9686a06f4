using System.Text;

namespace Fleet.Server.Chat.Commands;

/// <summary>What was typed, as words: quotes keep spaces together, as in a shell.</summary>
internal static class ChatWords
{
    /// <returns>Null: a quote is not closed.</returns>
    public static string[]? Split(string text)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        char? quote = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote is { } open)
            {
                if (Closes(c, open))
                    quote = null;
                else if (c == '\\' && open == '"' && i + 1 < text.Length && text[i + 1] is ('"' or '\\'))
                    word!.Append(text[++i]);
                else
                    word!.Append(c);
            }
            else if (c is '"' or '\'' || (word is null && c is ('“' or '„' or '‘')))
            {
                (quote, word) = (c, word ?? new StringBuilder());
            }
            else if (char.IsWhiteSpace(c))
            {
                if (word is not null)
                    words.Add(word.ToString());
                word = null;
            }
            else
            {
                (word ??= new StringBuilder()).Append(c);
            }
        }

        if (word is not null)
            words.Add(word.ToString());
        return quote is null ? [.. words] : null;
    }

    /// <summary>Phones and editors make typographic quotes of what people type: those close what such a one has opened, and are letters elsewhere.</summary>
    private static bool Closes(char c, char open) => open switch { '“' or '„' => c is '”' or '“', '‘' => c == '’', _ => c == open };
}
