using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Access;

/// <summary>What the API shows to who connects: PEM files, read again when one of them changes, so that a renewal needs no restart. What cannot be read leaves what was.</summary>
public sealed partial class ServerCertificate(string certificate, string key, TimeProvider time, ILogger<ServerCertificate> log) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private SslStreamCertificateContext? shown;
    private (DateTime Certificate, DateTime Key) written;

    /// <summary>As the files were when it was told last that they are not to be used.</summary>
    private (DateTime Certificate, DateTime Key) told;
    private long lookedAt;

    /// <summary>The certificate with those between it and its authority, as the file has them.</summary>
    /// <exception cref="InvalidOperationException">There is none yet that can be shown.</exception>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (gate)
            {
                if (shown is null || time.GetElapsedTime(lookedAt) >= Look)
                    Refresh();
                return shown!;
            }
        }
    }

    /// <summary>What is wrong with the files, each named; null: nothing.</summary>
    public static string? Problem(string? certificate, string? key, TimeProvider time)
    {
        if (certificate is null)
            return "Fleet:Tls:Certificate is missing: https takes the PEM file of a certificate, with those between it and its authority.";
        if (key is null)
            return "Fleet:Tls:Key is missing: it takes the PEM file of the key that belongs to Fleet:Tls:Certificate.";
        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(certificate, key);
            var now = time.GetUtcNow().UtcDateTime;
            if (pair.NotAfter.ToUniversalTime() < now)
                return $"Fleet:Tls:Certificate is '{certificate}', which expired at {pair.NotAfter.ToUniversalTime():u}: it takes one that is valid now.";
            if (pair.NotBefore.ToUniversalTime() > now)
                return $"Fleet:Tls:Certificate is '{certificate}', which is valid only from {pair.NotBefore.ToUniversalTime():u}: it takes one that is valid now.";
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"Fleet:Tls:Certificate is '{certificate}' and Fleet:Tls:Key is '{key}', of which one cannot be read: {e.Message}";
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return $"Fleet:Tls:Certificate is '{certificate}' and Fleet:Tls:Key is '{key}', which are no certificate in PEM with the key that belongs to it: {e.Message}";
        }
    }

    public void Dispose() => shown?.TargetCertificate.Dispose();

    private void Refresh()
    {
        lookedAt = time.GetTimestamp();
        // Links that are changed at once, as clusters do with secrets: what counts is the file behind.
        var now = (File.GetLastWriteTimeUtc(Resolved(certificate)), File.GetLastWriteTimeUtc(Resolved(key)));
        if (shown is not null && now == written)
            return;
        if (Problem(certificate, key, time) is { } problem)
        {
            if (shown is null)
                throw new InvalidOperationException(problem);
            // It may be half written, or valid only in a moment: it is looked at again until it can be used, and told once.
            if (now != told)
                LogNotTaken(problem);
            told = now;
            return;
        }

        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificate);
        var pair = X509Certificate2.CreateFromPemFile(certificate, key);
        shown = SslStreamCertificateContext.Create(pair, chain, offline: true);
        written = now;
        LogTaken(pair.Subject, pair.NotAfter.ToUniversalTime());
    }

    [LoggerMessage(5200, LogLevel.Information, "The API shows the certificate {Subject}, which is valid until {Until:u}")]
    private partial void LogTaken(string subject, DateTime until);

    [LoggerMessage(5201, LogLevel.Error, "The API goes on with the certificate that it had: {Why}")]
    private partial void LogNotTaken(string why);

    private static string Resolved(string file) => File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
}
