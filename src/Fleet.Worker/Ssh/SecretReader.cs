using Fleet.Contracts.Decisions;
using Fleet.Sealing;
using Fleet.Worker.Redaction;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Ssh;

/// <summary>Turns references to secrets into secrets, where the worker runs. They are kept nowhere but, in memory, what a person typed: connections come and go, and forty zones may stand behind one bastion.</summary>
internal sealed class SecretReader(IOptions<SshOptions> options, ISecretPrompt? prompt = null, KnownSecrets? known = null)
{
    /// <summary>A known_hosts file of a big site is longer than any secret.</summary>
    private const int FileLimit = 8 * 1024 * 1024;
    private readonly Dictionary<string, string> asked = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim asking = new(1);

    /// <param name="reference"><c>file:PATH</c>, <c>exec:COMMAND</c> or <c>ask</c>.</param>
    /// <param name="what">For people, like <c>the password of ops@bastion:22</c>.</param>
    /// <returns>The secret without the line feeds at its end.</returns>
    /// <exception cref="SshLinkException">It is not to be had; never transient.</exception>
    public async Task<string> ReadAsync(string reference, string zone, string what, CancellationToken cancellationToken)
    {
        var secret = await ReadPublicAsync(reference, zone, what, cancellationToken);
        known?.Add(zone, what, secret);
        return secret;
    }

    /// <summary>As <see cref="ReadAsync"/>, where what is read may be shown: pins and certificates.</summary>
    public async Task<string> ReadPublicAsync(string reference, string zone, string what, CancellationToken cancellationToken)
    {
        var secret = reference.Split(':', 2) switch
        {
            ["file", var path] => ReadFile(path, reference, what),
            ["exec", var command] => await RunAsync(command, reference, what, cancellationToken),
            ["ask"] => await AskAsync(zone, what, cancellationToken),
            _ => throw Missing(reference, what, "it begins with neither file: nor exec:, and is not ask"),
        };
        secret = secret.TrimEnd('\r', '\n');
        return secret.Length > 0 ? secret : throw Missing(reference, what, "it is empty");
    }

    /// <summary>What was typed did not let anybody in: it is asked for again.</summary>
    public async Task ForgetAskedAsync(CancellationToken cancellationToken)
    {
        await asking.WaitAsync(cancellationToken);
        asked.Clear();
        asking.Release();
    }

    private static string ReadFile(string path, string reference, string what)
    {
        try
        {
            var size = new FileInfo(path).Length;
            return size <= FileLimit ? File.ReadAllText(path) : throw Missing(reference, what, $"the file has {size} bytes, at most {FileLimit} are read");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Missing(reference, what, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file here" : e.Message);
        }
    }

    private async Task<string> AskAsync(string zone, string what, CancellationToken cancellationToken)
    {
        if (prompt is null)
            throw new SshLinkException(Finding.Of("ssh-secret-nobody-to-ask", ("what", what), ("zone", zone)), transient: false);
        // One question at a time: there is one terminal.
        await asking.WaitAsync(cancellationToken);
        try
        {
            if (!asked.TryGetValue(what, out var secret))
                asked[what] = secret = await prompt.AskAsync(zone, what, cancellationToken) ?? throw Missing("ask", what, "none was given");
            return secret;
        }
        finally
        {
            asking.Release();
        }
    }

    private async Task<string> RunAsync(string command, string reference, string what, CancellationToken cancellationToken)
    {
        var (printed, why) = await SecretCommand.RunAsync(command, options.Value.SecretTimeout, cancellationToken);
        return printed ?? throw Missing(reference, what, why ?? "it is empty");
    }

    private static SshLinkException Missing(string reference, string what, string why) =>
        new(Finding.Of("ssh-secret-missing", ("what", what), ("reference", reference), ("why", why)), transient: false);
}
