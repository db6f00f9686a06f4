using System.Net.Sockets;
using Fleet.Contracts.Decisions;
using Renci.SshNet.Common;

namespace Fleet.Worker.Ssh;

/// <summary>What connecting to a hop had come to when it failed.</summary>
internal sealed record HopProgress
{
    /// <summary>The server's version line was read.</summary>
    public bool Identified { get; set; }

    public OfferedKey? Key { get; set; }

    public HostKeyVerdict? Verdict { get; set; }

    public SshCertificate? Certificate { get; set; }

    /// <summary>The key that it certifies.</summary>
    public OfferedKey? CertifiedKey { get; set; }

    public IReadOnlyList<string> Methods { get; set; } = [];

    /// <summary>Questions that the server asked by keyboard-interactive.</summary>
    public List<string> Questions { get; } = [];
}

/// <param name="Type">Like <c>ssh-ed25519</c>; <c>ssh-rsa</c> for every RSA key.</param>
internal sealed record OfferedKey(string Type, string Fingerprint);

/// <summary>Turns what the library threw into a reason that people can act on.</summary>
internal static class HopFailure
{
    public static SshLinkException Of(Exception thrown, Hop hop, HopProgress progress, TimeSpan limit) => thrown switch
    {
        SshLinkException known => known,
        SshAuthenticationException => Refused(hop, progress, thrown),
        _ when progress.Verdict == HostKeyVerdict.Trusted && thrown.Message.Contains("uthentication failures", StringComparison.Ordinal) => Refused(hop, progress, thrown),
        OperationCanceledException or SshOperationTimeoutException or SocketException { SocketErrorCode: SocketError.TimedOut } => TimedOut(hop, progress, limit, thrown),
        SocketException socket => Unreachable(hop, Told(socket.SocketErrorCode), socket.SocketErrorCode is not SocketError.HostNotFound, thrown),
        SshConnectionException when !progress.Identified => hop.Through is { } jump ? CannotReach(hop, jump, thrown) : Closed(hop, thrown),
        SshConnectionException or IOException or ObjectDisposedException => Unreachable(hop, "the connection was closed", transient: true, thrown),
        _ => new SshLinkException(Finding.Of("ssh-handshake-failed", ("host", hop.Name), ("zone", hop.Zone), ("why", thrown.Message)), transient: true, thrown),
    };

    public static SshLinkException Key(Hop hop, HostKeyVerdict verdict, HostKeyPin pin, IReadOnlyList<OfferedKey> offered)
    {
        var (type, fingerprint) = (offered[0].Type, offered[0].Fingerprint);
        var pinned = string.Join(", ", pin.Fingerprints);
        var finding = verdict switch
        {
            HostKeyVerdict.Unknown => Finding.Of(
                hop.IsBastion ? "ssh-bastion-host-key-unknown" : "ssh-host-key-unknown",
                ("host", hop.Name), ("zone", hop.Zone), ("type", type), ("fingerprint", fingerprint)),
            HostKeyVerdict.Revoked => Finding.Of("ssh-host-key-revoked", ("host", hop.Name), ("zone", hop.Zone), ("type", type), ("fingerprint", fingerprint)),
            HostKeyVerdict.NotCertified => Finding.Of("ssh-host-not-certified", ("host", hop.Name), ("zone", hop.Zone), ("type", type), ("fingerprint", fingerprint), ("pinned", string.Join(", ", pin.Authorities))),
            _ => Finding.Of(
                hop.IsBastion ? "ssh-bastion-host-key-changed" : "ssh-host-key-changed",
                ("host", hop.Name), ("zone", hop.Zone), ("type", type), ("fingerprint", fingerprint), ("pinned", pinned)),
        };
        return new SshLinkException(finding.WithLines(offered.Select(k => $"{hop.Name} {k.Type} {k.Fingerprint}")), transient: false);
    }

