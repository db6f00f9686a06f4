using System.Text;

namespace Fleet.Server.Chat.Irc;

/// <summary>One line of the protocol (RFC 1459, with IRCv3 tags).</summary>
/// <param name="Source">Who says it: <c>nick!user@host</c>, or a server's name; null: the server.</param>
internal sealed record IrcLine(string? Source, string Command, IReadOnlyList<string> Parameters, IReadOnlyDictionary<string, string> Tags)
{
    private static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();

    public string Nick => Source is { } source ? source.Split('!')[0] : "";

    public string Last => Parameters.Count > 0 ? Parameters[^1] : "";

    /// <returns>Null: it is none.</returns>
    public static IrcLine? Parse(string text)
    {
        var rest = text.AsSpan().TrimEnd(['\r', '\n']);
        var tags = NoTags;
        if (rest.StartsWith("@"))
            tags = ReadTags(Word(ref rest)[1..].ToString());
        var source = rest.StartsWith(":") ? Word(ref rest)[1..].ToString() : null;
        var command = Word(ref rest).ToString();
        if (command.Length == 0)
            return null;
        var parameters = new List<string>();
        while (rest.Length > 0)
        {
            if (rest[0] == ':')
            {
                parameters.Add(rest[1..].ToString());
                break;
            }

            parameters.Add(Word(ref rest).ToString());
        }

        return new IrcLine(source, command.ToUpperInvariant(), parameters, tags);
    }

    private static ReadOnlySpan<char> Word(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(' ');
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[end..].TrimStart(' ');
        return word;
    }

    private static Dictionary<string, string> ReadTags(string text)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = tag.IndexOf('=', StringComparison.Ordinal);
            tags[equals < 0 ? tag : tag[..equals]] = equals < 0 ? "" : Unescaped(tag.AsSpan(equals + 1));
        }

        return tags;
    }

    private static string Unescaped(ReadOnlySpan<char> value)
    {
        var plain = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\')
                plain.Append(value[i]);
            else if (++i < value.Length)
                plain.Append(value[i] switch { ':' => ';', 's' => ' ', 'r' => '\r', 'n' => '\n', var c => c });
        }

        return plain.ToString();
    }
}
