using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Fleet.Orchestration.Identities;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Access.SignIn;

/// <summary>Keys of sessions rest in the store, so that a restart and every other server of the store knows who is signed in.</summary>
internal sealed class StoredKeys(IWebKeys keys) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => [.. keys.ReadAll().Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName) => keys.Add(friendlyName, element.ToString(SaveOptions.DisableFormatting));
}

/// <summary>Encrypted under the shared token, which the store does not have: whoever reads the store alone makes nobody's session. With another token all sessions end.</summary>
internal sealed class KeyEncryption(KnownTokens known) : IXmlEncryptor
{
    internal const int NonceBytes = 12;
    internal const int TagBytes = 16;

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var bytes = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(known.KeyFor("web-keys"), TagBytes);
        aes.Encrypt(bytes.AsSpan(0, NonceBytes), plain, bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes));
        return new EncryptedXmlInfo(new XElement("fleet", Convert.ToBase64String(bytes)), typeof(KeyDecryption));
    }
}

/// <summary>Made by the name that the stored key says.</summary>
public sealed class KeyDecryption(IServiceProvider services) : IXmlDecryptor
{
    /// <exception cref="CryptographicException">It was encrypted under another token, or meddled with.</exception>
    public XElement Decrypt(XElement encryptedElement)
    {
        var bytes = Convert.FromBase64String(encryptedElement.Value);
        var plain = new byte[bytes.Length - KeyEncryption.NonceBytes - KeyEncryption.TagBytes];
        using var aes = new AesGcm(services.GetRequiredService<KnownTokens>().KeyFor("web-keys"), KeyEncryption.TagBytes);
        aes.Decrypt(bytes.AsSpan(0, KeyEncryption.NonceBytes), bytes.AsSpan(KeyEncryption.NonceBytes + KeyEncryption.TagBytes), bytes.AsSpan(KeyEncryption.NonceBytes, KeyEncryption.TagBytes), plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}
