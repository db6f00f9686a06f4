using System.Security.Cryptography;
using System.Text;

namespace Fleet.Server.Chat.Feishu;

/// <summary>How Feishu encrypts what it sends: AES-256-CBC, the key's SHA-256 as key, the first 16 bytes as vector. It proves nothing by itself; the signature does.</summary>
internal static class FeishuCipher
{
    private const int Block = 16;

    /// <returns>Null: it was not encrypted with this key.</returns>
    public static byte[]? Open(string key, string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length < 2 * Block || length % Block != 0)
            return null;
        try
        {
            using var aes = Aes.Create();
            aes.Key = SHA256.HashData(Encoding.UTF8.GetBytes(key));
            return aes.DecryptCbc(bytes.AsSpan(Block, length - Block), bytes.AsSpan(0, Block));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
