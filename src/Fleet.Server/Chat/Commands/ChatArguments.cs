using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Loading;

namespace Fleet.Server.Chat.Commands;

/// <summary>What stands behind a command's word, read as the program reads it: <c>--name value</c>, <c>--name=value</c>, flags, and words.</summary>
internal sealed class ChatArguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _flags = new(StringComparer.Ordinal);

    public List<string> Words { get; } = [];

    public string? Get(string option) => _values.GetValueOrDefault(option);

    public bool Has(string flag) => _flags.Contains(flag);

    /// <returns>Null: it is not said.</returns>
    public string? Word(int index) => index < Words.Count ? Words[index] : null;

    /// <summary>With commas between.</summary>
    public IReadOnlyList<string> List(string option) => Get(option)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <param name="problems">Gets all that is wrong.</param>
    public int? Number(string option, List<Finding> problems)
    {
        if (Get(option) is not { } text)
            return null;
        if (int.TryParse(text, out var number))
            return number;
        problems.Add(Finding.Of("chat-no-number", ("option", option), ("value", text)));
        return null;
    }

    /// <param name="problems">Gets all that is wrong.</param>
    public static ChatArguments Read(ChatVerb verb, IReadOnlyList<string> words, List<Finding> problems)
    {
        var read = new ChatArguments();
        for (var i = 0; i < words.Count; i++)
        {
            // Phones and editors make a dash of two hyphens.
            var word = words[i].StartsWith('—') ? $"--{words[i][1..]}" : words[i];
            if (!word.StartsWith("--", StringComparison.Ordinal) || word.Length == 2)
            {
                read.Words.Add(words[i]);
                continue;
            }

            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word : word[..equals];
            if (verb.Flags.Contains(name) && equals < 0)
                read._flags.Add(name);
            else if (!verb.Options.Contains(name))
                problems.Add(Unknown(name, verb));
            else if (equals >= 0)
                read._values[name] = word[(equals + 1)..];
            else if (i + 1 < words.Count)
                read._values[name] = words[++i];
            else
                problems.Add(Finding.Of("chat-option-empty", ("option", name)));
        }

        if (read.Words.Count < verb.Words.Least)
            problems.Add(Finding.Of("chat-words-missing", ("usage", verb.Line)));
        if (read.Words.Count > verb.Words.Most)
            problems.Add(Finding.Of("chat-words-many", ("word", read.Words[verb.Words.Most]), ("usage", verb.Line)));
        return read;
    }

    private static Finding Unknown(string name, ChatVerb verb) => Suggestion.For(name, [.. verb.Options, .. verb.Flags]) is { } meant
        ? Finding.Of("chat-option-meant", ("option", name), ("meant", meant))
        : Finding.Of("chat-option-unknown", ("option", name), ("usage", verb.Line));
}
