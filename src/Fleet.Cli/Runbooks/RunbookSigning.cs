using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Runbooks;
using Fleet.Signatures;

namespace Fleet.Cli.Runbooks;

/// <summary>Signing is OpenSSH's: people have its keys, agents and hardware. What is signed is the runbook as it is stored, so that a site's file is signed with all that it extends.</summary>
internal static class RunbookSigning
{
    private const string Tool = "ssh-keygen";

    public static Command Sign()
    {
        var file = File();
        var key = new Option<string>("--key") { Description = Say.Of("The private key, or the public one of a key in the agent"), HelpName = "FILE", Required = true };
        return CommandFactory.Make("sign", Say.Of("Signs a runbook file with an SSH key, into FILE.sig; needs no server."), async (context, cancellationToken) =>
        {
            var path = context.Get(file);
            var message = await MessageAsync(path, cancellationToken);
            var armored = await AskAsync(context.Get(key)!, message, cancellationToken);
            var signature = SshSignature.Parse(armored) ?? throw new CliFailure(ExitCodes.No, Say.Of($"{Tool} wrote no signature."));
            var target = $"{path}.sig";
            // It is made anew from the file at any time.
            await OutputFile.WriteAsync(target, Encoding.ASCII.GetBytes(signature.Armored), overwrite: true, cancellationToken);
            context.Terminal.Line(Say.Of($"{target} is written, signed by {signature.Key.Fingerprint}. Add it: fleet runbook add {path} --signature {target}"));
            return ExitCodes.Ok;
        }, file, key).WithExamples("fleet runbook sign my-site.yaml --key ~/.ssh/id_ed25519");
    }

    public static Command Verify()
    {
        var file = File();
        var signers = new Option<string>("--signers") { Description = Say.Of("Who may sign: a list as ssh-keygen takes it (allowed signers), the same as the workers have"), HelpName = "FILE", Required = true };
        var signed = new Option<string?>("--signature") { Description = Say.Of("The signature; default FILE.sig"), HelpName = "FILE" };
        return CommandFactory.Make("verify", Say.Of("Says who signed a runbook file, by a list of signers; needs no server."), async (context, cancellationToken) =>
        {
            var path = context.Get(file);
            var message = await MessageAsync(path, cancellationToken);
            var signature = await ReadAsync(context.Get(signed) ?? $"{path}.sig", cancellationToken);
            var listPath = context.Get(signers)!;
            var list = SignerList.Parse(Encoding.UTF8.GetString(await InputFile.ReadAsync(listPath, cancellationToken)));
            if (list.Problems.Count > 0)
                throw new CliFailure(ExitCodes.Usage, string.Join(Environment.NewLine, list.Problems.Select(p => $"{listPath}: {p}")));
            var verdict = list.Verify(signature, SignatureChecks.Hashes(message), SignatureChecks.Runbook, context.Terminal.Now);
            var fingerprint = signature.Key.Fingerprint;
            if (!verdict.IsGood)
                throw new CliFailure(ExitCodes.No, Told(verdict, path, fingerprint, listPath));
            context.Terminal.Line(Say.Of($"{path}: signed by {verdict.Signer ?? fingerprint} ({fingerprint})"));
            return ExitCodes.Ok;
        }, file, signers, signed).WithExamples("fleet runbook verify my-site.yaml --signers /etc/fleet/signers");
    }

    public static async Task<SshSignature> ReadAsync(string path, CancellationToken cancellationToken) =>
        SshSignature.Parse(Encoding.UTF8.GetString(await InputFile.ReadAsync(path, cancellationToken)))
        ?? throw new CliFailure(ExitCodes.Usage, Say.Of($"{path} is no signature as {Tool} -Y sign writes it."));

    private static string Told(SignatureVerdict verdict, string path, string key, string list) => verdict.Trouble switch
    {
        SignatureTrouble.UnknownSigner => Say.Of($"{path}: the signature is right, but its key {key} is not in {list}."),
        SignatureTrouble.NotForThis => Say.Of($"{path}: {verdict.Signer ?? key} may sign other things, no runbooks ({list})."),
        SignatureTrouble.NotValidNow => Say.Of($"{path}: {verdict.Signer ?? key} may not sign now ({list})."),
        SignatureTrouble.UnknownKind => Say.Of($"{path}: keys of the kind {key} are not taken."),
        _ => Say.Of($"{path}: the signature is not of this file, or was not made for runbooks."),
    };

    private static async Task<byte[]> MessageAsync(string path, CancellationToken cancellationToken) =>
        RunbookSignature.Message(await InputFile.ReadAsync(path, cancellationToken))
        ?? throw new CliFailure(ExitCodes.Usage, Say.Of($"{path} is no right runbook. What is wrong: fleet runbook validate {path}"));

    /// <summary>A passphrase is asked for at the terminal, by the tool itself.</summary>
    private static async Task<string> AskAsync(string key, byte[] message, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(Tool, ["-Y", "sign", "-q", "-n", SignatureChecks.Runbook, "-f", key]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new CliFailure(ExitCodes.No, Say.Of($"{Tool} cannot be run ({e.Message}): signing needs OpenSSH 8.2 or newer."));
        }

        try
        {
            await process.StandardInput.BaseStream.WriteAsync(message, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read: its exit code says so, and it has said why.
        }

        var written = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? written : throw new CliFailure(ExitCodes.No, Say.Of($"{Tool} did not sign with {key}."));
    }

    private static Argument<string> File() => new("file") { Description = Say.Of("The runbook, a YAML file") };
}
