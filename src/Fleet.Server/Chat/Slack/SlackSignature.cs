using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fleet.Server.Chat.Slack;

/// <summary>Whether a request is from Slack: HMAC-SHA256 over its time and its bytes as they came.</summary>
internal static class SlackSignature
{
    public const string TimeHeader = "X-Slack-Request-Timestamp";
    public const string Header = "X-Slack-Signature";

    /// <summary>How far its time may be from ours, either way.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const string Form = "v0";

    /// <returns>Why not; null: it is from Slack, and of now.</returns>
    public static string? Refusal(string secret, string? time, string? signature, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(time) || string.IsNullOrEmpty(signature))
            return "it has no signature";
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return "its time is no number";
        // The time is under the signature; without it, what was heard once could be said again for ever.
        if (Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) > (decimal)Window.TotalSeconds)
            return "it is not of now";
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Sign(secret, time, body))) ? null : "its signature is wrong";
    }

    public static string Sign(string secret, string time, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{Form}:{time}:"), .. body];
        return $"{Form}={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }
}
