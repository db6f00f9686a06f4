using Fleet.Server.Access.SignIn;

namespace Fleet.Server;

/// <summary>How this process speaks with people.</summary>
public sealed class ServerOptions
{
    /// <summary>Where tokens and package files lie.</summary>
    public string Data { get; set; } = "./fleet-data";

    /// <summary>The address to listen on; beyond loopback only with https, or with <see cref="AllowRemote"/>.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:7070";

    /// <summary>People reach it by https: here, or at what is in front (<c>Fleet:PublicUrl</c>).</summary>
    public bool IsHttps => (PublicUrl ?? Listen).StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Key <c>Fleet:PublicUrl</c>; null: they reach it where it listens.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>Key <c>Fleet:Tls:Certificate</c>: with an https address, the PEM file that is shown to who connects.</summary>
    public string? Certificate { get; set; }

    /// <summary>Key <c>Fleet:Tls:Key</c>: the PEM file of its key.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>The API is spoken over TLS.</summary>
    public bool IsEncrypted => Uri.TryCreate(Listen, UriKind.Absolute, out var url) && url.Scheme == "https";

    /// <summary>Key <c>Fleet:Access:AllowRemote</c>: others than this machine may connect in clear, for something in front encrypts.</summary>
    public bool AllowRemote { get; set; }

    /// <summary>Key <c>Fleet:Access:Token</c>: the operator's token; null: made once and kept in the data folder.</summary>
    public string? Token { get; set; }

    /// <summary>Key <c>Fleet:Access:WorkerToken</c>: what workers fetch runbooks and packages with; null: made once and kept in the data folder.</summary>
    public string? WorkerToken { get; set; }

    /// <summary>Section <c>Fleet:Access:Oidc</c>; null: there is no identity provider.</summary>
    public OidcOptions? Oidc { get; set; }

    /// <summary>What it puts up with.</summary>
    public Hardening.HardeningOptions Hardening { get; set; } = new();

    /// <summary>Section <c>Fleet:Packages</c>.</summary>
    public Packages.PackageTrustOptions Packages { get; set; } = new();

    /// <summary>All that is wrong, each naming the key, the value and what is allowed.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(Data))
            problems.Add("Fleet:Data is empty: it takes a folder.");
        if (Access.ListenAddress.Problem(Listen, AllowRemote) is { } wrong)
            problems.Add(wrong);
        else if (IsEncrypted && Access.ServerCertificate.Problem(Certificate, CertificateKey, TimeProvider.System) is { } untold)
            problems.Add(untold);
        else if (!IsEncrypted && Certificate is not null)
            problems.Add($"Fleet:Tls:Certificate is '{Certificate}', and Fleet:Listen (--listen) is '{Listen}': a certificate is for an https address.");
        CheckToken("Fleet:Access:Token", Token, problems);
        CheckToken("Fleet:Access:WorkerToken", WorkerToken, problems);
        if (Token is not null && Token == WorkerToken)
            problems.Add("Fleet:Access:Token and Fleet:Access:WorkerToken are the same: workers must not have the operator's token.");
        return problems;
    }

    private static void CheckToken(string key, string? value, List<string> problems)
    {
        if (value is not null && (value.Length < 24 || value.Any(c => c is <= ' ' or > '~')))
            problems.Add($"{key} is no token: it takes at least 24 printable characters without spaces.");
    }
}
