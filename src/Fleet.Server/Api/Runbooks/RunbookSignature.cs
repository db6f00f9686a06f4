using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration;
using Fleet.Runbooks.Loading;
using Fleet.Signatures;

namespace Fleet.Server.Api.Runbooks;

/// <summary>Signatures of runbooks: over the self-contained text, which is what is stored and carried out.</summary>
public static class RunbookSignature
{
    /// <returns>What is signed of a file; null: the file is no runbook.</returns>
    public static byte[]? Message(byte[] file) => RunbookLoader.Load(file) is { Runbook: not null } loaded ? Encoding.UTF8.GetBytes(loaded.Text) : null;

    /// <summary>Is it a right signature of this file? A file that is no runbook is refused by others, with all that is wrong.</summary>
    public static Result<Detached> Check(string text, byte[] file)
    {
        if (SshSignature.Parse(text) is not { } signature)
            return Result.Invalid<Detached>(Finding.Of("signature-unreadable"));
        var key = signature.Key.Fingerprint;
        return Message(file) is not { } message || signature.Check(SignatureChecks.Hashes(message), SignatureChecks.Runbook) == SignatureTrouble.None
            ? Result.Ok(new Detached(signature.Armored, key))
            : Result.Invalid<Detached>(Finding.Of("signature-not-of-this", ("key", key), ("purpose", SignatureChecks.Runbook)));
    }
}
