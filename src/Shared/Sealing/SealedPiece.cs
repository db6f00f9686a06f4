using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fleet.Sealing;

/// <summary>
/// What was hidden in a piece of a transcript, encrypted: version (1 byte), the key's id (8), nonce (12), tag (16), and by AES-256-GCM each hidden run as offset (8), length (4) and bytes.
/// The execution's id and the head are authenticated with it, so a piece opens in its own execution and at its own offsets only. All numbers are big-endian.
/// </summary>
internal static class SealedPiece
{
    private const byte Version = 1;
    private const int IdSize = 8;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeadSize = 1 + IdSize + NonceSize;

    public static byte[] Seal(TranscriptKey key, string executionId, IEnumerable<(long Offset, ReadOnlyMemory<byte> Bytes)> hidden)
    {
        using var plain = new MemoryStream();
        var number = new byte[12];
        foreach (var (offset, bytes) in hidden)
        {
            BinaryPrimitives.WriteInt64BigEndian(number, offset);
            BinaryPrimitives.WriteInt32BigEndian(number.AsSpan(8), bytes.Length);
            plain.Write(number);
            plain.Write(bytes.Span);
        }

        var open = plain.ToArray();
        var piece = new byte[HeadSize + TagSize + open.Length];
        piece[0] = Version;
        Convert.FromHexString(key.Id).CopyTo(piece, 1);
        RandomNumberGenerator.Fill(piece.AsSpan(1 + IdSize, NonceSize));
        using var aes = new AesGcm(key.For(executionId), TagSize);
        aes.Encrypt(piece.AsSpan(1 + IdSize, NonceSize), open, piece.AsSpan(HeadSize + TagSize), piece.AsSpan(HeadSize, TagSize), Associated(piece, executionId));
        CryptographicOperations.ZeroMemory(open);
        return piece;
    }

    /// <summary>The id of the key that it needs; null: it is no sealed piece of a version that is known here.</summary>
    public static string? KeyOf(ReadOnlySpan<byte> piece) => piece.Length >= HeadSize + TagSize && piece[0] == Version ? Convert.ToHexStringLower(piece.Slice(1, IdSize)) : null;

    /// <returns>Null: it is not what this key has sealed for this execution.</returns>
    public static IReadOnlyList<(long Offset, ReadOnlyMemory<byte> Bytes)>? Open(TranscriptKey key, string executionId, ReadOnlySpan<byte> piece)
    {
        if (KeyOf(piece) != key.Id)
            return null;
        var open = new byte[piece.Length - HeadSize - TagSize];
        try
        {
            using var aes = new AesGcm(key.For(executionId), TagSize);
            aes.Decrypt(piece.Slice(1 + IdSize, NonceSize), piece[(HeadSize + TagSize)..], piece.Slice(HeadSize, TagSize), open, Associated(piece, executionId));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        var hidden = new List<(long, ReadOnlyMemory<byte>)>();
        for (var rest = (ReadOnlyMemory<byte>)open; rest.Length > 0;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest.Span[8..]);
            hidden.Add((BinaryPrimitives.ReadInt64BigEndian(rest.Span), rest.Slice(12, length)));
            rest = rest[(12 + length)..];
        }

        return hidden;
    }

    private static byte[] Associated(ReadOnlySpan<byte> piece, string executionId) => [.. piece[..HeadSize], .. Encoding.UTF8.GetBytes(executionId)];
}
