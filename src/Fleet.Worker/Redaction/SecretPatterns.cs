using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Fleet.Worker.Redaction;

/// <summary>
/// What looks like a secret whatever it is: passwords and tokens by their names, tokens by their shape, logins in addresses, hashes of passwords. A line is read as Latin-1, so that one character is one byte.
/// All run in linear time. What a pattern hides in a line does not change when more of the line comes, but for its last word.
/// </summary>
internal static class SecretPatterns
{
    private const string Value = """(?<s>"(?:[^"\\\n]|\\.)+"?|'[^'\n]+'?|[^ \t\r\n"'=:>][^ \t\r\n]*)""";
    private const string Names = "passw(?:or)?d|passphrase|(?:user|db|root|admin|mysql|pg|my)_?pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential";

    private static readonly Regex[] All =
    [
        Of($"""(?i:[a-z0-9_.-]*(?:{Names})[a-z0-9_.-]*)["']?[ \t]*[=:][=:>]*[ \t]*{Value}"""),
        Of($"(?:{Latin("密码")}|{Latin("口令")}|{Latin("密钥")})[ \t]*(?:=|:|{Latin("：")}|{Latin("为")})[ \t]*{Value}"),
        Of($"(?i:--?(?:password|passwd|passphrase|token|secret|api-key))[ \t]+{Value}"),
        Of($"(?:sshpass[ \t]+-p|(?:mysql|mysqldump|mysqladmin|mariadb)[ \t](?:[^|;&\n]*?[ \t])??-p)[ \t]?{Value}"),
        Of("""(?i:authorization)["']?[ \t]*[:=][ \t]*["']?(?i:bearer|basic|token|digest)[ \t]+(?<s>[^ \t\r\n"']+)"""),
        Of("""(?i:bearer)[ \t]+(?<s>[A-Za-z0-9._~+/=-]{16,})"""),
        Of("""[A-Za-z][A-Za-z0-9+.-]*://[^ \t\r\n/@:]*:(?<s>[^ \t\r\n/]+)@"""),
        Of(@"(?<s>\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|fleet_[A-Za-z0-9_-]{16,}|xox[abeprs]-[A-Za-z0-9-]{10,}|sk-[A-Za-z0-9_-]{20,}|hv[sb]\.[A-Za-z0-9_-]{20,}|A[KS]IA[0-9A-Z]{16}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.?[A-Za-z0-9_-]*))"),
        Of(@"\$(?:1|2[abxy]|5|6|7|y)\$(?<s>[^ \t\r\n:]{8,})"),
    ];

    /// <summary>A line with none of these is not looked at any closer.</summary>
    private static readonly SearchValues<string> Hints = SearchValues.Create(
        ["pass", "pwd", "secret", "token", "key", "credential", "bearer", "authorization", "://", "mysql", "mariadb", "gh", "glpat", "fleet_", "xox", "sk-", "hvs.", "hvb.", "AKIA", "ASIA", "eyJ", "$", Latin("密码"), Latin("口令"), Latin("密钥")],
        StringComparison.OrdinalIgnoreCase);

    /// <param name="found">Called with the start and end of each.</param>
    public static void Scan(string line, Action<int, int> found)
    {
        if (!line.AsSpan().ContainsAny(Hints))
            return;
        foreach (var pattern in All)
        {
            for (var match = pattern.Match(line); match.Success; match = match.NextMatch())
            {
                var secret = match.Groups["s"];
                found(secret.Index, secret.Index + secret.Length);
            }
        }
    }

    private static Regex Of(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant);

    private static string Latin(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
