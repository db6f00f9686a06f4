using System.Globalization;
using System.Text;

namespace Fleet.Signatures;

/// <summary>One line: <c>principals [options] type key [comment]</c>.</summary>
internal static class SignerLine
{
    public static Signer? Parse(string line, out string problem)
    {
        var words = Words(line);
        if (words is null)
        {
            problem = "a quote is not closed";
            return null;
        }

        if (words.Count < 3)
        {
            problem = "it takes a name, a kind of key and a key, like: ann@example.com ssh-ed25519 AAAA…";
            return null;
        }

        var options = IsKeyType(words[1]) ? "" : words[1];
        var at = options.Length == 0 ? 1 : 2;
        if (words.Count < at + 2 || Key(words[at], words[at + 1]) is not { } key)
        {
            problem = "its key cannot be read";
            return null;
        }

        if (!KeyVerifier.IsKnown(key.Type))
        {
            problem = $"keys of the kind {key.Type} are not taken; take ssh-ed25519, ecdsa-sha2-nistp256 (384, 521) or ssh-rsa";
            return null;
        }

        var signer = new Signer(words[0].Split(',')[0], key, null, null, null);
        return Options(signer, options, out problem);
    }

    private static Signer? Options(Signer signer, string options, out string problem)
    {
        foreach (var option in Split(options))
        {
            var (name, value) = option.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (option[..at], option[(at + 1)..].Trim('"')) : (option, "");
            switch (name.ToLowerInvariant())
            {
                case "namespaces":
                    signer = signer with { Namespaces = [.. value.Split(',', StringSplitOptions.TrimEntries)] };
                    break;
                case "valid-after" when Moment(value) is { } after:
                    signer = signer with { ValidAfter = after };
                    break;
                case "valid-before" when Moment(value) is { } before:
                    signer = signer with { ValidBefore = before };
                    break;
                default:
                    problem = $"the option {name} is not taken, or not with this value; take namespaces=\"…\", valid-after=\"YYYYMMDDZ\", valid-before=\"YYYYMMDDHHMMZ\"";
                    return null;
            }
        }

        problem = "";
        return signer;
    }

    /// <summary>Where no Z says UTC, OpenSSH means the machine's time zone, which would make one list mean another thing on each worker.</summary>
    private static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParseExact(text, ["yyyyMMdd'Z'", "yyyyMMddHHmm'Z'", "yyyyMMddHHmmss'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    private static SshPublicKey? Key(string type, string base64)
    {
        var blob = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, blob, out var length) && SshPublicKey.Read(blob.AsSpan(0, length)) is { } key && key.Type == type ? key : null;
    }

    private static bool IsKeyType(string word) => word.StartsWith("ssh-", StringComparison.Ordinal) || word.StartsWith("ecdsa-", StringComparison.Ordinal) || word.StartsWith("sk-", StringComparison.Ordinal);

    /// <summary>At blanks outside of quotes; the quotes stay.</summary>
    private static List<string>? Words(string line) => Cut(line, [' ', '\t']);

    private static List<string> Split(string options) => Cut(options, [',']) ?? [];

    private static List<string>? Cut(string text, char[] at)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        foreach (var c in text)
        {
            quoted ^= c == '"';
            if (quoted || !at.Contains(c))
            {
                word.Append(c);
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        if (word.Length > 0)
            words.Add(word.ToString());
        return quoted ? null : words;
    }
}
