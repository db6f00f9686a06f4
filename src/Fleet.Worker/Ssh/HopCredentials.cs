using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Security;

namespace Fleet.Worker.Ssh;

/// <summary>What a hop's references led to, for one connecting.</summary>
internal sealed record HopCredentials(string? Password, PrivateKeyFile? Key, string? KnownHosts)
{
    public static async Task<HopCredentials> ResolveAsync(SecretReader secrets, string zone, SshHop hop, CancellationToken cancellationToken)
    {
        var who = $"{hop.User}@{hop.Host}:{hop.Port}";
        var knownHosts = await KnownHostsAsync(secrets, zone, hop, cancellationToken);
        var password = hop.Password is { } p ? await secrets.ReadAsync(p, zone, $"the password of {who}", cancellationToken) : null;
        if (hop.Identity is not { } identity)
            return new HopCredentials(password, Key: null, knownHosts);
        var key = await secrets.ReadAsync(identity, zone, $"the private key of {who}", cancellationToken);
        var passphrase = hop.Passphrase is { } r ? await secrets.ReadAsync(r, zone, $"the passphrase of the private key of {who}", cancellationToken) : null;
        return new HopCredentials(password, Load(key, passphrase, identity, who), knownHosts);
    }

    /// <summary>The text of the file that pins the hop; null: its pin is a fingerprint, or it has none.</summary>
    public static async Task<string?> KnownHostsAsync(SecretReader secrets, string zone, SshHop hop, CancellationToken cancellationToken) =>
        hop.HostKey is null && hop.KnownHosts is { } file ? await secrets.ReadAsync(file, zone, $"the known hosts of {hop.User}@{hop.Host}:{hop.Port}", cancellationToken) : null;

    /// <summary>In the order in which OpenSSH tries them.</summary>
    public IReadOnlyList<AuthenticationMethod> Methods(string user, IReadOnlyCollection<string> legacy, Action<string> onQuestion)
    {
        var methods = new List<AuthenticationMethod>();
        if (Key is not null)
            methods.Add(new PrivateKeyAuthenticationMethod(user, new AllowedSignatures(Key, legacy)));
        if (Password is { } password)
        {
            var keyboard = new KeyboardInteractiveAuthenticationMethod(user);
            keyboard.AuthenticationPrompt += (_, asked) =>
            {
                foreach (var question in asked.Prompts)
                {
                    onQuestion(question.Request.Trim());
                    // What is shown while typed is no password: a person would have to answer it.
                    question.Response = question.IsEchoed ? "" : password;
                }
            };
            methods.Add(keyboard);
            methods.Add(new PasswordAuthenticationMethod(user, password));
        }

        return methods.Count > 0 ? methods : [new NoneAuthenticationMethod(user)];
    }

    private static PrivateKeyFile Load(string key, string? passphrase, string identity, string who)
    {
        try
        {
            using var text = new MemoryStream(Encoding.UTF8.GetBytes(key + "\n"));
            return passphrase is null ? new PrivateKeyFile(text) : new PrivateKeyFile(text, passphrase);
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            throw new SshLinkException(Finding.Of("ssh-key-needs-passphrase", ("identity", identity), ("who", who)), transient: false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new SshLinkException(Finding.Of("ssh-key-unreadable", ("identity", identity), ("who", who), ("why", e.Message)), transient: false);
        }
    }

    /// <summary>An RSA key signs with SHA-1 only where the zone allows it.</summary>
    private sealed class AllowedSignatures(IPrivateKeySource key, IReadOnlyCollection<string> legacy) : IPrivateKeySource
    {
        public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; } = [.. key.HostKeyAlgorithms.Where(a => !SshAlgorithms.LegacyHostKeys.Contains(a.Name) || legacy.Contains(a.Name))];
    }
}
