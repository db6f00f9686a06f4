using Fleet.Contracts.Decisions;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace Fleet.Worker.Ssh;

/// <summary>Keys of an agent as the library takes keys: <c>agent:</c>, <c>agent:/path/of.sock</c>, with <c>#SHA256:…</c> behind it for one key of several.</summary>
internal sealed class AgentIdentity : IPrivateKeySource
{
    public const string Prefix = "agent:";
    public const string CertificateSuffix = "-cert-v01@openssh.com";

    /// <summary>sshd ends a login after six keys.</summary>
    private const int MostKeys = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>What a server takes of each type of key, the best first, and the flag that has the agent sign so.</summary>
    private static readonly Dictionary<string, (string Name, uint Flags)[]> Algorithms = new(StringComparer.Ordinal)
    {
        ["ssh-ed25519"] = [("ssh-ed25519", 0)],
        ["ecdsa-sha2-nistp256"] = [("ecdsa-sha2-nistp256", 0)],
        ["ecdsa-sha2-nistp384"] = [("ecdsa-sha2-nistp384", 0)],
        ["ecdsa-sha2-nistp521"] = [("ecdsa-sha2-nistp521", 0)],
        ["ssh-rsa"] = [("rsa-sha2-512", 4), ("rsa-sha2-256", 2), ("ssh-rsa", 0)],
    };

    private AgentIdentity(IReadOnlyList<HostAlgorithm> algorithms, IReadOnlyList<SshCertificate> certificates) => (HostKeyAlgorithms, Certificates) = (algorithms, certificates);

    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; }

    public IReadOnlyList<SshCertificate> Certificates { get; }

    /// <param name="who">Like <c>ops@bastion:22</c>.</param>
    /// <exception cref="SshLinkException">There is no agent, or it does not have the key; never transient.</exception>
    public static AgentIdentity Open(string identity, string who)
    {
        var parts = identity[Prefix.Length..].Split('#', 2);
        var socket = parts[0].Length > 0 ? parts[0] : Environment.GetEnvironmentVariable("SSH_AUTH_SOCK");
        if (string.IsNullOrEmpty(socket))
            throw Unreachable(identity, who, "SSH_AUTH_SOCK is not set where the worker runs");
        try
        {
            return Open(new SshAgent(socket, Limit), parts.Length > 1 ? parts[1].TrimEnd('=') : null, identity, who);
        }
        catch (IOException e)
        {
            throw Unreachable(identity, who, e.Message);
        }
    }

    private static AgentIdentity Open(SshAgent agent, string? fingerprint, string identity, string who)
    {
        var has = agent.Keys();
        // Certificates first: where one is, the server knows its authority and not its key.
        var mine = has.Where(k => fingerprint is null || k.Fingerprint == fingerprint)
            .Where(k => Algorithms.ContainsKey(PlainType(k)))
            .OrderByDescending(k => k.IsCertificate).Take(MostKeys).ToList();
        if (mine.Count == 0)
        {
            throw new SshLinkException(
                Finding.Of("ssh-agent-no-key", ("identity", identity), ("who", who)).WithLines(has.Select(k => $"{k.Type} {k.Fingerprint} {k.Comment}")), transient: false);
        }

        return new AgentIdentity(
            [.. mine.SelectMany(k => Algorithms[PlainType(k)].Select(a => new Signer(agent, k.Blob, k.IsCertificate ? a.Name + CertificateSuffix : a.Name, a.Flags)))],
            [.. mine.Where(k => k.IsCertificate).Select(k => SshCertificate.Of(new Certificate(k.Blob)))]);
    }

    private static string PlainType(AgentKey key) => key.IsCertificate ? key.Type[..^CertificateSuffix.Length] : key.Type;

    private static SshLinkException Unreachable(string identity, string who, string why) =>
        new(Finding.Of("ssh-agent-unreachable", ("identity", identity), ("who", who), ("why", why)), transient: false);

    private sealed class Signer(SshAgent agent, byte[] key, string name, uint flags) : HostAlgorithm(name)
    {
        public override byte[] Data => key;

        public override byte[] Sign(byte[] data) => agent.Sign(key, data, flags);

        public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException("An agent's key logs in; it proves no server.");
    }
}
