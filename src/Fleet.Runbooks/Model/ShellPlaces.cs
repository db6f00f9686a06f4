namespace Fleet.Runbooks.Model;

/// <summary>
/// Where in a command a quoted value is one word: outside of quotes, comments and here-documents. Within double quotes the single quotes around a value are plain characters, and a <c>$(…)</c> in it would be run.
/// </summary>
public static class ShellPlaces
{
    /// <summary>Names of the placeholders that stand where no quoting holds, each once.</summary>
    public static IReadOnlyList<string> Unsafe(string command)
    {
        var bare = Bare(command);
        return [.. Placeholders.Places(command).Where(p => !bare[p.At]).Select(p => p.Name).Distinct()];
    }

    /// <summary>For each character: does it stand where the shell makes words?</summary>
    internal static bool[] Bare(string command)
    {
        var bare = new bool[command.Length];
        var (quote, hereDocument) = ('\0', false);
        for (var i = 0; i < command.Length; i++)
        {
            var c = command[i];
            bare[i] = quote == '\0' && !hereDocument;
            if (quote == '#')
            {
                quote = c == '\n' ? '\0' : quote;
            }
            else if (quote != '\0')
            {
                // A backslash counts within single quotes only after $'.
                if (c == '\\' && quote != '\'')
                    i++;
                else if (c == (quote == '$' ? '\'' : quote))
                    quote = '\0';
            }
            else if (c == '\\')
            {
                i++;
            }
            else if (c is '\'' or '"' or '`')
            {
                quote = c == '\'' && i > 0 && command[i - 1] == '$' ? '$' : c;
            }
            else if (c == '#' && (i == 0 || " \t\n;&|()".Contains(command[i - 1], StringComparison.Ordinal)))
            {
                quote = '#';
            }
            else if (c == '<' && i + 1 < command.Length && command[i + 1] == '<')
            {
                // What follows on its line is a word still; where the document ends is the shell's affair.
                hereDocument = true;
            }
        }

        return bare;
    }
}
