using System.Security.Cryptography;
using System.Text;

namespace Fleet.Sealing;

/// <summary>256 bits that what was hidden in transcripts is encrypted with, and what they are known by.</summary>
internal sealed class TranscriptKey
{
    public const int Size = 32;

    private readonly byte[] _bits;

    public TranscriptKey(byte[] bits)
    {
        if (bits.Length != Size)
            throw new ArgumentException($"A key has {Size} bytes.", nameof(bits));
        _bits = bits;
        Id = Convert.ToHexStringLower(SHA256.HashData([.. "fleet transcript key "u8, .. bits])[..8]);
    }

    /// <summary>16 hexadecimal digits, made from the key: it says which one a piece needs, and nothing of the key.</summary>
    public string Id { get; }

    /// <summary>64 hexadecimal digits, or base64 of 32 bytes.</summary>
    /// <returns>Null: it is neither.</returns>
    public static TranscriptKey? Parse(string text)
    {
        var bits = new byte[Size];
        if (text.Length == 2 * Size && text.All(char.IsAsciiHexDigit))
            return new TranscriptKey(Convert.FromHexString(text));
        return text.Length == 44 && Convert.TryFromBase64String(text, bits, out var length) && length == Size ? new TranscriptKey(bits) : null;
    }

    /// <summary>Each execution has a key of its own: random nonces stay rare enough whatever is printed, and one execution's pieces open in no other.</summary>
    public byte[] For(string executionId) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _bits, Size, salt: [], info: Encoding.UTF8.GetBytes($"fleet transcript 1 {executionId}"));
}
