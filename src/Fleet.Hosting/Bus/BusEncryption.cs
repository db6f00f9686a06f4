using System.Net.Security;
using System.Security.Authentication;
using MassTransit;
using RabbitMQ.Client;

namespace Fleet.Hosting.Bus;

/// <summary>
/// <c>amqps</c> is verified, by the bus's connection as by those beside it. The bus's library takes any authority unless it is told not to, and encrypts by the port's number
/// instead of the address's scheme: both are set here.
/// </summary>
internal static class BusEncryption
{
    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <param name="refused">Told of each certificate that was refused: the broker's address, and why.</param>
    public static void Apply(BusOptions options, SslOption ssl, Action<string, string> refused)
    {
        ssl.Enabled = options.Uri!.Scheme == "amqps";
        ssl.Version = Versions;
        ssl.ServerName = Name(options);
        ssl.AcceptablePolicyErrors = SslPolicyErrors.None;
        ssl.CertificateValidationCallback = Check(options, refused);
        if (options.Certificate is { } own)
            ssl.Certs = [own];
    }

    public static void Apply(BusOptions options, IRabbitMqHostConfigurator host, Action<string, string> refused)
    {
        if (options.Uri!.Scheme != "amqps")
            return;
        host.UseSsl(ssl =>
        {
            ssl.Protocol = Versions;
            ssl.ServerName = Name(options);
            ssl.EnforcePolicyErrors(SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable);
            ssl.CertificateValidationCallback = Check(options, refused);
            if (options.Certificate is { } own)
                ssl.Certificate = own;
        });
    }

    private static string Name(BusOptions options) => options.ServerName ?? options.Uri!.Host;

    private static RemoteCertificateValidationCallback Check(BusOptions options, Action<string, string> refused) => (_, certificate, chain, errors) =>
    {
        if (options.Trust!.Check(certificate, chain, errors))
            return true;
        refused($"{options.Uri!.Host}:{options.Uri.Port}", options.Trust.Refusal ?? "");
        return false;
    };
}