    public static SshLinkException Certificate(Hop hop, HostKeyVerdict verdict, OfferedKey key, SshCertificate certificate, HostKeyPin pin)
    {
        (string, string)[] of = [("host", hop.Name), ("zone", hop.Zone), ("authority", certificate.Authority), ("fingerprint", key.Fingerprint)];
        var finding = verdict switch
        {
            HostKeyVerdict.Revoked => Finding.Of("ssh-host-key-revoked", ("host", hop.Name), ("zone", hop.Zone), ("type", key.Type), ("fingerprint", key.Fingerprint)),
            HostKeyVerdict.CertificateExpired => Finding.Of("ssh-host-certificate-expired", [.. of, ("since", UserCertificate.Day(certificate.ValidTo))]),
            HostKeyVerdict.CertificateNotYetValid => Finding.Of("ssh-host-certificate-not-yet", [.. of, ("from", UserCertificate.Day(certificate.ValidFrom))]),
            HostKeyVerdict.CertificateOfOther => Finding.Of("ssh-host-certificate-of-other", [.. of, ("names", string.Join(", ", certificate.Names))]),
            HostKeyVerdict.CertificateUnfit => Finding.Of("ssh-host-certificate-unfit", of),
            _ => Finding.Of("ssh-host-certificate-unknown", [.. of, ("pinned", string.Join(", ", pin.Authorities))]),
        };
        return new SshLinkException(finding.WithLines([$"{hop.Name} {key.Type} {key.Fingerprint}", $"certificate \"{certificate.KeyId}\" of {certificate.Authority}"]), transient: false);
    }

    public static SshLinkException Algorithms(Hop hop, IReadOnlyList<AlgorithmGap> gaps, Exception thrown)
    {
        var purposes = string.Join(", ", gaps.Select(g => g.Purpose));
        var legacy = string.Join(", ", gaps.Select(g => g.Helps).OfType<string>());
        var finding = gaps.Count > 0 && gaps.All(g => g.Helps is not null)
            ? Finding.Of("ssh-no-common-algorithm", ("host", hop.Name), ("zone", hop.Zone), ("purposes", purposes), ("legacy", legacy))
            : Finding.Of("ssh-algorithms-unsupported", ("host", hop.Name), ("zone", hop.Zone), ("purposes", purposes), ("why", thrown.Message));
        return new SshLinkException(
            finding.WithLines(gaps.SelectMany(g => new[] { $"{g.Purpose}: {hop.Name} offers {string.Join(',', g.Theirs)}", $"{g.Purpose}: allowed here {string.Join(',', g.Ours)}" })), transient: false, thrown);
    }

    private static SshLinkException Refused(Hop hop, HopProgress progress, Exception thrown)
    {
        var finding = Finding.Of(
            hop.IsBastion ? "ssh-bastion-login-refused" : "ssh-login-refused",
            ("user", hop.Server.User), ("host", hop.Name), ("zone", hop.Zone), ("methods", string.Join(", ", progress.Methods)), ("why", thrown.Message));
        return new SshLinkException(finding.WithLines(progress.Questions.Select(q => $"{hop.Name} asked: {q}")), transient: false, thrown);
    }

    private static SshLinkException TimedOut(Hop hop, HopProgress progress, TimeSpan limit, Exception thrown) => new(
        Finding.Of(
            hop.IsBastion ? "ssh-bastion-timeout" : "ssh-timeout",
            ("host", hop.Name), ("zone", hop.Zone), ("seconds", $"{limit.TotalSeconds:0}"), ("got", progress.Verdict is not null ? "its host key" : progress.Identified ? "its version" : "no answer")),
        transient: true, thrown);

    private static SshLinkException Unreachable(Hop hop, string why, bool transient, Exception thrown) => new(
        Finding.Of(hop.IsBastion ? "ssh-bastion-unreachable" : "ssh-unreachable", ("host", hop.Name), ("zone", hop.Zone), ("why", why)), transient, thrown);

    private static SshLinkException CannotReach(Hop hop, JumpPort jump, Exception thrown) => new(
        Finding.Of("ssh-bastion-cannot-reach", ("bastion", jump.BastionName), ("host", hop.Name), ("zone", hop.Zone)), transient: true, thrown);

    private static SshLinkException Closed(Hop hop, Exception thrown) => new(
        Finding.Of("ssh-no-ssh-there", ("host", hop.Name), ("zone", hop.Zone)), transient: true, thrown);

    private static string Told(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "the connection was refused",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "its name is not known here",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown => "there is no route to it",
        SocketError.ConnectionReset or SocketError.ConnectionAborted => "the connection was reset",
        _ => error.ToString(),
    };
}
