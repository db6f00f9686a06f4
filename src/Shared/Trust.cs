using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fleet.Encryption;

/// <summary>Whom a client believes: what this machine trusts, and the authorities of one file more. Compiled into each assembly that connects somewhere. It never says yes to a wrong name, a date that has passed or an unknown issuer.</summary>
internal sealed class Trust
{
    private readonly X509Certificate2Collection _more;
    private readonly string? _file;
    private readonly string? _pin;

    private Trust(X509Certificate2Collection more, string? file, string? pin = null) => (_more, _file, _pin) = (more, file, pin);

    /// <summary>Why the last certificate that was refused was; null: none was. For whoever has one server only.</summary>
    public string? Refusal { get; private set; }

    /// <param name="key">The setting's name, for the sentence.</param>
    /// <param name="file">PEM with one certificate or more; null: only what this machine trusts.</param>
    /// <param name="problems">Gets what is wrong with the file.</param>
    public static Trust Read(string key, string? file, ICollection<string> problems)
    {
        var more = new X509Certificate2Collection();
        if (string.IsNullOrEmpty(file))
            return new Trust(more, null);
        try
        {
            more.ImportFromPemFile(file);
            if (more.Count == 0)
                problems.Add($"{key} is \"{file}\", which has no certificate in it; it takes a PEM file with the authority's certificate.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problems.Add($"{key} is \"{file}\", which cannot be read as certificates: {e.Message} It takes a PEM file with the authority's certificate.");
        }

        return new Trust(more, file);
    }

    /// <summary>For a process that calls itself: the certificate in this file and no other, by whatever name. The file is read each time: it may be renewed.</summary>
    public static Trust InOwn(string file) => new([], null, file);

    public SslClientAuthenticationOptions ClientOptions() => new() { RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Check(certificate, chain, errors) };

    /// <summary>A <see cref="RemoteCertificateValidationCallback"/>, without the sender.</summary>
    public bool Check(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_pin is null ? errors == SslPolicyErrors.None : IsOwn(certificate))
            return true;
        if (_pin is null && certificate is X509Certificate2 shown && (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None && IsKnown(shown, chain))
            return true;
        Refusal = Why(certificate as X509Certificate2, errors);
        return false;
    }

    private bool IsOwn(X509Certificate? certificate)
    {
        using var own = X509Certificate2.CreateFromPem(File.ReadAllText(_pin!));
        return certificate is not null && own.RawDataMemory.Span.SequenceEqual(certificate.GetRawCertData());
    }

    private bool IsKnown(X509Certificate2 shown, X509Chain? with)
    {
        if (_more.Count == 0)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_more);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        foreach (var element in with?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        // What the file holds beside authorities of their own, like an intermediate one.
        chain.ChainPolicy.ExtraStore.AddRange(_more);
        return chain.Build(shown);
    }

    private string Why(X509Certificate2? shown, SslPolicyErrors errors)
    {
        if (shown is null)
            return "it showed no certificate";
        if (_pin is not null)
            return $"its certificate is not the one in {_pin}";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"its certificate is for {Names(shown)}, not for the name that it was called by";
        // The machine's clock is what the library below compares with, too.
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        if (shown.NotAfter.ToUniversalTime() < now)
            return $"its certificate expired at {shown.NotAfter.ToUniversalTime():u}";
        if (shown.NotBefore.ToUniversalTime() > now)
            return $"its certificate is valid only from {shown.NotBefore.ToUniversalTime():u}";
        return $"its certificate is issued by \"{shown.Issuer}\", which {(_file is null ? "this machine does not trust" : $"neither this machine nor {_file} trusts")}";
    }

    private static string Names(X509Certificate2 shown)
    {
        var names = shown.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(n => n.EnumerateDnsNames().Concat(n.EnumerateIPAddresses().Select(a => a.ToString()))).ToList();
        return names.Count == 0 ? $"\"{shown.Subject}\"" : string.Join(", ", names);
    }
}
