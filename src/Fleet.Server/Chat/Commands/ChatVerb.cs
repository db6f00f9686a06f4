using Fleet.Runbooks.Texts;

namespace Fleet.Server.Chat.Commands;

/// <summary>One command: its word, what it takes, and what it does.</summary>
/// <param name="Usage">What stands behind the word, the same in every language.</param>
/// <param name="About">The code of the sentence that says what it does.</param>
internal sealed record ChatVerb(string Name, string Usage, string About, Func<ChatTalk, ChatArguments, CancellationToken, Task<ChatMessage>> Run)
{
    /// <summary>Words without a name, at least and at most.</summary>
    public (int Least, int Most) Words { get; init; }

    /// <summary>Options that take a value.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Options that take none.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Who may say it that is linked to nobody.</summary>
    public Unlinked Unlinked { get; init; }

    /// <summary>More that it may be followed by, shown as a whole line each.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    public string Line => Usage.Length == 0 ? Name : $"{Name} {Usage}";

    public string Told(Language language) => Text.Render(About, new Dictionary<string, string>(), language);
}

internal enum Unlinked
{
    /// <summary>Nobody: it takes a person.</summary>
    No,

    /// <summary>Where the channel lets people look.</summary>
    Looks,

    /// <summary>Everybody: it tells nothing of zones.</summary>
    Always,
}
