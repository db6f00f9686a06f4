using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Texts;
using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Chat;

/// <summary>Section <c>Fleet:Chat:Channels</c>: the channels that Fleet listens and speaks in. What is said anywhere else is ignored.</summary>
internal sealed record ChatOptions(IReadOnlyList<ChatChannel> Channels)
{
    /// <returns>Null: the settings do not name it.</returns>
    public ChatChannel? Find(string chat, string channel) => Channels.FirstOrDefault(c => c.Chat == chat && string.Equals(c.Name, channel, StringComparison.OrdinalIgnoreCase));

    /// <param name="chats">Names of the chats that are set up.</param>
    /// <param name="problems">Gets all that is wrong: the key, the value, what is allowed.</param>
    public static ChatOptions Read(IConfiguration configuration, IReadOnlyCollection<string> chats, ICollection<string> problems)
    {
        var channels = new List<ChatChannel>();
        foreach (var section in configuration.GetSection("Fleet:Chat:Channels").GetChildren())
        {
            var (chat, name) = (section["Chat"] ?? "", section["Channel"] ?? "");
            if (!chats.Contains(chat))
                problems.Add($"{section.Path}:Chat is \"{chat}\"; allowed are the chats that are set up{(chats.Count > 0 ? $" ({string.Join(", ", chats)})" : ", and none is")}.");
            if (name.Length == 0 || name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
                problems.Add($"{section.Path}:Channel is \"{name}\"; it takes a channel as the chat calls it, like #ops.");
            else if (channels.Any(c => c.Chat == chat && string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase)))
                problems.Add($"{section.Path}:Channel is \"{name}\", which is there already.");
            channels.Add(new ChatChannel
            {
                Chat = chat,
                Name = name,
                Language = LanguageOf(section, problems),
                LookWithoutLink = Flag(section, "LookWithoutLink", problems),
                Zones = ZonesOf(section, problems),
                EachZone = Flag(section, "EachZone", problems),
                ProgressEvery = Time(section, "ProgressEvery", TimeSpan.FromMinutes(10), problems),
                OnCall = (section["OnCall"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                RemindAfter = Time(section, "RemindAfter", TimeSpan.FromMinutes(15), problems),
            });
        }

        return new ChatOptions(channels);
    }

    private static Language LanguageOf(IConfigurationSection section, ICollection<string> problems)
    {
        var given = section["Language"];
        if (given is { Length: > 0 } && Language.All.All(l => l.Tag != given))
            problems.Add($"{section.Path}:Language is \"{given}\"; allowed are {string.Join(" and ", Language.All)}.");
        return Language.Of(given) ?? Language.English;
    }

    private static string ZonesOf(IConfigurationSection section, ICollection<string> problems)
    {
        var zones = section["Zones"] is { Length: > 0 } given ? given : Grant.All;
        if (!ZoneSelector.Parse(zones).Ok)
            problems.Add($"{section.Path}:Zones is \"{zones}\"; it takes all, names (pek1a,cd1a) or labels (region=pek,tier!=canary).");
        return zones;
    }

    private static bool Flag(IConfigurationSection section, string key, ICollection<string> problems)
    {
        if (section[key] is not { Length: > 0 } text)
            return false;
        if (!bool.TryParse(text, out var value))
            problems.Add($"{section.Path}:{key} is \"{text}\"; it takes true or false.");
        return value;
    }

    private static TimeSpan Time(IConfigurationSection section, string key, TimeSpan usual, ICollection<string> problems)
    {
        if (section[key] is not { Length: > 0 } text)
            return usual;
        if (DurationText.TryParse(text, out var time) && time >= TimeSpan.FromSeconds(10) && time <= TimeSpan.FromDays(1))
            return time;
        problems.Add($"{section.Path}:{key} is \"{text}\"; allowed are times from 10s to 1d, like 10m.");
        return usual;
    }
}

/// <summary>One channel, and what is said there.</summary>
internal sealed record ChatChannel
{
    public required string Chat { get; init; }

    /// <summary>As the chat itself calls it.</summary>
    public required string Name { get; init; }
    public Language Language { get; init; } = Language.English;

    /// <summary>People whose account is linked to nobody may look, as viewers over <see cref="Zones"/>.</summary>
    public bool LookWithoutLink { get; init; }

    /// <summary>Which zones are told of here: a selector.</summary>
    public string Zones { get; init; } = Grant.All;

    /// <summary>A post for each zone that has ended, not only for waves.</summary>
    public bool EachZone { get; init; }

    /// <summary>At most one word on how far it is in this time.</summary>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Who is called where a question stays unanswered for <see cref="RemindAfter"/>, as the chat names them.</summary>
    public IReadOnlyList<string> OnCall { get; init; } = [];
    public TimeSpan RemindAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>As the audit names where something was said.</summary>
    public static string Source(ChatPlace place) => $"chat {place.Chat}/{place.Channel}";

    /// <summary>Whom the channel itself reads as.</summary>
    public Caller Reader() => new() { Name = $"chat:{Chat}", Rights = Rights.Of(Role.Viewer, Zones), Source = $"chat {Chat}/{Name}" };
}
