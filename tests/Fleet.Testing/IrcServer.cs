namespace Fleet.Testing;

/// <summary>A real IRC server (ngircd) on a free port of loopback.</summary>
public sealed class IrcServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ChildProcess? _process;

    private IrcServer(int port) => Port = port;

    public int Port { get; }

    public string Output => _process?.Output ?? "";

    public static async Task<IrcServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new IrcServer(Loopback.FreePort());
        await server.StartAgainAsync(cancellationToken);
        return server;
    }

    /// <summary>After it was stopped: the same port, and nobody in any channel.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder.Path, "ngircd.conf");
        await File.WriteAllTextAsync(
            file,
            $"""
            [Global]
            Name = irc.test
            Info = of a test
            Listen = 127.0.0.1
            Ports = {Port}
            MotdPhrase = hello
            [Limits]
            MaxConnectionsIP = 0
            MaxPenaltyTime = 0
            [Options]
            DNS = no
            Ident = no
            PAM = no
            ChrootDir =
            """,
            cancellationToken);
        _process = ChildProcess.Start(File.Exists("/usr/sbin/ngircd") ? "/usr/sbin/ngircd" : "ngircd", ["-n", "-f", file]);
        await Eventually.BeTrueAsync(
            async () =>
            {
                if (_process.HasExited)
                    throw new InvalidOperationException($"ngircd ended: {_process.Output}");
                using var tcp = new System.Net.Sockets.TcpClient();
                try
                {
                    await tcp.ConnectAsync("127.0.0.1", Port, cancellationToken);
                    return true;
                }
                catch (System.Net.Sockets.SocketException)
                {
                    return false;
                }
            },
            TimeSpan.FromMinutes(1),
            cancellationToken,
            () => _process.Output);
    }

    public async Task StopAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}
