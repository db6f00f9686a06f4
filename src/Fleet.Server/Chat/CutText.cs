namespace Fleet.Server.Chat;

/// <summary>What is longer than a chat takes is cut, and says how much is missing: <c>[… +1200]</c>. Never within a character.</summary>
internal static class CutText
{
    /// <summary>Its beginning.</summary>
    public static string Head(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var kept = most - Mark(text.Length).Length - 1;
        if (kept < 1)
            return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
        kept -= char.IsHighSurrogate(text[kept - 1]) ? 1 : 0;
        return $"{text[..kept]} {Mark(text.Length - kept)}";
    }

    /// <summary>Its end: of what a command printed, that tells what became of it.</summary>
    public static string Tail(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var start = text.Length - (most - Mark(text.Length).Length - 1);
        start += char.IsLowSurrogate(text[start]) ? 1 : 0;
        return $"{Mark(start)}\n{text[start..]}";
    }

    private static string Mark(int missing) => $"[… +{missing}]";
}
