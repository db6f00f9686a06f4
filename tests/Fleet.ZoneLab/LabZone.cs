using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Fleet.ZoneLab;

/// <summary>One running simulated zone, seen from the outside, with the lab's handles on it.</summary>
public sealed partial class LabZone
{
    private readonly Lab lab;
    private readonly Holder holder;
    private readonly string folder;
    private readonly Tree root;
    private readonly Tree control;
    private int pid;

    internal LabZone(Lab lab, Holder holder, ZoneShape shape, string profile, int port)
    {
        this.lab = lab;
        this.holder = holder;
        Shape = shape;
        Profile = profile;
        Port = port;
        folder = Path.Combine(lab.Directory, "zones", shape.Name);
        root = new Tree(RootPath);
        control = new Tree(ControlPath);
    }

    public string Name => Shape.Name;
    public string Profile { get; }
    public ZoneShape Shape { get; }
    public string Host => "127.0.0.1";
    public int Port { get; }
    public string User => SshFiles.User(Shape);

    /// <summary><c>SHA256:…</c></summary>
    public string HostKeyFingerprint { get; private set; } = "";

    /// <summary>As in a .pub file: type and key.</summary>
    public string HostPublicKey { get; private set; } = "";

    /// <summary>Null where the zone takes a password only.</summary>
    public string? IdentityFile => Shape.Login is LoginShape.Key or LoginShape.Sudo
        ? Shape.OldAlgorithms ? lab.Keys.OldIdentity : lab.Keys.Identity
        : null;

    public string? PasswordFile => Shape.Login is LoginShape.Password or LoginShape.KeyboardInteractive ? lab.Keys.PasswordFile : null;
    public string? Password => PasswordFile is null ? null : SshFiles.Password;

    /// <summary>Null where sudo asks for none.</summary>
    public string? SudoPasswordFile => Shape is { Login: LoginShape.Sudo, SudoAsks: true } ? lab.Keys.PasswordFile : null;

    /// <summary>The zone's private root on this machine. /run, /dev and small disks are not in it.</summary>
    public string RootPath => Path.Combine(folder, "root");

    /// <summary>The lab's side of the zone: /run/lab in there.</summary>
    public string ControlPath => Path.Combine(folder, "lab");

    public string JournalPath => Path.Combine(ControlPath, "journal");

    /// <summary>All effects since the lab handed the zone over, in the order in which they happened.</summary>
    public IReadOnlyList<Effect> Journal() => Effect.ReadAll(JournalPath);

    /// <summary>What somebody did by hand before that.</summary>
    public IReadOnlyList<Effect> PreparedJournal() => Effect.ReadAll(JournalPath + ".prepared");

    internal async Task CreateAsync(string baseDurations, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        ZoneTree.Write(Shape, root, control);
        SshFiles.Write(Shape, root, Port, Shape.OldAlgorithms ? lab.Keys.OldPublicKey! : lab.Keys.PublicKey);
        await MakeHostKeyAsync(cancellationToken);
        NewBootId();
        await File.WriteAllTextAsync(Path.Combine(folder, "enter"), Sandbox.EnterScript(Shape, folder, Path.Combine(lab.Directory, "shared")), cancellationToken);
        await BootAsync(cancellationToken);

        if (Shape.Login == LoginShape.Sudo)
            await RunAsync("mount -o remount,bind,ro,suid /usr", cancellationToken);
        foreach (var command in Shape.Prepare)
            _ = await RunAsync(command, cancellationToken);
        if (Shape.Prepare.Count > 0)
        {
            File.Move(JournalPath, JournalPath + ".prepared");
            await File.WriteAllTextAsync(JournalPath, "", cancellationToken);
        }
        if (Shape.Foreign is { } foreign)
        {
            CloseGate("foreign");
            _ = await RunAsync($"LAB_FOREIGN=1 setsid {foreign} </dev/null >/dev/null 2>&1 &", cancellationToken);
            await WaitForAsync(effect => effect is { What: "gate", Detail: "foreign" }, TimeSpan.FromMinutes(3), cancellationToken);
        }
        await File.AppendAllTextAsync(Path.Combine(ControlPath, "durations"), baseDurations, cancellationToken);
    }

