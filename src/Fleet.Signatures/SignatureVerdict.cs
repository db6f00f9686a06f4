using System.Security.Cryptography;

namespace Fleet.Signatures;

/// <param name="Signer">Who signed, as the list names them; null: nobody that it knows.</param>
public sealed record SignatureVerdict(SignatureTrouble Trouble, string? Signer)
{
    public bool IsGood => Trouble == SignatureTrouble.None;
}

public enum SignatureTrouble
{
    None,

    /// <summary>It was made for something else than this.</summary>
    OtherPurpose,

    /// <summary>The message's hash by its algorithm is not known here.</summary>
    OtherHash,

    /// <summary>A kind of key that is not taken.</summary>
    UnknownKind,

    /// <summary>It is not this message's, or not this key's.</summary>
    Wrong,

    /// <summary>No line has its key.</summary>
    UnknownSigner,

    /// <summary>The key may sign other things only.</summary>
    NotForThis,

    /// <summary>The line's times exclude now.</summary>
    NotValidNow,
}

public static class SignatureChecks
{
    /// <summary>What signatures are made for here.</summary>
    public const string Runbook = "fleet-runbook";
    public const string Package = "fleet-package";

    /// <summary>Is it a right signature by the key that it names? Whether that key may sign is another question.</summary>
    public static SignatureTrouble Check(this SshSignature signature, Func<string, byte[]?> hashOf, string purpose)
    {
        if (signature.Namespace != purpose)
            return SignatureTrouble.OtherPurpose;
        if (!KeyVerifier.IsKnown(signature.Key.Type))
            return SignatureTrouble.UnknownKind;
        if (hashOf(signature.HashAlgorithm) is not { } hash)
            return SignatureTrouble.OtherHash;
        try
        {
            return KeyVerifier.Verify(signature.Key, signature.Algorithm, signature.Signed(hash), signature.Value) ? SignatureTrouble.None : SignatureTrouble.Wrong;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // A key that is no point of its curve, or no number that can be one.
            return SignatureTrouble.Wrong;
        }
    }

    /// <summary>The hashes of a message that is at hand.</summary>
    public static Func<string, byte[]?> Hashes(byte[] message) => algorithm => algorithm switch
    {
        "sha256" => SHA256.HashData(message),
        "sha512" => SHA512.HashData(message),
        _ => null,
    };
}
