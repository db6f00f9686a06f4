using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Chat.Slack;

/// <summary>Section <c>Fleet:Chat:Slack</c>. No record, so that nothing prints its secrets.</summary>
internal sealed class SlackOptions
{
    /// <summary>Key <c>TokenFile</c>: the bot's token, <c>xoxb-…</c>.</summary>
    public required string Token { get; init; }

    /// <summary>Key <c>SigningSecretFile</c>: Slack calls us, and signs with it; null: it does not.</summary>
    public string? SigningSecret { get; init; }

    /// <summary>Key <c>AppTokenFile</c>: <c>xapp-…</c>, for Socket Mode: we connect, and nothing must be reachable from outside; null: we do not.</summary>
    public string? AppToken { get; init; }

    /// <summary>Key <c>Api</c>.</summary>
    public required VendorHost Host { get; init; }

    /// <summary>Section <c>Mentions</c>: what a group or person that is called is in Slack: <c>sre = S0614TZR7</c>.</summary>
    public IReadOnlyDictionary<string, string> Mentions { get; init; } = new Dictionary<string, string>();

    /// <param name="problems">Gets all that is wrong: the key, the value, what is allowed.</param>
    /// <returns>Null: Slack is not set up.</returns>
    public static SlackOptions? Read(IConfiguration configuration, ICollection<string> problems)
    {
        var section = configuration.GetSection("Fleet:Chat:Slack");
        if (!section.GetChildren().Any())
            return null;
        foreach (var secret in new[] { "Token", "SigningSecret", "AppToken" }.Where(k => !string.IsNullOrEmpty(section[k])))
            problems.Add($"{section.Path}:{secret} is set: it takes a file, by {section.Path}:{secret}File.");
        if (string.IsNullOrEmpty(section["TokenFile"]))
            problems.Add($"{section.Path}:TokenFile is missing: it takes the file with the bot's token (xoxb-…).");
        if (string.IsNullOrEmpty(section["SigningSecretFile"]) && string.IsNullOrEmpty(section["AppTokenFile"]))
            problems.Add($"{section.Path} has neither SigningSecretFile nor AppTokenFile: with the first Slack calls Fleet, with the second (xapp-…, Socket Mode) Fleet connects to Slack.");
        return new SlackOptions
        {
            Token = SecretFile.Read(section, "TokenFile", t => SecretFile.IsWord(t) && t.StartsWith("xoxb-", StringComparison.Ordinal), "bot's token (xoxb-…)", problems) ?? "",
            SigningSecret = SecretFile.Read(section, "SigningSecretFile", t => SecretFile.IsWord(t) && t.Length >= 16, "signing secret (32 letters and digits)", problems),
            AppToken = SecretFile.Read(section, "AppTokenFile", t => SecretFile.IsWord(t) && t.StartsWith("xapp-", StringComparison.Ordinal), "app-level token (xapp-…)", problems),
            Host = VendorHost.Read(section, "https://slack.com/api/", ["slack.com"], problems),
            Mentions = ReadMentions(section.GetSection("Mentions"), problems),
        };
    }

    private static Dictionary<string, string> ReadMentions(IConfigurationSection section, ICollection<string> problems)
    {
        var mentions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var one in section.GetChildren())
        {
            if (one.Value is "here" or "channel" || (one.Value is { Length: >= 3 } id && id[0] is 'U' or 'W' or 'S' && id.All(char.IsAsciiLetterOrDigit)))
                mentions[one.Key] = one.Value!;
            else
                problems.Add($"{one.Path} is \"{one.Value}\": it takes the id of a person (U…, W…) or of a group (S…), or here or channel.");
        }

        return mentions;
    }
}
