using Fleet.Contracts.Decisions;
using Fleet.Orchestration;
using Fleet.Signatures;

namespace Fleet.Server.Packages;

/// <summary>Whether a package's signature is right, and whether one is needed.</summary>
internal sealed class PackageTrust(ServerOptions options, TimeProvider time)
{
    /// <summary>Before anything is received.</summary>
    /// <param name="given">Null: none.</param>
    public Finding? Problem(string? given, out SshSignature? signature)
    {
        signature = given is null ? null : SshSignature.Parse(given);
        if (given is not null && signature is null)
            return Finding.Of("signature-unreadable");
        return signature is null && options.Packages.RequireSigned ? Finding.Of("package-unsigned") : null;
    }

    /// <param name="hashOf">The package's hash by an algorithm, where it is known.</param>
    public Result<Detached> Check(SshSignature signature, Func<string, byte[]?> hashOf)
    {
        var key = signature.Key.Fingerprint;
        if (options.Packages.Signers is not { } signers)
            return signature.Check(hashOf, SignatureChecks.Package) is var own && own == SignatureTrouble.None ? Result.Ok(new Detached(signature.Armored, key)) : Refused(own, key, "");
        var verdict = options.Packages.List().Verify(signature, hashOf, SignatureChecks.Package, time.GetUtcNow());
        return verdict is { IsGood: true, Signer: { } name } ? Result.Ok(new Detached(signature.Armored, name)) : Refused(verdict.Trouble, key, signers);
    }

    private static Result<Detached> Refused(SignatureTrouble trouble, string key, string signers) => Result.Invalid<Detached>(trouble switch
    {
        SignatureTrouble.OtherHash => Finding.Of("package-signature-other-hash"),
        SignatureTrouble.UnknownSigner or SignatureTrouble.NotForThis or SignatureTrouble.NotValidNow => Finding.Of("package-signer-refused", ("key", key), ("signers", signers)),
        _ => Finding.Of("signature-not-of-this", ("key", key), ("purpose", SignatureChecks.Package)),
    });
}
