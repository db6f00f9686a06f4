using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Chat.Feishu;

/// <summary>Section <c>Fleet:Chat:Feishu</c>, for Feishu and Lark. No record, so that nothing prints its secrets.</summary>
internal sealed class FeishuOptions
{
    /// <summary>Key <c>AppId</c>: <c>cli_…</c>.</summary>
    public required string AppId { get; init; }

    /// <summary>Key <c>AppSecretFile</c>.</summary>
    public required string AppSecret { get; init; }

    /// <summary>Key <c>EncryptKeyFile</c>: what Feishu sends is encrypted and signed with it.</summary>
    public required string EncryptKey { get; init; }

    /// <summary>Key <c>Api</c>.</summary>
    public required VendorHost Host { get; init; }

    /// <summary>Section <c>Mentions</c>: what a person that is called is in Feishu: <c>ann = ou_…</c>, or <c>all</c>.</summary>
    public IReadOnlyDictionary<string, string> Mentions { get; init; } = new Dictionary<string, string>();

    /// <param name="problems">Gets all that is wrong: the key, the value, what is allowed.</param>
    /// <returns>Null: Feishu is not set up.</returns>
    public static FeishuOptions? Read(IConfiguration configuration, ICollection<string> problems)
    {
        var section = configuration.GetSection("Fleet:Chat:Feishu");
        if (!section.GetChildren().Any())
            return null;
        foreach (var secret in new[] { "AppSecret", "EncryptKey" })
        {
            if (!string.IsNullOrEmpty(section[secret]))
                problems.Add($"{section.Path}:{secret} is set: it takes a file, by {section.Path}:{secret}File.");
            if (string.IsNullOrEmpty(section[$"{secret}File"]))
                problems.Add($"{section.Path}:{secret}File is missing: it takes a file with what the app's page at Feishu shows.");
        }

        var id = section["AppId"] ?? "";
        if (!id.StartsWith("cli_", StringComparison.Ordinal) || !SecretFile.IsWord(id))
            problems.Add($"{section.Path}:AppId is \"{id}\": it takes the app's id, cli_….");
        return new FeishuOptions
        {
            AppId = id,
            AppSecret = SecretFile.Read(section, "AppSecretFile", SecretFile.IsWord, "app secret", problems) ?? "",
            EncryptKey = SecretFile.Read(section, "EncryptKeyFile", SecretFile.IsWord, "encrypt key", problems) ?? "",
            Host = VendorHost.Read(section, "https://open.feishu.cn/", ["feishu.cn", "larksuite.com"], problems),
            Mentions = ReadMentions(section.GetSection("Mentions"), problems),
        };
    }

    private static Dictionary<string, string> ReadMentions(IConfigurationSection section, ICollection<string> problems)
    {
        var mentions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var one in section.GetChildren())
        {
            // Nothing else may stand in a mention, which is the one place with markup.
            if (one.Value is "all" || (one.Value is { Length: > 3 } id && id.StartsWith("ou_", StringComparison.Ordinal) && id.AsSpan(3).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") < 0))
                mentions[one.Key] = one.Value;
            else
                problems.Add($"{one.Path} is \"{one.Value}\": it takes a person's open_id (ou_…) or all.");
        }

        return mentions;
    }
}
