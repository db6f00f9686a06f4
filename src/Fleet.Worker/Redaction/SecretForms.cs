using System.Text;

namespace Fleet.Worker.Redaction;

/// <summary>What a secret looks like where something printed it: itself, and as base64, percent-encoding and hexadecimal digits have it.</summary>
internal static class SecretForms
{
    /// <summary>Shorter values are words that output has anyway; hiding them would hide everything.</summary>
    public const int Shortest = 6;

    /// <summary>A longer one is looked for in parts of this length.</summary>
    public const int Longest = 4096;

    /// <summary>Lines of a secret of several lines, like a key; shorter ones are no secret by themselves.</summary>
    private const int ShortestLine = 16;

    private const int ShortestEncoded = 8;

    public static IEnumerable<byte[]> Of(string secret)
    {
        var lines = secret.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length > 1)
            return lines.Where(l => l.Length >= ShortestLine && !l.StartsWith("-----", StringComparison.Ordinal)).SelectMany(l => Parts(Encoding.UTF8.GetBytes(l)));
        var bytes = Encoding.UTF8.GetBytes(secret);
        return bytes.Length < Shortest ? [] : new[] { bytes }.Concat(Encoded(secret, bytes)).SelectMany(Parts);
    }

    private static IEnumerable<byte[]> Encoded(string secret, byte[] bytes)
    {
        // In a longer text base64 begins at any of three places within its groups; what the neighbours decide is left off.
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]).TrimEnd('=');
            var first = before == 0 ? 0 : before + 1;
            var last = (before + bytes.Length) % 3 == 0 ? text.Length : text.Length - 1;
            if (last - first < ShortestEncoded)
                continue;
            yield return Encoding.ASCII.GetBytes(text[first..last]);
            yield return Encoding.ASCII.GetBytes(text[first..last].Replace('+', '-').Replace('/', '_'));
        }

        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(bytes));
        yield return Encoding.ASCII.GetBytes(Uri.EscapeDataString(secret));
    }

    private static IEnumerable<byte[]> Parts(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length; at += Longest)
            yield return bytes[at..Math.Min(bytes.Length, at + Longest)];
    }
}
