using Renci.SshNet;

namespace Fleet.Worker.Ssh;

/// <summary>
/// Which algorithms are offered. Today's are no weaker than what OpenSSH offers by itself: no SHA-1, no CBC, no small groups. Old ones are added, at the end, only where a zone names them.
/// The order prefers what costs little: a zone lives for one connection, and key exchange dominates connecting.
/// </summary>
internal static class SshAlgorithms
{
    public static readonly IReadOnlyList<string> KeyExchanges =
    [
        "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
        "mlkem768x25519-sha256", "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com",
        "diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512", "diffie-hellman-group14-sha256",
    ];

    public static readonly IReadOnlyList<string> Ciphers =
        ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr", "chacha20-poly1305@openssh.com"];

    public static readonly IReadOnlyList<string> Macs =
        ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"];

    public static readonly IReadOnlyList<string> HostKeys =
        ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256"];

    /// <summary>A key with its authority's word for it; offered where an authority is pinned.</summary>
    public static readonly IReadOnlyList<string> Certificates =
    [
        "ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp256-cert-v01@openssh.com", "ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp521-cert-v01@openssh.com",
        "rsa-sha2-512-cert-v01@openssh.com", "rsa-sha2-256-cert-v01@openssh.com",
    ];

    /// <summary>What a zone may name as <c>legacyAlgorithms</c>, by purpose.</summary>
    public static readonly IReadOnlyList<string> LegacyKeyExchanges = ["diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"];

    public static readonly IReadOnlyList<string> LegacyCiphers = ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"];

    public static readonly IReadOnlyList<string> LegacyMacs = ["hmac-sha1", "hmac-sha1-etm@openssh.com"];

    /// <summary>Signs with SHA-1; for host keys and for logging in with an RSA key.</summary>
    public static readonly IReadOnlyList<string> LegacyHostKeys = ["ssh-rsa"];

    /// <summary>Every name that <c>legacyAlgorithms</c> takes.</summary>
    public static IEnumerable<string> Legacy => [.. LegacyKeyExchanges, .. LegacyCiphers, .. LegacyMacs, .. LegacyHostKeys];

    /// <param name="certificates">Hosts' certificates are asked for, before their bare keys.</param>
    public static OfferedAlgorithms Offer(IReadOnlyCollection<string> legacy, bool certificates = false) => new(
        [.. KeyExchanges, .. LegacyKeyExchanges.Where(legacy.Contains)],
        [.. certificates ? Certificates : [], .. HostKeys, .. LegacyHostKeys.Where(legacy.Contains)],
        [.. Ciphers, .. LegacyCiphers.Where(legacy.Contains)],
        [.. Macs, .. LegacyMacs.Where(legacy.Contains)]);

    /// <summary>Keeps what is offered, in its order; <paramref name="keyTypes"/> come first among the host keys, so that the pinned key is the one that is shown.</summary>
    public static void Apply(ConnectionInfo connection, OfferedAlgorithms offer, IReadOnlyList<string> keyTypes, bool onlyThese = false)
    {
        var first = offer.HostKeys.Where(a => keyTypes.Contains(TypeOf(a))).ToList();
        Keep(connection.KeyExchangeAlgorithms, offer.KeyExchanges);
        Keep(connection.HostKeyAlgorithms, onlyThese ? first : [.. offer.HostKeys.Intersect(Certificates), .. first, .. offer.HostKeys.Except(first).Except(Certificates)]);
        Keep(connection.Encryptions, offer.Ciphers);
        Keep(connection.HmacAlgorithms, offer.Macs);
        Keep(connection.CompressionAlgorithms, ["none"]);
    }

    /// <summary>The type of key that an algorithm signs with: one RSA key serves three.</summary>
    public static string TypeOf(string hostKeyAlgorithm) => hostKeyAlgorithm.Replace(AgentIdentity.CertificateSuffix, "", StringComparison.Ordinal) is var plain && plain is "rsa-sha2-512" or "rsa-sha2-256" ? "ssh-rsa" : plain;

    /// <summary>Of these, what only a zone's <c>legacyAlgorithms</c> allows; a certificate's algorithm counts as its key's.</summary>
    public static bool IsLegacy(string algorithm) => Legacy.Contains(algorithm) || LegacyHostKeys.Contains(algorithm.Replace(AgentIdentity.CertificateSuffix, "", StringComparison.Ordinal));

    private static void Keep<T>(IOrderedDictionary<string, T> known, IEnumerable<string> wanted)
    {
        var kept = wanted.Where(known.ContainsKey).Select(name => (Name: name, Value: known[name])).ToList();
        known.Clear();
        foreach (var (name, value) in kept)
            known.Add(name, value);
    }
}

internal sealed record OfferedAlgorithms(IReadOnlyList<string> KeyExchanges, IReadOnlyList<string> HostKeys, IReadOnlyList<string> Ciphers, IReadOnlyList<string> Macs)
{
    /// <summary>For each purpose that has nothing in common: its name, both lists, and what of theirs a zone may name as legacy.</summary>
    public IReadOnlyList<AlgorithmGap> GapsTo(OfferedAlgorithms theirs)
    {
        var gaps = new[]
        {
            new AlgorithmGap("key exchange", KeyExchanges, theirs.KeyExchanges),
            new AlgorithmGap("host key", HostKeys, theirs.HostKeys),
            new AlgorithmGap("cipher", Ciphers, theirs.Ciphers),
            new AlgorithmGap("MAC", Macs, theirs.Macs),
        };
        return [.. gaps.Where(g => !g.Ours.Intersect(g.Theirs).Any())];
    }
}

internal sealed record AlgorithmGap(string Purpose, IReadOnlyList<string> Ours, IReadOnlyList<string> Theirs)
{
    /// <summary>The strongest of theirs that legacyAlgorithms takes; null: none helps.</summary>
    public string? Helps => SshAlgorithms.Legacy.FirstOrDefault(Theirs.Contains);
}
