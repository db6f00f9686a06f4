namespace Fleet.Server.Chat;

/// <summary>A sign before a title; its word is in the title.</summary>
internal static class MoodSign
{
    public static string Before(ChatMood mood, string title) => mood switch
    {
        ChatMood.Running => $"⏳ {title}",
        ChatMood.Good => $"✅ {title}",
        ChatMood.Asks => $"❓ {title}",
        ChatMood.Bad => $"❌ {title}",
        _ => title,
    };
}
