using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fleet.Server.Chat.Irc;

/// <summary>Lines to and from a server.</summary>
internal sealed class IrcSocket : IAsyncDisposable
{
    /// <summary>With tags a server may send 8191 and 512; who sends more is no server.</summary>
    private const int MostBytes = 16 * 1024;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);

    private readonly TcpClient _tcp;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[MostBytes];
    private int _from;
    private int _to;

    private IrcSocket(TcpClient tcp, Stream stream) => (_tcp, _stream) = (tcp, stream);

    public static async Task<IrcSocket> ConnectAsync(IrcOptions options, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectLimit);
        var tcp = new TcpClient();
        try
        {
            await tcp.ConnectAsync(options.Server.DnsSafeHost, options.Port, limit.Token);
            if (!options.IsEncrypted)
                return new IrcSocket(tcp, tcp.GetStream());
            var tls = new SslStream(tcp.GetStream());
            await tls.AuthenticateAsClientAsync(Tls(options), limit.Token);
            return new IrcSocket(tcp, tls);
        }
        catch (Exception e)
        {
            tcp.Dispose();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new IOException($"{options.Server} did not answer within {ConnectLimit.TotalSeconds:0} s.", e);
            throw;
        }
    }

    /// <returns>Null: the server has gone.</returns>
    /// <exception cref="IOException">The connection broke, or a line is longer than any may be.</exception>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var end = _buffer.AsSpan(_from, _to - _from).IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _from, end);
                _from += end + 1;
                return line;
            }

            if (_from > 0)
            {
                _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
                (_from, _to) = (0, _to - _from);
            }

            if (_to == _buffer.Length)
                throw new IOException($"The server sent a line of more than {MostBytes} bytes.");
            var read = await _stream.ReadAsync(_buffer.AsMemory(_to), cancellationToken);
            if (read == 0)
                return null;
            _to += read;
        }
    }

    public async Task WriteAsync(string line, CancellationToken cancellationToken) => await _stream.WriteAsync(Encoding.UTF8.GetBytes($"{line}\r\n"), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _tcp.Dispose();
    }

    private static SslClientAuthenticationOptions Tls(IrcOptions options)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = options.Server.DnsSafeHost };
        if (options.Ca is { } ca)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(ca);
        }

        return tls;
    }
}
