using System.Security.Cryptography;

namespace Fleet.Signatures;

/// <summary>A public key as it stands in <c>authorized_keys</c> and signatures (RFC 4253, section 6.6).</summary>
/// <param name="Type">Like <c>ssh-ed25519</c>.</param>
public sealed record SshPublicKey(string Type, ReadOnlyMemory<byte> Blob)
{
    /// <summary><c>SHA256:…</c>, as OpenSSH prints it.</summary>
    public string Fingerprint { get; } = $"SHA256:{Convert.ToBase64String(SHA256.HashData(Blob.Span)).TrimEnd('=')}";

    /// <returns>Null: it is no key.</returns>
    internal static SshPublicKey? Read(ReadOnlySpan<byte> blob)
    {
        var wire = new SshWire(blob);
        return wire.TryText(out var type) && type.Length is > 0 and <= 64 && type.All(c => c is > ' ' and <= '~') ? new SshPublicKey(type, blob.ToArray()) : null;
    }

    public bool IsSame(SshPublicKey other) => Blob.Span.SequenceEqual(other.Blob.Span);
}
