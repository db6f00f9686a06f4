using System.Text;

namespace Fleet.Server.Chat.Irc;

/// <summary>A message as lines that a server takes: no control characters, none too long.</summary>
internal static class IrcText
{
    /// <summary>Of UTF-8. A line has 512 with what the server puts before it: our nick, user, host and the channel.</summary>
    public const int MostBytes = 360;

    /// <summary>More of one message is for the program or the browser.</summary>
    private const int MostLines = 40;

    public static IReadOnlyList<string> Of(ChatMessage message)
    {
        var lines = new List<string>();
        var called = message.Mentions.Count > 0 ? $"{string.Join(", ", message.Mentions)}: " : "";
        lines.AddRange(Split(Plain($"{called}{Sign(message.Mood)}{message.Title}")));
        lines.AddRange((message.Output ?? "").Split('\n').Where(l => l.Length > 0).SelectMany(l => Split($"│ {Plain(l)}")));
        lines.AddRange(message.Lines.Where(l => l.Length > 0).SelectMany(l => l.Split('\n')).SelectMany(l => Split($"  {Plain(l)}")));
        lines.AddRange(message.Links.SelectMany(l => Split($"  {Plain(l.Text)}: {l.Url}")));
        lines.AddRange(message.Buttons.SelectMany(b => Split($"  {Plain(b.Text)}: {Plain(b.Typed)}")));
        return lines.Count <= MostLines ? lines : [.. lines.Take(MostLines - 1), $"… (+{lines.Count - MostLines + 1})"];
    }

    /// <summary>Formatting, line ends and marks of direction would say something that was not meant: each is a blank.</summary>
    internal static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') ? ' ' : c));

    /// <summary>At blanks where there are any; never within a character.</summary>
    internal static IEnumerable<string> Split(string line)
    {
        var rest = line;
        while (Encoding.UTF8.GetByteCount(rest) > MostBytes)
        {
            var (bytes, fits) = (0, 0);
            foreach (var rune in rest.EnumerateRunes())
            {
                bytes += rune.Utf8SequenceLength;
                if (bytes > MostBytes)
                    break;
                fits += rune.Utf16SequenceLength;
            }

            var blank = rest.LastIndexOf(' ', fits - 1);
            var end = blank > fits / 2 ? blank : fits;
            yield return rest[..end];
            rest = rest[end..].TrimStart();
        }

        yield return rest;
    }

    private static string Sign(ChatMood mood) => mood switch { ChatMood.Running => "◐ ", ChatMood.Good => "● ", ChatMood.Asks => "◆ ", ChatMood.Bad => "✕ ", _ => "" };
}