    private async Task BootAsync(CancellationToken cancellationToken)
    {
        pid = await holder.BootAsync(Name, cancellationToken);
        await ListensAsync(cancellationToken);
    }

    private async Task MakeHostKeyAsync(CancellationToken cancellationToken)
    {
        var path = root.At(SshFiles.HostKeyPath(Shape));
        File.Delete(path);
        File.Delete(path + ".pub");
        HostPublicKey = await SshFiles.MakeKeyAsync(path, Shape.OldAlgorithms ? "rsa" : "ed25519", cancellationToken);
        HostKeyFingerprint = SshFiles.Fingerprint(HostPublicKey);
    }

    private void NewBootId() => File.WriteAllText(Path.Combine(ControlPath, "boot_id"), Guid.NewGuid().ToString() + "\n");

    /// <summary>Ends every process in the zone, changes its boot id and starts it again. What is on its (not small) disks stays.</summary>
    public async Task Reboot(CancellationToken cancellationToken = default)
    {
        await PowerOff(cancellationToken);
        await PowerOn(cancellationToken);
    }

    /// <summary>Ends every process in the zone at once; nothing listens any more.</summary>
    public async Task PowerOff(CancellationToken cancellationToken = default)
    {
        if (pid == 0)
            return;
        await Tool.TryAsync("kill", ["-KILL", pid.ToString(CultureInfo.InvariantCulture)], "", cancellationToken);
        var limit = Stopwatch.StartNew();
        while (IsAlive(pid) && limit.Elapsed < TimeSpan.FromSeconds(10))
            await Task.Delay(5, cancellationToken);
        pid = 0;
        Effect.Append(JournalPath, "power-off");
    }

    public async Task PowerOn(CancellationToken cancellationToken = default)
    {
        NewBootId();
        await BootAsync(cancellationToken);
    }

    /// <summary>The server no longer listens, and its open sessions are cut; what runs in the zone goes on.</summary>
    public async Task KillSshd(CancellationToken cancellationToken = default) =>
        _ = await RunAsync("kill -KILL $(cat /run/sshd.pid); sh /usr/local/lib/zonelab/cut-sessions", cancellationToken);

    public async Task StartSshd(CancellationToken cancellationToken = default)
    {
        var result = await RunAsync("/usr/sbin/sshd -f /etc/ssh/sshd_config -E /run/lab/sshd.log", cancellationToken);
        if (result.Exit != 0)
            throw new InvalidOperationException($"Zone {Name}: sshd does not start: {result.Error}");
        await ListensAsync(cancellationToken);
    }

    /// <summary>The server goes into the background before it listens.</summary>
    private async Task ListensAsync(CancellationToken cancellationToken)
    {
        var limit = Stopwatch.StartNew();
        while (!await IsListeningAsync(cancellationToken))
        {
            if (limit.Elapsed > TimeSpan.FromMinutes(1))
                throw new InvalidOperationException($"Zone {Name}: sshd does not listen on port {Port}.");
            await Task.Delay(5, cancellationToken);
        }
    }

    private async Task<bool> IsListeningAsync(CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Cuts all open sessions; new ones are taken.</summary>
    public async Task CutSessions(CancellationToken cancellationToken = default) => _ = await RunAsync("sh /usr/local/lib/zonelab/cut-sessions", cancellationToken);

    /// <summary>The server comes back with another host key, as after a reinstallation.</summary>
    public async Task ChangeHostKey(CancellationToken cancellationToken = default)
    {
        await KillSshd(cancellationToken);
        await MakeHostKeyAsync(cancellationToken);
        await StartSshd(cancellationToken);
    }

    /// <summary>Runs a command as root in the zone, past sshd, as somebody at its console would.</summary>
    public Task<(int Exit, string Output, string Error)> RunAsync(string command, CancellationToken cancellationToken = default) =>
        Tool.TryAsync("nsenter", ["-t", pid.ToString(CultureInfo.InvariantCulture), "-m", "-u", "-i", "-p",
            "env", "-i", "HOME=/root", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "sh", "-c", "cd /root && " + command], "", cancellationToken);

    private static bool IsAlive(int pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}
