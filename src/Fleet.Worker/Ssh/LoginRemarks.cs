using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Worker.Ssh;

/// <summary>What a login that went well shows of trouble to come.</summary>
internal static class LoginRemarks
{
    /// <summary>An upgrade is planned for a weekend, and a certificate renewed in working hours.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public static IReadOnlyList<Finding> Of(ConnectedHop hop, HopCredentials credentials, FirstboxConnection connection, DateTimeOffset now)
    {
        var info = hop.Client.ConnectionInfo;
        var used = new[] { info.CurrentKeyExchangeAlgorithm, info.CurrentHostKeyAlgorithm, info.CurrentServerEncryption, info.CurrentClientEncryption, info.CurrentServerHmacAlgorithm, info.CurrentClientHmacAlgorithm };
        return Of(used.OfType<string>(), hop.Certificate, credentials.Certificates, connection, now);
    }

    /// <param name="used">The algorithms that were agreed on.</param>
    public static IReadOnlyList<Finding> Of(IEnumerable<string> used, SshCertificate? host, IReadOnlyList<SshCertificate> mine, FirstboxConnection connection, DateTimeOffset now)
    {
        var (name, user) = ($"{connection.Firstbox.Host}:{connection.Firstbox.Port}", connection.Firstbox.User);
        var remarks = new List<Finding>();
        var old = used.Where(SshAlgorithms.IsLegacy).Distinct().ToList();
        if (old.Count > 0)
            remarks.Add(Finding.Of("ssh-legacy-in-use", ("host", name), ("algorithms", string.Join(", ", old))));
        else if (connection.LegacyAlgorithms.Count > 0)
            remarks.Add(Finding.Of("ssh-legacy-allowed", ("host", name), ("algorithms", string.Join(", ", connection.LegacyAlgorithms))));
        if (host is not null && host.ValidTo - now < Soon)
            remarks.Add(Finding.Of("ssh-host-certificate-ends", ("host", name), ("at", UserCertificate.Day(host.ValidTo))));
        if (mine.Count > 0 && mine.All(c => c.ValidTo - now < Soon))
            remarks.Add(Finding.Of("ssh-certificate-ends", ("who", $"{user}@{name}"), ("at", UserCertificate.Day(mine.Max(c => c.ValidTo)))));
        return remarks;
    }
}
