using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fleet.Testing;

namespace Fleet.Server.Tests.Chat.Irc;

/// <summary>A server that answers each line by a script: for what ngircd has not, SASL and accounts.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ends = new();
    private readonly Task _serving;
    private readonly List<string> _heard = [];

    /// <param name="issued">Null: in clear.</param>
    public ScriptedServer(Func<string, string?> answer, Issued? issued = null)
    {
        _listener.Start();
        _serving = ServeAsync(answer, issued);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Lines that it was sent.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_heard)
                return [.. _heard];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ends.Dispose();
    }

    private async Task ServeAsync(Func<string, string?> answer, Issued? issued)
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(_ends.Token);
            try
            {
                await SpeakAsync(client.GetStream(), answer, issued);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // Whoever does not believe its certificate hangs up.
            }
        }
    }

    private async Task SpeakAsync(Stream stream, Func<string, string?> answer, Issued? issued)
    {
        if (issued is not null)
        {
            var tls = new SslStream(stream);
            using var certificate = X509Certificate2.CreateFromPemFile(issued.Certificate, issued.Key);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null) }, _ends.Token);
            stream = tls;
        }

        using var reader = new StreamReader(stream, new UTF8Encoding(false));
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        while (await reader.ReadLineAsync(_ends.Token) is { } line)
        {
            lock (_heard)
                _heard.Add(line);
            if (answer(line) is { } said)
                await writer.WriteLineAsync(said);
        }
    }
}
