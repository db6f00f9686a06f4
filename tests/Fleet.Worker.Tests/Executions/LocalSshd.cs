using System.Net.Sockets;
using Fleet.Testing;

namespace Fleet.Worker.Tests.Executions;

/// <summary>A real OpenSSH server on a free loopback port, with keys of its own, in a temporary folder.</summary>
public sealed class LocalSshd : IAsyncLifetime
{
    private static readonly string[] Servers = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"];
    private ChildProcess? _sshd;

    public string Folder { get; } = Directory.CreateTempSubdirectory("fleet-sshd-").FullName;

    public int Port { get; } = Loopback.FreePort();

    public string Identity => Path.Combine(Folder, "identity");

    public int ProcessId => _sshd!.Id;

    public async ValueTask InitializeAsync()
    {
        var server = Servers.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("These tests need a real OpenSSH server: install the package openssh-server.");
        var token = TestContext.Current.CancellationToken;
        foreach (var key in new[] { "identity", "host" })
        {
            var (exit, output) = await ChildProcess.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(Folder, key)], token);
            exit.ShouldBe(0, output);
        }

        Directory.CreateDirectory("/run/sshd");
        var config = Path.Combine(Folder, "sshd_config");
        await File.WriteAllTextAsync(config, $"""
            ListenAddress 127.0.0.1
            Port {Port}
            HostKey {Path.Combine(Folder, "host")}
            PidFile none
            AuthorizedKeysFile {Identity}.pub
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            MaxStartups 200
            MaxSessions 60
            KexAlgorithms curve25519-sha256
            UseDNS no
            PrintMotd no
            """, token);
        _sshd = ChildProcess.Start(server, ["-D", "-e", "-f", config]);
        await Eventually.BeTrueAsync(AnswersAsync, TimeSpan.FromMinutes(3), token, () => _sshd.Output);
    }

    public async ValueTask DisposeAsync()
    {
        if (_sshd is not null)
            await _sshd.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
