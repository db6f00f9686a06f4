using System.Net.Sockets;
using Fleet.Contracts.Phases;
using Fleet.Testing;

namespace Fleet.Worker.Tests.Ssh;

/// <summary>A real OpenSSH server on the loopback, in a mount namespace with users of its own: the machine's are not touched. Needs root, openssh-server, sudo and unshare.</summary>
public sealed class SshServer : IAsyncDisposable
{
    /// <summary>As docs/operations.md has it.</summary>
    public const string RunnerOnly = "fleet ALL=(root) NOPASSWD: /bin/sh -c *, /usr/bin/sh -c *\nDefaults:fleet !requiretty\n";

    private readonly ChildProcess process;

    private SshServer(ChildProcess process, string folder, int port) => (this.process, Folder, Port) = (process, folder, port);

    public string Folder { get; }

    public int Port { get; }

    public string Log => process.Output;

    public string FingerprintOf(string type) => File.ReadAllText(Path.Combine(Folder, $"host_{type}.fingerprint")).Trim();

    public string PublicKeyOf(string type) => File.ReadAllText(Path.Combine(Folder, $"host_{type}.pub")).Trim();

    public SshHop Hop(string user = "root", string? identity = "id_ed25519", string? password = null, string? hostKey = "", string? knownHosts = null) => new()
    {
        Host = "127.0.0.1",
        Port = Port,
        User = user,
        Identity = identity is null ? null : $"file:{Path.Combine(SshWorld.Keys, identity)}",
        Password = password,
        HostKey = hostKey is "" ? (knownHosts is null ? FingerprintOf("ed25519") : null) : hostKey,
        KnownHosts = knownHosts,
    };

    /// <param name="hostKeys">Keys that the settings name, by type.</param>
    public static async Task<SshServer> StartAsync(string settings = "", string keyTypes = "ed25519 rsa ecdsa", int port = 0, Dictionary<string, string>? hostKeys = null)
    {
        foreach (var tool in new[] { "/usr/sbin/sshd", "/usr/bin/sudo", "/usr/bin/unshare", "/usr/bin/ssh-keygen" })
            File.Exists(tool).ShouldBeTrue($"{tool} is missing: these tests need openssh-server, sudo and util-linux (apt-get install).");
        var folder = Directory.CreateTempSubdirectory("fleet-sshd-").FullName;
        port = port == 0 ? Loopback.FreePort() : port;
        await WriteAsync(folder, keyTypes, settings, port);
        foreach (var (type, key) in hostKeys ?? [])
            File.Copy(key + ".pub", Path.Combine(folder, $"host_{type}.pub"));
        // Without a reason to look elsewhere the namespace has everything of the machine but the users.
        var binds = string.Join(" && ", new[] { "passwd", "shadow", "group", "sudoers", "pam.d/sshd", "pam.d/sudo" }.Select(f => $"mount --bind {folder}/etc/{f} /etc/{f}"));
        var process = ChildProcess.Start("unshare", ["--mount", "--propagation", "private", "sh", "-c", $"mkdir -p /run/sshd && {binds} && exec /usr/sbin/sshd -D -e -f {folder}/sshd_config"]);
        var server = new SshServer(process, folder, port);
        await Eventually.BeTrueAsync(() => server.AnswersAsync(), TimeSpan.FromMinutes(2), CancellationToken.None, () => process.Output);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static async Task WriteAsync(string folder, string keyTypes, string settings, int port)
    {
        var etc = Directory.CreateDirectory(Path.Combine(folder, "etc", "pam.d")).Parent!.FullName;
        var users = new (string Name, int Id)[] { ("ops", 42001), ("deploy", 42002), ("plain", 42003), ("fleet", 42004) };
        var hash = SshWorld.PasswordHash;
        // Root's shell is a plain one: this machine's start-up files cost more than all the rest.
        var passwd = File.ReadLines("/etc/passwd").Where(l => !l.StartsWith("root:", StringComparison.Ordinal)).Prepend("root:x:0:0:root:/root:/bin/sh").Concat(users.Select(u => $"{u.Name}:x:{u.Id}:{u.Id}::/tmp:/bin/sh"));
        var shadow = File.ReadLines("/etc/shadow").Where(l => !l.StartsWith("root:", StringComparison.Ordinal)).Append($"root:{hash}:19000::::::").Concat(users.Select(u => $"{u.Name}:{hash}:19000::::::"));
        File.WriteAllLines(Path.Combine(etc, "passwd"), passwd);
        File.WriteAllLines(Path.Combine(etc, "shadow"), shadow);
        File.WriteAllLines(Path.Combine(etc, "group"), File.ReadLines("/etc/group").Concat(users.Select(u => $"{u.Name}:x:{u.Id}:")));
        File.WriteAllText(Path.Combine(etc, "sudoers"), "root ALL=(ALL:ALL) ALL\nops ALL=(ALL:ALL) ALL\ndeploy ALL=(ALL:ALL) NOPASSWD: ALL\n" + RunnerOnly);
        File.SetUnixFileMode(Path.Combine(etc, "sudoers"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        const string pam = "auth required pam_unix.so nodelay\naccount required pam_unix.so\nsession required pam_permit.so\n";
        File.WriteAllText(Path.Combine(etc, "pam.d", "sshd"), pam);
        File.WriteAllText(Path.Combine(etc, "pam.d", "sudo"), pam);

        var config = new List<string>
        {
            $"Port {port}", "ListenAddress 127.0.0.1", "PidFile none", "StrictModes no", "UseDNS no", "MaxStartups 100", "PermitRootLogin yes", "LogLevel VERBOSE",
            $"AuthorizedKeysFile {SshWorld.Keys}/authorized_keys", "Subsystem sftp internal-sftp",
        };
        foreach (var type in keyTypes.Split(' '))
        {
            var key = Path.Combine(folder, $"host_{type}");
            await NewKeyAsync(key, type, "");
            var (_, listed) = await ChildProcess.RunAsync("ssh-keygen", ["-lf", key + ".pub"], CancellationToken.None);
            File.WriteAllText(key + ".fingerprint", listed.Split(' ')[1]);
            config.Add($"HostKey {key}");
        }

        config.AddRange(settings.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        // sshd takes the first value of most settings.
        config.Sort((a, b) => settings.Contains(b, StringComparison.Ordinal).CompareTo(settings.Contains(a, StringComparison.Ordinal)));
        File.WriteAllLines(Path.Combine(folder, "sshd_config"), config);
    }

    internal static async Task NewKeyAsync(string file, string type, string passphrase)
    {
        string[] size = type == "rsa" ? ["-b", "2048"] : [];
        var (code, output) = await ChildProcess.RunAsync("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-f", file, .. size], CancellationToken.None);
        code.ShouldBe(0, output);
    }

    private async Task<bool> AnswersAsync()
    {
        process.HasExited.ShouldBeFalse(process.Output);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
