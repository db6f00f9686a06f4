using System.Text;

namespace Fleet.Signatures;

/// <summary>A detached signature as <c>ssh-keygen -Y sign</c> writes it (OpenSSH, PROTOCOL.sshsig).</summary>
public sealed record SshSignature
{
    /// <summary>Characters; a signature by the longest key that is taken has about 3 000.</summary>
    public const int MaxLength = 32 * 1024;

    private const string Begin = "-----BEGIN SSH SIGNATURE-----";
    private const string End = "-----END SSH SIGNATURE-----";

    /// <summary>Before every blob, and before what is signed.</summary>
    private static ReadOnlySpan<byte> Magic => "SSHSIG"u8;

    public required SshPublicKey Key { get; init; }

    /// <summary>What it was made for: a signature for one thing is none for another.</summary>
    public required string Namespace { get; init; }

    /// <summary><c>sha256</c> or <c>sha512</c>: of the message.</summary>
    public required string HashAlgorithm { get; init; }

    /// <summary>Kept as it was: it is part of what was signed.</summary>
    internal byte[] Reserved { get; init; } = [];

    /// <summary>Like <c>ssh-ed25519</c>, <c>rsa-sha2-512</c>.</summary>
    internal string Algorithm { get; init; } = "";
    internal byte[] Value { get; init; } = [];

    /// <summary>In base64, on one line and without its frame.</summary>
    public string Line { get; private init; } = "";

    /// <summary>As <c>ssh-keygen</c> writes and reads it.</summary>
    public string Armored => $"{Begin}\n{string.Join('\n', Line.Chunk(70).Select(c => new string(c)))}\n{End}\n";

    /// <param name="text">Armored, or as <see cref="Line"/> has it.</param>
    /// <returns>Null: it is no signature of this form.</returns>
    public static SshSignature? Parse(string text)
    {
        if (text.Length > MaxLength)
            return null;
        var inside = text.Trim();
        if (inside.StartsWith(Begin, StringComparison.Ordinal) && inside.EndsWith(End, StringComparison.Ordinal) && inside.Length >= Begin.Length + End.Length)
            inside = inside[Begin.Length..^End.Length];
        var blob = new byte[inside.Length];
        return Convert.TryFromBase64String(inside, blob, out var length) ? Read(blob.AsSpan(0, length)) : null;
    }

    /// <summary>What the key has signed, for a message with this hash.</summary>
    internal byte[] Signed(byte[] hash) => [.. Magic, .. SshWire.Join(Encoding.UTF8.GetBytes(Namespace), Reserved, Encoding.UTF8.GetBytes(HashAlgorithm), hash)];

    private static SshSignature? Read(ReadOnlySpan<byte> blob)
    {
        if (!blob.StartsWith(Magic))
            return null;
        var wire = new SshWire(blob[Magic.Length..]);
        if (!wire.TryNumber(out var version) || version != 1 || !wire.TryBytes(out var keyBlob) || SshPublicKey.Read(keyBlob) is not { } key
            || !wire.TryText(out var purpose) || purpose.Length == 0 || !wire.TryBytes(out var reserved) || !wire.TryText(out var hash) || hash is not ("sha256" or "sha512") || !wire.TryBytes(out var signature) || !wire.IsEmpty)
            return null;
        var inner = new SshWire(signature);
        return inner.TryText(out var algorithm) && inner.TryBytes(out var value) && inner.IsEmpty
            ? new SshSignature { Key = key, Namespace = purpose, HashAlgorithm = hash, Reserved = reserved.ToArray(), Algorithm = algorithm, Value = value.ToArray(), Line = Convert.ToBase64String(blob) }
            : null;
    }
}
