using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Fleet.Signatures;

/// <summary>Whether a key made a signature: Ed25519 (RFC 8709), ECDSA (RFC 5656) and RSA with SHA-2 (RFC 8332).</summary>
internal static class KeyVerifier
{
    /// <summary>Shorter ones are broken.</summary>
    private const int LeastRsaBits = 2048;
    private const int MostRsaBits = 16384;

    private static readonly Dictionary<string, (ECCurve Curve, HashAlgorithmName Hash, int Size, string Name)> Curves = new(StringComparer.Ordinal)
    {
        ["ecdsa-sha2-nistp256"] = (ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256, 32, "nistp256"),
        ["ecdsa-sha2-nistp384"] = (ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384, 48, "nistp384"),
        ["ecdsa-sha2-nistp521"] = (ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512, 66, "nistp521"),
    };

    /// <summary>Keys on hardware (sk-…) and certificates are not.</summary>
    public static bool IsKnown(string keyType) => keyType is "ssh-ed25519" or "ssh-rsa" || Curves.ContainsKey(keyType);

    public static bool Verify(SshPublicKey key, string algorithm, byte[] message, byte[] signature)
    {
        var wire = new SshWire(key.Blob.Span);
        if (!wire.TryText(out var type) || type != key.Type)
            return false;
        return type switch
        {
            "ssh-ed25519" => algorithm == type && Ed25519(ref wire, message, signature),
            "ssh-rsa" => Rsa(ref wire, algorithm, message, signature),
            _ => algorithm == type && Curves.TryGetValue(type, out var curve) && Ecdsa(ref wire, curve, message, signature),
        };
    }

    private static bool Ed25519(ref SshWire wire, byte[] message, byte[] signature)
    {
        if (!wire.TryBytes(out var point) || point.Length != 32 || !wire.IsEmpty || signature.Length != 64)
            return false;
        var verifier = new Ed25519Signer();
        verifier.Init(forSigning: false, new Ed25519PublicKeyParameters(point.ToArray()));
        verifier.BlockUpdate(message, 0, message.Length);
        return verifier.VerifySignature(signature);
    }

    /// <summary>RSA with SHA-1 (<c>ssh-rsa</c> as an algorithm) is none.</summary>
    private static bool Rsa(ref SshWire wire, string algorithm, byte[] message, byte[] signature)
    {
        HashAlgorithmName? hash = algorithm switch { "rsa-sha2-256" => HashAlgorithmName.SHA256, "rsa-sha2-512" => HashAlgorithmName.SHA512, _ => null };
        if (hash is not { } known || !wire.TryBig(out var exponent) || !wire.TryBig(out var modulus) || !wire.IsEmpty)
            return false;
        if (modulus.Length * 8 is < LeastRsaBits or > MostRsaBits || exponent.Length is 0 or > 8 || signature.Length > modulus.Length)
            return false;
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return rsa.VerifyData(message, Padded(signature, modulus.Length), known, RSASignaturePadding.Pkcs1);
    }

    private static bool Ecdsa(ref SshWire wire, (ECCurve Curve, HashAlgorithmName Hash, int Size, string Name) curve, byte[] message, byte[] signature)
    {
        if (!wire.TryText(out var name) || name != curve.Name || !wire.TryBytes(out var point) || !wire.IsEmpty || point.Length != 1 + (2 * curve.Size) || point[0] != 4)
            return false;
        var numbers = new SshWire(signature);
        if (!numbers.TryBig(out var r) || !numbers.TryBig(out var s) || !numbers.IsEmpty || r.Length > curve.Size || s.Length > curve.Size)
            return false;
        var parameters = new ECParameters { Curve = curve.Curve, Q = new ECPoint { X = point.Slice(1, curve.Size).ToArray(), Y = point[(1 + curve.Size)..].ToArray() } };
        using var ecdsa = ECDsa.Create(parameters);
        return ecdsa.VerifyData(message, (byte[])[.. Padded(r, curve.Size), .. Padded(s, curve.Size)], curve.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static byte[] Padded(byte[] number, int size) => [.. new byte[size - number.Length], .. number];
}
