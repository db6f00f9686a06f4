using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fleet.Hosting.Bus.Seals;

/// <summary>
/// HMAC-SHA256 (RFC 2104) over where a message goes, what its envelope says beside the body, and the body's very bytes. Where it goes is in it so that what was sent one way
/// cannot be sent another: an event that was overheard is no command.
/// </summary>
internal static class Seal
{
    /// <summary>The header with the exchange that the sender meant.</summary>
    public const string To = "fleet-to";

    /// <summary>The header with the code, in base64.</summary>
    public const string Mac = "fleet-mac";

    public static string Of(byte[] key, string to, string envelope, ReadOnlySpan<byte> body) => Convert.ToBase64String(Compute(key, to, envelope, body));

    public static bool IsValid(IReadOnlyList<byte[]> keys, string to, string envelope, ReadOnlySpan<byte> body, string code)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (code.Length > 64 || !Convert.TryFromBase64String(code, given, out var length) || length != given.Length)
            return false;
        foreach (var key in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(Compute(key, to, envelope, body), given))
                return true;
        }

        return false;
    }

    private static byte[] Compute(byte[] key, string to, string envelope, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData("fleet-seal-1"u8);
        Append(hash, to);
        Append(hash, envelope);
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    /// <summary>With its length before it: no two pairs of texts come out as the same bytes.</summary>
    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
