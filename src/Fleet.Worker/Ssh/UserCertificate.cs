using Fleet.Contracts.Decisions;

namespace Fleet.Worker.Ssh;

/// <summary>A certificate that cannot let anybody in is told of before it is tried.</summary>
internal static class UserCertificate
{
    /// <param name="where">The reference that it was read by.</param>
    /// <param name="who">Like <c>ops@bastion:22</c>.</param>
    public static Finding? Problem(SshCertificate certificate, string user, string where, string who, DateTimeOffset now)
    {
        if (certificate.ForHosts)
            return Finding.Of("ssh-certificate-of-host", ("certificate", where), ("who", who));
        if (certificate.IsExpired(now))
            return Finding.Of("ssh-certificate-expired", ("certificate", where), ("who", who), ("since", Day(certificate.ValidTo)));
        if (certificate.IsNotYetValid(now))
            return Finding.Of("ssh-certificate-not-yet", ("certificate", where), ("who", who), ("from", Day(certificate.ValidFrom)));
        return certificate.Names.Count > 0 && !certificate.Names.Contains(user, StringComparer.Ordinal)
            ? Finding.Of("ssh-certificate-for-others", ("certificate", where), ("who", who), ("names", string.Join(", ", certificate.Names)))
            : null;
    }

    public static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);
}
