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
}

/// <summary>What a hop's host key must be. Without a pin no key is right.</summary>
internal sealed class HostKeyPin
{
    private readonly IReadOnlyList<PinnedKey> revoked;

    private HostKeyPin(IReadOnlyList<string> fingerprints, IReadOnlyList<string> types, IReadOnlyList<PinnedKey> revoked)
    {
        Fingerprints = fingerprints;
        Types = types;
        this.revoked = revoked;
    }

    /// <summary>All that would be trusted; <c>SHA256:…</c></summary>
    public IReadOnlyList<string> Fingerprints { get; }

    /// <summary>Key types that are known to be pinned, to be asked for first; empty where only a fingerprint is known.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <param name="knownHosts">The text of <see cref="SshHop.KnownHosts"/>, read where the worker runs; null: none is named.</param>
    public static HostKeyPin Of(SshHop hop, string? knownHosts)
    {
        var named = hop.HostKey?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (named.Length > 0 || knownHosts is null)
            return new HostKeyPin([.. named.Select(Normal)], [], []);
        var (keys, revoked) = KnownHosts.Parse(knownHosts).For(hop.Host, hop.Port);
        var good = keys.Where(k => revoked.All(r => r.Fingerprint != k.Fingerprint)).ToList();
        return new HostKeyPin([.. good.Select(k => k.Fingerprint)], [.. good.Select(k => k.Type).Distinct()], revoked);
    }

    public HostKeyVerdict Judge(string fingerprint) =>
        revoked.Any(r => r.Fingerprint == fingerprint) ? HostKeyVerdict.Revoked
        : Fingerprints.Contains(fingerprint, StringComparer.Ordinal) ? HostKeyVerdict.Trusted
        : Fingerprints.Count > 0 ? HostKeyVerdict.Changed
        : HostKeyVerdict.Unknown;

    private static string Normal(string fingerprint) => fingerprint.TrimEnd('=');
}
