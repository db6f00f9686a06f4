using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fleet.Server.Chat.Feishu;

/// <summary>Whether a request is from Feishu: SHA-256 over its time, its nonce, the key and its bytes as they came.</summary>
internal static class FeishuSignature
{
    public const string TimeHeader = "X-Lark-Request-Timestamp";
    public const string NonceHeader = "X-Lark-Request-Nonce";
    public const string Header = "X-Lark-Signature";

    /// <summary>How far its time may be from ours, either way.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const int MostNonce = 256;

    /// <returns>Why not; null: it is from Feishu, and of now.</returns>
    public static string? Refusal(string key, string? time, string? nonce, string? signature, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(time) || string.IsNullOrEmpty(nonce) || string.IsNullOrEmpty(signature))
            return "it has no signature";
        // Time and nonce stand beside each other under the signature: of a fixed length, neither can lend the other some.
        if (time.Length != 10 || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return "its time is no number of seconds";
        if (nonce.Length > MostNonce)
            return "its nonce is too long";
        if (Math.Abs(now.ToUnixTimeSeconds() - seconds) > Window.TotalSeconds)
            return "it is not of now";
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Sign(key, time, nonce, body))) ? null : "its signature is wrong";
    }

    public static string Sign(string key, string time, string nonce, ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(time + nonce + key), .. body]));
}
