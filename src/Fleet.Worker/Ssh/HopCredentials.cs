using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Security;

namespace Fleet.Worker.Ssh;

/// <summary>What a hop's references led to, for one connecting. Nothing of it is kept beyond that: a key that was replaced is the new one at the next connecting.</summary>
internal sealed record HopCredentials(string? Password, IPrivateKeySource? Key, HopPins Pins)
{
    /// <summary>Users' certificates that may be used.</summary>
    public IReadOnlyList<SshCertificate> Certificates { get; init; } = [];

    public static async Task<HopCredentials> ResolveAsync(SecretReader secrets, string zone, SshHop hop, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var who = $"{hop.User}@{hop.Host}:{hop.Port}";
        var pins = await HopPins.ReadAsync(secrets, zone, hop, cancellationToken);
        var password = hop.Password is { } p ? await secrets.ReadAsync(p, zone, $"the password of {who}", cancellationToken) : null;
        if (hop.Identity is not { } identity)
            return new HopCredentials(password, Key: null, pins);
        if (identity.StartsWith(AgentIdentity.Prefix, StringComparison.Ordinal))
        {
            // The agent answers from this machine, but may ask a person first.
            var agent = await Task.Run(() => AgentIdentity.Open(identity, who), cancellationToken);
            return new HopCredentials(password, agent, pins) { Certificates = Usable(agent.Certificates, hop, identity, who, now) };
        }

        var key = await secrets.ReadAsync(identity, zone, $"the private key of {who}", cancellationToken);
        var passphrase = hop.Passphrase is { } r ? await secrets.ReadAsync(r, zone, $"the passphrase of the private key of {who}", cancellationToken) : null;
        var where = hop.Certificate ?? Beside(identity);
        var certificate = where is null ? null : await secrets.ReadPublicAsync(where, zone, $"the certificate of {who}", cancellationToken);
        var file = Load(key, passphrase, certificate, identity, who);
        return new HopCredentials(password, file, pins) { Certificates = file.Certificate is { } known ? Usable([SshCertificate.Of(known)], hop, where!, who, now) : [] };
    }

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

    /// <summary>Where <c>ssh-keygen -s</c> puts a key's certificate.</summary>
    private static string? Beside(string identity) =>
        identity.StartsWith("file:", StringComparison.Ordinal) && $"{identity}-cert.pub" is var beside && File.Exists(beside["file:".Length..]) ? beside : null;

    private static IReadOnlyList<SshCertificate> Usable(IReadOnlyList<SshCertificate> certificates, SshHop hop, string where, string who, DateTimeOffset now)
    {
        var problems = certificates.Select(c => UserCertificate.Problem(c, hop.User, where, who, now)).ToList();
        // Of an agent's several, one is enough.
        return problems.Count > 0 && problems.All(p => p is not null)
            ? throw new SshLinkException(problems[0]!, transient: false)
            : [.. certificates.Where((_, i) => problems[i] is null)];
    }

    private static PrivateKeyFile Load(string key, string? passphrase, string? certificate, string identity, string who)
    {
        try
        {
            using var text = new MemoryStream(Encoding.UTF8.GetBytes(key + "\n"));
            using var certified = certificate is null ? null : new MemoryStream(Encoding.UTF8.GetBytes(certificate));
            return new PrivateKeyFile(text, passphrase, certified);
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
        public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; } = [.. key.HostKeyAlgorithms.Where(a => !SshAlgorithms.IsLegacy(a.Name) || legacy.Contains(SshAlgorithms.TypeOf(a.Name)))];
    }
}
