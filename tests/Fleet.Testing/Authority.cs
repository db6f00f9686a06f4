using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fleet.Testing;

/// <summary>A certificate authority of a test's own, which nobody else trusts.</summary>
public sealed class Authority : IDisposable
{
    private readonly string folder;
    private readonly X509Certificate2 certificate;
    private int issued;

    public Authority(string folder, string name = "Fleet test authority")
    {
        this.folder = Directory.CreateDirectory(folder).FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddYears(-1), TimeProvider.System.GetUtcNow().AddYears(1));
        File = Path.Combine(this.folder, "ca.pem");
        System.IO.File.WriteAllText(File, certificate.ExportCertificatePem());
    }

    /// <summary>The authority's certificate, as PEM.</summary>
    public string File { get; }

    /// <param name="names">Host names and addresses.</param>
    /// <param name="until">When it ends, from now; null: in a month.</param>
    public Issued Issue(TimeSpan? until = null, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var end = TimeProvider.System.GetUtcNow() + (until ?? TimeSpan.FromDays(30));
        using var signed = request.Create(certificate, end - TimeSpan.FromDays(60), end, RandomNumberGenerator.GetBytes(12));
        var path = Path.Combine(folder, $"{Interlocked.Increment(ref issued)}-{names[0]}");
        var made = new Issued(path + ".crt", path + ".key");
        System.IO.File.WriteAllText(made.Certificate, signed.ExportCertificatePem());
        System.IO.File.WriteAllText(made.Key, key.ExportPkcs8PrivateKeyPem());
        return made;
    }

    public void Dispose() => certificate.Dispose();
}

/// <summary>A certificate and its key, each a PEM file.</summary>
public sealed record Issued(string Certificate, string Key);
