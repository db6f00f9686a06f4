using Fleet.Contracts.Phases;

namespace Fleet.Worker.Ssh;

internal enum HostKeyVerdict
{
    Trusted,

    /// <summary>Nothing is pinned for this host.</summary>
    Unknown,

    /// <summary>Another key is pinned.</summary>
    Changed,
    Revoked,

    /// <summary>An authority is pinned, and it has signed nothing that was shown.</summary>
    NotCertified,
    CertificateExpired,
    CertificateNotYetValid,

    /// <summary>It is another host's.</summary>
    CertificateOfOther,

    /// <summary>It is a user's, has options that hosts have none of, or is signed as nothing is signed any more.</summary>
    CertificateUnfit,
}

/// <summary>What a hop's host key must be: one of some keys, or certified by one of some authorities. Without a pin no key is right.</summary>
internal sealed class HostKeyPin
{
    /// <summary>How authorities sign today; SHA-1 is not among it.</summary>
    private static readonly string[] Signatures =
        ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256"];

    private readonly IReadOnlyList<PinnedKey> revoked;
    private readonly string host;

    private HostKeyPin(string host, IReadOnlyList<string> fingerprints, IReadOnlyList<string> types, IReadOnlyList<string> authorities, IReadOnlyList<PinnedKey> revoked)
    {
        this.host = host;
        Fingerprints = fingerprints;
        Types = types;
        Authorities = authorities;
        this.revoked = revoked;
    }

    /// <summary>All keys that would be trusted; <c>SHA256:…</c></summary>
    public IReadOnlyList<string> Fingerprints { get; }

    /// <summary>Key types that are known to be pinned, to be asked for first; empty where only a fingerprint is known.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>Whose certificates would be trusted; <c>SHA256:…</c></summary>
    public IReadOnlyList<string> Authorities { get; }

    /// <param name="knownHosts">The text of <see cref="SshHop.KnownHosts"/>, read where the worker runs; null: none is named.</param>
    /// <param name="authorities">The public keys that <see cref="SshHop.HostCa"/> names as a file; null: it names none, or their fingerprints.</param>
    public static HostKeyPin Of(SshHop hop, string? knownHosts, string? authorities = null)
    {
        var named = Named(hop.HostKey);
        IReadOnlyList<string> signers = authorities is not null ? [.. PublicKeys(authorities)] : hop.HostCa?.StartsWith("SHA256:", StringComparison.Ordinal) == true ? Named(hop.HostCa) : [];
        if (named.Count > 0 || knownHosts is null)
            return new HostKeyPin(hop.Host, named, [], signers, []);
        var (keys, certifying, revoked) = KnownHosts.Parse(knownHosts).For(hop.Host, hop.Port);
        var good = keys.Where(k => revoked.All(r => r.Fingerprint != k.Fingerprint)).ToList();
        return new HostKeyPin(hop.Host, [.. good.Select(k => k.Fingerprint)], [.. good.Select(k => k.Type).Distinct()], [.. signers, .. certifying.Select(k => k.Fingerprint)], revoked);
    }

    public HostKeyVerdict Judge(string fingerprint) =>
        IsRevoked(fingerprint) ? HostKeyVerdict.Revoked
        : Fingerprints.Contains(fingerprint, StringComparer.Ordinal) ? HostKeyVerdict.Trusted
        : Authorities.Count > 0 ? HostKeyVerdict.NotCertified
        : Fingerprints.Count > 0 ? HostKeyVerdict.Changed
        : HostKeyVerdict.Unknown;

    /// <summary>What the library has not looked at, beside the signature and the time: whose signature it is, for whom, and what for.</summary>
    /// <param name="fingerprint">Of the key that is certified.</param>
    public HostKeyVerdict Judge(string fingerprint, SshCertificate certificate, DateTimeOffset now)
    {
        var verdict = Judge(fingerprint);
        if (verdict is HostKeyVerdict.Revoked or HostKeyVerdict.Trusted)
            return verdict;
        return IsRevoked(certificate.Authority) ? HostKeyVerdict.Revoked
            : !Authorities.Contains(certificate.Authority, StringComparer.Ordinal) ? verdict
            : !certificate.ForHosts || certificate.Options.Count > 0 || !Signatures.Contains(certificate.SignedWith) ? HostKeyVerdict.CertificateUnfit
            : certificate.IsExpired(now) ? HostKeyVerdict.CertificateExpired
            : certificate.IsNotYetValid(now) ? HostKeyVerdict.CertificateNotYetValid
            // One for any host would let each host that has it stand in for all others.
            : !certificate.IsForHost(host) ? HostKeyVerdict.CertificateOfOther
            : HostKeyVerdict.Trusted;
    }

    private bool IsRevoked(string fingerprint) => revoked.Any(r => r.Fingerprint == fingerprint);

    private static IReadOnlyList<string> Named(string? fingerprints) => [.. (fingerprints?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) ?? []).Select(f => f.TrimEnd('='))];

    /// <summary>As <c>ssh-keygen</c> writes public keys, one a line.</summary>
    private static IEnumerable<string> PublicKeys(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Where(l => l[0] != '#')
        .Select(l => l.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        .Select(words => words.Length > 1 ? PinnedKey.TryParse(words[0], words[1]) : null)
        .OfType<PinnedKey>().Select(k => k.Fingerprint);
}
