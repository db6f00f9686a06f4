namespace Fleet.Runbooks.Texts;

/// <summary>
/// A language that people are spoken to in. Not a culture: the program runs without any (InvariantGlobalization), so that no number, date or order of
/// words depends on where it runs.
/// </summary>
public sealed class Language
{
    public static readonly Language English = new("en");

    /// <summary>Simplified Chinese.</summary>
    public static readonly Language Chinese = new("zh-CN");

    private static readonly AsyncLocal<Language?> Spoken = new();

    private Language(string tag) => Tag = tag;

    public static IReadOnlyList<Language> All { get; } = [English, Chinese];

    /// <summary>
    /// The language of the person at the other end of this request or command. English wherever nobody set one. Only what is sent to that person may
    /// be told in it; what is stored, logged or sent to another part is told in English.
    /// </summary>
    public static Language Current
    {
        get => Spoken.Value ?? English;
        set => Spoken.Value = value;
    }

    /// <summary>As HTTP and people write it: en, zh-CN.</summary>
    public string Tag { get; }

    /// <summary>From a tag or a locale (zh, zh-CN, zh_CN.UTF-8, en_GB, C); null: another language, or none.</summary>
    public static Language? Of(string? tag) => tag?.Split('-', '_', '.', '@')[0].ToLowerInvariant() switch
    {
        "en" or "c" or "posix" => English,
        "zh" => Chinese,
        _ => null,
    };

    public override string ToString() => Tag;
}
