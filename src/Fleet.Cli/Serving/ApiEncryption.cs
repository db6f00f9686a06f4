using System.Security.Authentication;
using Fleet.Server;
using Fleet.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fleet.Cli.Serving;

/// <summary>The API over TLS 1.2 and 1.3, with the certificate that is in the files when somebody connects.</summary>
internal static class ApiEncryption
{
    private static readonly TimeSpan Promise = TimeSpan.FromDays(365);

    public static void Add(WebApplicationBuilder builder, ServerOptions options)
    {
        builder.Services.AddHsts(hsts => hsts.MaxAge = Promise);
        builder.Services.AddSingleton(services => new ServerCertificate(options.Certificate!, options.CertificateKey!, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ServerCertificate>>()));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
        {
            var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            https.ServerCertificateSelector = (_, _) => certificate.Current.TargetCertificate;
            https.OnAuthenticate = (_, ssl) =>
            {
                // The selector above is what the server asks for before it starts; this one shows those between it and its authority too.
                ssl.ServerCertificateSelectionCallback = null;
                ssl.ServerCertificateContext = certificate.Current;
            };
        }));
    }
}
