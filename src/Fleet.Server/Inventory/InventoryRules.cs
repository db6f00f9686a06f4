using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Loading;

namespace Fleet.Server.Inventory;

/// <summary>What single values of an inventory may be. Each returns what is wrong, or null.</summary>
internal static partial class InventoryRules
{
    /// <summary>What workers know how to offer beside today's.</summary>
    public static readonly IReadOnlyList<string> LegacyAlgorithms =
    [
        "ssh-rsa", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1", "diffie-hellman-group-exchange-sha1",
        "aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc", "hmac-sha1", "hmac-sha1-etm@openssh.com",
    ];

    public static Finding? Name(string value) => NamePattern().IsMatch(value) ? null : Finding.Of("inventory-bad-name", ("value", value));

    public static Finding? Host(string value) => HostPattern().IsMatch(value) ? null : Finding.Of("inventory-bad-host", ("value", value));

    public static Finding? User(string value) => UserPattern().IsMatch(value) ? null : Finding.Of("inventory-bad-user", ("value", value));

    public static Finding? ZoneId(string value) => ZoneIdPattern().IsMatch(value) ? null : Finding.Of("inventory-bad-zone-id", ("value", value));

    public static Func<string, Finding?> Fingerprint(string? zone) =>
        value => FingerprintPattern().IsMatch(value) ? null : Finding.Of("inventory-bad-fingerprint", ("value", value), ("zone", zone ?? "NAME"));

    public static Finding? File(string value) => IsFile(value) ? null : Finding.Of("inventory-bad-reference", ("value", value), ("allowed", "file:/path"));

    /// <summary>A key out of a file or a command, or an agent's.</summary>
    public static Finding? Identity(string value) =>
        IsFile(value) || IsCommand(value) || AgentPattern().IsMatch(value) ? null : Finding.Of("inventory-bad-reference", ("value", value), ("allowed", "file:/path, exec:command, agent:, agent:/path/of.sock#SHA256:…"));

    public static Finding? Authority(string value) =>
        IsFile(value) || FingerprintPattern().IsMatch(value) ? null : Finding.Of("inventory-bad-reference", ("value", value), ("allowed", "SHA256:…, file:/path"));

    public static Finding? Secret(string value) =>
        IsFile(value) || IsCommand(value) ? null : Finding.Of("inventory-bad-reference", ("value", value), ("allowed", "file:/path, exec:command"));

    public static Finding? Password(string value) =>
        value == "ask" || IsFile(value) || IsCommand(value) ? null : Finding.Of("inventory-bad-reference", ("value", value), ("allowed", "file:/path, exec:command, ask"));

    /// <summary>Shorter ones would act while somebody only restarts Fleet; longer ones help nobody.</summary>
    public static Finding? DeadMan(string value) =>
        DurationText.TryParse(value, out var limit) && limit >= TimeSpan.FromHours(1) && limit <= TimeSpan.FromHours(72) ? null : Finding.Of("inventory-bad-dead-man", ("value", value), ("min", "1h"), ("max", "72h"));

    public static Func<string, Finding?> OneOf(params IReadOnlyList<string> allowed) =>
        value => allowed.Contains(value) ? null : Finding.Of("inventory-bad-choice", ("value", value), ("allowed", string.Join(", ", allowed)));

    public static Finding? Label(string key, string value) =>
        !LabelKeyPattern().IsMatch(key) ? Finding.Of("inventory-bad-label-key", ("value", key))
        : !LabelValuePattern().IsMatch(value) ? Finding.Of("inventory-bad-label", ("value", value))
        : null;

    private static bool IsFile(string value) => value.StartsWith("file:/", StringComparison.Ordinal) && value.Length > "file:/".Length && !HasControl(value);

    private static bool IsCommand(string value) => value.StartsWith("exec:", StringComparison.Ordinal) && value.Length > "exec:".Length && !HasControl(value);

    private static bool HasControl(string value) => value.Any(char.IsControl);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}\\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|[0-9A-Fa-f:]{2,39}(?:%[A-Za-z0-9]+)?)\\z")]
    private static partial Regex HostPattern();

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._@-]{0,63}\\z")]
    private static partial Regex UserPattern();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,62}\\z")]
    private static partial Regex ZoneIdPattern();

    [GeneratedRegex("^agent:(?:/[^#\\x00-\\x1f]+)?(?:#SHA256:[A-Za-z0-9+/]{43}=?)?\\z")]
    private static partial Regex AgentPattern();

    [GeneratedRegex("^SHA256:[A-Za-z0-9+/]{43}=?\\z")]
    private static partial Regex FingerprintPattern();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}\\z")]
    private static partial Regex LabelKeyPattern();

    [GeneratedRegex("^[A-Za-z0-9]?[A-Za-z0-9 ._/:+@-]{0,62}\\z")]
    private static partial Regex LabelValuePattern();
}
