using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Builtin;
using Fleet.Signatures;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Phases;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Signatures;

/// <summary>
/// Whether this worker carries out a runbook. Asked for every phase, of the bytes that it will act on and by its own list: neither the store nor the bus nor the server is believed.
/// </summary>
internal sealed class RunbookTrust(IOptions<RunbookTrustOptions> options, IRunbookSignatures signatures, TimeProvider time)
{
    public bool IsRequired => options.Value.RequireSigned;

    /// <param name="content">The runbook's bytes; their digest is the reference's.</param>
    /// <exception cref="PhaseHoldException">It is not carried out here; the reason says what to do.</exception>
    public async Task RequireAsync(RunbookRef runbook, byte[] content, CancellationToken cancellationToken)
    {
        if (!IsRequired || BuiltinRunbooks.All.Any(b => b.Digest == runbook.Digest))
            return;
        if (await FindAsync(runbook, cancellationToken) is not { } armored)
            throw Held("runbook-unsigned", runbook);
        if (SshSignature.Parse(armored) is not { } signature)
            throw Held("runbook-signature-unreadable", runbook);
        var verdict = Signers().Verify(signature, SignatureChecks.Hashes(content), SignatureChecks.Runbook, time.GetUtcNow());
        if (verdict.IsGood)
            return;
        throw Held(Code(verdict.Trouble), runbook, ("key", signature.Key.Fingerprint), ("signer", verdict.Signer ?? "?"), ("signers", options.Value.Signers ?? ""));
    }

    private static string Code(SignatureTrouble trouble) => trouble switch
    {
        SignatureTrouble.UnknownSigner => "runbook-signer-unknown",
        SignatureTrouble.NotForThis or SignatureTrouble.NotValidNow => "runbook-signer-not-allowed",
        _ => "runbook-signature-wrong",
    };

    private async Task<string?> FindAsync(RunbookRef runbook, CancellationToken cancellationToken)
    {
        try
        {
            return await signatures.FindAsync(runbook.Digest, cancellationToken);
        }
        catch (ArtifactException e)
        {
            throw new PhaseHoldException(e.Reason);
        }
    }

    private SignerList Signers()
    {
        var file = options.Value.Signers ?? "";
        try
        {
            var list = SignerList.Parse(File.ReadAllText(file));
            return list.Problems.Count == 0 ? list : throw Unusable(file, string.Join("; ", list.Problems));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unusable(file, e.Message);
        }
    }

    private static PhaseHoldException Unusable(string file, string why) => new(Finding.Of("runbook-signers-unusable", ("signers", file), ("why", why)));

    private static PhaseHoldException Held(string code, RunbookRef runbook, params ReadOnlySpan<(string, string)> more) =>
        new(Finding.Of(code, [("runbook", runbook.Name), ("digest", runbook.Digest[..12]), .. more]));
}
