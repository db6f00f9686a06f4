namespace Fleet.Server.Chat;

/// <summary>What is said, in the language of the channel, before a chat's own form is given to it. Holds no secret: a chat keeps what it is told.</summary>
internal sealed record ChatMessage
{
    /// <summary>One line.</summary>
    public required string Title { get; init; }

    public ChatMood Mood { get; init; }

    /// <summary>Plain text, a line each; nothing in it is markup.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>What a command printed, or a table: shown in letters of one width.</summary>
    public string? Output { get; init; }

    /// <summary>A way to more: a trace, a report.</summary>
    public IReadOnlyList<ChatLink> Links { get; init; } = [];

    public IReadOnlyList<ChatButton> Buttons { get; init; } = [];

    /// <summary>Groups or people who are called, as the chat's settings name them.</summary>
    public IReadOnlyList<string> Mentions { get; init; } = [];

    public ChatImage? Image { get; init; }
}

/// <summary>Told by a sign and a word, never by colour alone.</summary>
internal enum ChatMood
{
    Plain,
    Running,
    Good,
    Asks,
    Bad,
}

internal sealed record ChatLink(string Text, Uri Url);

/// <param name="Text">At most 75 characters.</param>
/// <param name="Value">Signed, expiring and for one use (<see cref="Buttons.ButtonSeal"/>).</param>
/// <param name="Typed">What can be typed instead.</param>
/// <param name="Asks">Pressed, it asks for a text first: the name of what is asked for; null: it counts at once.</param>
internal sealed record ChatButton(string Text, string Value, string Typed, ChatButtonStyle Style = ChatButtonStyle.Plain, string? Asks = null);

internal enum ChatButtonStyle
{
    Plain,
    Good,
    Harmful,
}

/// <param name="Png">Its bytes.</param>
/// <param name="Told">What it shows, for who cannot see it.</param>
internal sealed record ChatImage(byte[] Png, string Told);
