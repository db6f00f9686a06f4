using System.Buffers.Binary;
using System.Security.Cryptography;
using Fleet.Orchestration.Store;

namespace Fleet.Orchestration.Audit;

/// <summary>What a cut leaves of a chain, under a signature: whoever takes more away cannot make one. Pure.</summary>
internal static class AuditCheckpoints
{
    public static AuditCheckpointRow Sign(ECDsa key, Guid chain, long position, byte[] hash, DateTimeOffset at) => new()
    {
        Chain = chain,
        Position = position,
        Hash = hash,
        At = at,
        PublicKey = key.ExportSubjectPublicKeyInfo(),
        Signature = key.SignData(Bytes(chain, position, hash, at), HashAlgorithmName.SHA256),
    };

    /// <param name="own">This server's key; null: it has none, and the checkpoint's own is all there is to hold it against.</param>
    public static bool IsSigned(AuditCheckpointRow row, ECDsa? own)
    {
        if (own is not null && !own.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(row.PublicKey))
            return false;
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(row.PublicKey, out _);
            return key.VerifyData(Bytes(row.Chain, row.Position, row.Hash, row.At), row.Signature, HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[] Bytes(Guid chain, long position, byte[] hash, DateTimeOffset at)
    {
        var bytes = new byte[1 + 16 + 8 + 8 + hash.Length];
        bytes[0] = 1;
        chain.TryWriteBytes(bytes.AsSpan(1, 16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(17), position);
        // PostgreSQL keeps microseconds.
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(25), at.UtcTicks / 10);
        hash.CopyTo(bytes, 33);
        return bytes;
    }
}
