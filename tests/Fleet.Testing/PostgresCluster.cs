namespace Fleet.Testing;

/// <summary>
/// A private PostgreSQL cluster on a free loopback port, in its own temporary folder. PostgreSQL refuses to run as root, so it then runs as the
/// distribution's user <c>postgres</c>.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private readonly string folder;
    private readonly string binaries;
    private readonly int port;

    private PostgresCluster(string folder, string binaries, int port)
    {
        this.folder = folder;
        this.binaries = binaries;
        this.port = port;
    }

    public string ConnectionString(string database = "postgres") => $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};Include Error Detail=true";

    /// <param name="certificate">It speaks TLS too, with this one.</param>
    public static async Task<PostgresCluster> StartAsync(CancellationToken cancellationToken, Issued? certificate = null)
    {
        var binaries = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).OrderDescending().FirstOrDefault()
            : null;
        if (binaries is null)
            throw new InvalidOperationException("PostgreSQL's initdb is not in /usr/lib/postgresql/*/bin. Install the distribution's package postgresql (./eng/test does).");

        var folder = Directory.CreateTempSubdirectory("fleet-pg-").FullName;
        var cluster = new PostgresCluster(folder, binaries, Loopback.FreePort());
        if (Environment.UserName == "root")
            await RunAsync("chown", ["postgres", folder], cancellationToken);
        await cluster.RunAsUserAsync("initdb", ["-D", cluster.Data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"], cancellationToken);
        if (certificate is not null)
            await cluster.EncryptAsync(certificate, cancellationToken);
        await cluster.StartServerAsync(cancellationToken);
        return cluster;
    }

    /// <summary>As <see cref="ConnectionString"/>, without the host: who tests certificates says by which name it calls.</summary>
    public string ConnectionStringTo(string host, string database = "postgres") => $"Host={host};Port={port};Username=postgres;Database={database}";

    private string Data => Path.Combine(folder, "data");

    /// <summary>Its user reads the key, and nobody else: it refuses one that others can read.</summary>
    private async Task EncryptAsync(Issued certificate, CancellationToken cancellationToken)
    {
        var (crt, key) = (Path.Combine(Data, "server.crt"), Path.Combine(Data, "server.key"));
        File.Copy(certificate.Certificate, crt);
        File.Copy(certificate.Key, key);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (Environment.UserName == "root")
            await RunAsync("chown", ["postgres", crt, key], cancellationToken);
        await File.AppendAllTextAsync(Path.Combine(Data, "postgresql.conf"), "\nssl = on\n", cancellationToken);
    }

    public Task StartServerAsync(CancellationToken cancellationToken) =>
        RunAsUserAsync(
            "pg_ctl",
            ["-D", Data, "-w", "-t", "60", "-l", Path.Combine(folder, "log"), "-o", $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=200", "start"],
            cancellationToken);

    /// <param name="mode"><c>fast</c>, or <c>immediate</c>: as if the machine had lost power.</param>
    public Task StopServerAsync(string mode, CancellationToken cancellationToken) => RunAsUserAsync("pg_ctl", ["-D", Data, "-w", "-m", mode, "stop"], cancellationToken);

    /// <summary>SIGKILL to the server and each process of it.</summary>
    public async Task KillServerAsync(CancellationToken cancellationToken)
    {
        var first = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid"), cancellationToken))[0];
        var (_, children) = await ChildProcess.RunAsync("ps", ["-o", "pid=", "--ppid", first], cancellationToken);
        string[] all = [first, .. children.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        await ChildProcess.RunAsync("kill", ["-KILL", .. all], cancellationToken);
        await Eventually.BeTrueAsync(() => all.All(pid => !Directory.Exists($"/proc/{pid}")), TimeSpan.FromMinutes(3), cancellationToken);
    }

    /// <summary>Runs SQL as the superuser, each statement by itself.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken, params string[] statements)
    {
        foreach (var sql in statements)
            await RunAsUserAsync("psql", ["-h", "127.0.0.1", "-p", port.ToString(), "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-c", sql], cancellationToken);
    }

    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = $"fleet_{Guid.NewGuid():N}";
        await RunAsUserAsync("createdb", ["-h", "127.0.0.1", "-p", port.ToString(), "-U", "postgres", name], cancellationToken);
        return ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            await StopServerAsync("immediate", limit.Token);
        }
        catch (InvalidOperationException)
        {
            // A test may have stopped it already.
        }
        Directory.Delete(folder, recursive: true);
    }

    private Task RunAsUserAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var path = Path.Combine(binaries, program);
        return Environment.UserName == "root"
            ? RunAsync("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments], cancellationToken, folder)
            : RunAsync(path, arguments, cancellationToken, folder);
    }

    private static async Task RunAsync(string file, string[] arguments, CancellationToken cancellationToken, string? directory = null)
    {
        // pg_ctl's server inherits the pipes: output goes to a file, so that waiting ends with the command.
        var log = Path.GetTempFileName();
        File.SetUnixFileMode(log, (UnixFileMode)0b110_110_110);
        try
        {
            var quoted = string.Join(' ', arguments.Prepend(file).Select(a => $"'{a.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
            var (code, _) = await ChildProcess.RunAsync("sh", ["-c", $"exec {quoted} >'{log}' 2>&1 </dev/null"], cancellationToken, directory: directory);
            if (code != 0)
                throw new InvalidOperationException($"{Path.GetFileName(file)} {string.Join(' ', arguments)} ended with {code}: {await File.ReadAllTextAsync(log, cancellationToken)}");
        }
        finally
        {
            File.Delete(log);
        }
    }
}
