using System.Text;

namespace Fleet.Server.Chat.Slack;

/// <summary>Slack's letters with a meaning of their own.</summary>
internal static class SlackText
{
    /// <summary>Nothing in it is a mention, a link or a special word any more.</summary>
    public static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>What somebody typed: <c>&lt;#C1|ops&gt;</c> is <c>#ops</c>, and a link that Slack made of a name is the name.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder();
        var rest = text.AsSpan();
        while (rest.IndexOf('<') is >= 0 and var start)
        {
            plain.Append(rest[..start]);
            rest = rest[start..];
            if (rest.IndexOf('>') is not (> 0 and var end))
                break;
            plain.Append(Meant(rest[1..end]));
            rest = rest[(end + 1)..];
        }

        return plain.Append(rest).Replace("&lt;", "<").Replace("&gt;", ">").Replace("&amp;", "&").ToString();
    }

    /// <summary>What stands behind the bot's name, which is told first.</summary>
    public static string AfterMention(string text)
    {
        var trimmed = text.AsSpan().Trim();
        return trimmed.StartsWith("<@") && trimmed.IndexOf('>') is > 0 and var end ? Plain(trimmed[(end + 1)..].Trim().ToString()) : Plain(trimmed.ToString());
    }

    private static string Meant(ReadOnlySpan<char> within)
    {
        var bar = within.IndexOf('|');
        var label = bar >= 0 ? within[(bar + 1)..] : within;
        if (within is ['#', ..] or ['@', ..])
            return bar >= 0 ? $"{within[0]}{label}" : within.ToString();
        return label.ToString();
    }
}
