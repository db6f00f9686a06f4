using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Chat;

/// <summary>Secrets of a chat come from files only: a setting is seen in listings of processes and manifests.</summary>
internal static class SecretFile
{
    /// <param name="key">Ends with <c>File</c>.</param>
    /// <param name="isRight">Whether what stands there can be one.</param>
    /// <param name="kind">What is expected, for people; what was read is never told.</param>
    /// <returns>Null: it is not set, or wrong.</returns>
    public static string? Read(IConfigurationSection section, string key, Func<string, bool> isRight, string kind, ICollection<string> problems)
    {
        if (section[key] is not { Length: > 0 } path)
            return null;
        try
        {
            var text = File.ReadAllText(path).Trim();
            if (isRight(text))
                return text;
            problems.Add($"{section.Path}:{key} is \"{path}\", and what stands in it is no {kind}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add($"{section.Path}:{key} is \"{path}\", which cannot be read: {e.Message}");
        }

        return null;
    }

    /// <summary>One word of letters that can stand in a header.</summary>
    public static bool IsWord(string text) => text.Length is > 0 and <= 1024 && text.All(c => c is > ' ' and < '\x7f');
}
