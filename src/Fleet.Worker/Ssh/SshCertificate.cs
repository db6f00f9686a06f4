using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Renci.SshNet.Security;

namespace Fleet.Worker.Ssh;

/// <summary>What a certificate of OpenSSH says (PROTOCOL.certkeys), as far as trust hangs on it.</summary>
/// <param name="Authority">Fingerprint of the key that signed it; <c>SHA256:…</c></param>
/// <param name="ForHosts">False: it is a user's.</param>
/// <param name="Names">Whom it is for; none: anybody of its kind.</param>
/// <param name="Options">Critical options: whoever does not know one must refuse.</param>
/// <param name="SignedWith">The algorithm of the authority's signature.</param>
internal sealed record SshCertificate(
    string Authority, bool ForHosts, IReadOnlyList<string> Names, DateTimeOffset ValidFrom, DateTimeOffset ValidTo, IReadOnlyList<string> Options, string SignedWith, string KeyId)
{
    public static SshCertificate Of(Certificate certificate) => new(
        PinnedKey.FingerprintOf(certificate.CertificateAuthorityKey),
        certificate.Type == Certificate.CertificateType.Host,
        [.. certificate.ValidPrincipals],
        Time(certificate.ValidAfterUnixSeconds),
        Time(certificate.ValidBeforeUnixSeconds),
        [.. certificate.CriticalOptions.Keys],
        FirstText(certificate.Signature),
        certificate.KeyId);

    public bool IsExpired(DateTimeOffset now) => now >= ValidTo;

    public bool IsNotYetValid(DateTimeOffset now) => now < ValidFrom;

    /// <summary>The names of a host's certificate may be patterns.</summary>
    public bool IsForHost(string host) => Names.Any(n => Regex.IsMatch(
        host,
        $"^{Regex.Escape(n).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking));

    private static DateTimeOffset Time(ulong seconds) => seconds >= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeSeconds((long)seconds);

    private static string FirstText(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < 4)
            return "";
        var length = BinaryPrimitives.ReadUInt32BigEndian(blob);
        return length <= blob.Length - 4 ? Encoding.ASCII.GetString(blob.Slice(4, (int)length)) : "";
    }
}
