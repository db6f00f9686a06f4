using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;

namespace Fleet.Worker.Ssh;

/// <summary>The lines of an OpenSSH known_hosts file: plain and hashed names, patterns, <c>[host]:port</c>, several keys, <c>@revoked</c>. <c>@cert-authority</c>.</summary>
internal sealed class KnownHosts
{
    private readonly IReadOnlyList<Line> lines;

    private KnownHosts(IReadOnlyList<Line> lines) => this.lines = lines;

    public static KnownHosts Parse(string text) =>
        new([.. text.Split('\n').Select(l => Line.Parse(l.Trim())).OfType<Line>()]);

    /// <summary>The keys that are pinned for this host, the authorities whose certificates for it are, and those keys and authorities that were revoked for it.</summary>
    public (IReadOnlyList<PinnedKey> Keys, IReadOnlyList<PinnedKey> Authorities, IReadOnlyList<PinnedKey> Revoked) For(string host, int port)
    {
        var name = port == 22 ? host : $"[{host}]:{port}";
        var mine = lines.Where(l => l.Matches(name)).ToLookup(l => l.Marker ?? "", l => l.Key);
        return ([.. mine[""]], [.. mine[Line.Authority]], [.. mine[Line.Revoked]]);
    }

    private sealed record Line(string Names, PinnedKey Key, string? Marker)
    {
        public const string Authority = "@cert-authority";
        public const string Revoked = "@revoked";

        public static Line? Parse(string line)
        {
            if (line.Length == 0 || line[0] == '#')
                return null;
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var marker = words[0][0] == '@' ? words[0] : null;
            if (marker is not null)
                words = words[1..];
            if (words.Length < 3 || marker is not (null or Authority or Revoked) || PinnedKey.TryParse(words[1], words[2]) is not { } key)
                return null;
            return new Line(words[0], key, marker);
        }

        public bool Matches(string name)
        {
            var matched = false;
            foreach (var pattern in Names.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                if (pattern[0] == '!' && Fits(pattern[1..], name))
                    return false;
                matched |= pattern[0] != '!' && Fits(pattern, name);
            }

            return matched;
        }

        private static bool Fits(string pattern, string name) =>
            pattern.StartsWith("|1|", StringComparison.Ordinal) ? FitsHash(pattern.Split('|'), name)
            // Its only wildcards are * and ?; a backslash, which would make them plain there, stands in no host name.
            : !pattern.Contains('\\', StringComparison.Ordinal) && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true);

        private static bool FitsHash(string[] parts, string name)
        {
            var salt = new byte[64];
            var hash = new byte[64];
            if (parts.Length != 4 || !Convert.TryFromBase64String(parts[2], salt, out var salted) || !Convert.TryFromBase64String(parts[3], hash, out var hashed))
                return false;
#pragma warning disable CA5350 // The format of the file says HMAC-SHA1; it hides names, it protects no key.
            return CryptographicOperations.FixedTimeEquals(HMACSHA1.HashData(salt.AsSpan(0, salted), Encoding.UTF8.GetBytes(name)), hash.AsSpan(0, hashed));
#pragma warning restore CA5350
        }
    }
}

/// <param name="Type">Like <c>ssh-ed25519</c>; <c>ssh-rsa</c> for every RSA key.</param>
/// <param name="Fingerprint"><c>SHA256:…</c></param>
internal sealed record PinnedKey(string Type, string Fingerprint)
{
    public static PinnedKey? TryParse(string type, string base64)
    {
        var blob = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, blob, out var length) && length > 0 ? new PinnedKey(type, FingerprintOf(blob.AsSpan(0, length))) : null;
    }

    public static string FingerprintOf(ReadOnlySpan<byte> blob) => $"SHA256:{Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=')}";
}
