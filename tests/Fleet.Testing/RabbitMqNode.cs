namespace Fleet.Testing;

/// <summary>A private RabbitMQ node on free loopback ports, with its own name, cookie and folder; the machine's own service is not touched.</summary>
public sealed class RabbitMqNode : IAsyncDisposable
{
    private readonly string folder;
    private readonly Dictionary<string, string?> environment;
    private ChildProcess? server;
    private int virtualHosts;

    private RabbitMqNode(string folder, int port, int distPort)
    {
        this.folder = folder;
        Port = port;
        KeyFile = BusKey.WriteTo(folder);
        environment = new Dictionary<string, string?>
        {
            ["HOME"] = folder,
            ["RABBITMQ_NODENAME"] = $"fleet{port}@localhost",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = port.ToString(),
            ["RABBITMQ_DIST_PORT"] = distPort.ToString(),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq.conf"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "enabled_plugins"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(folder, "pid"),
            ["RABBITMQ_SERVER_START_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 1:1 +sbwt none",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        };
    }

    public int Port { get; }

    public int ServerProcessId => server?.Id ?? 0;

    /// <summary>All that the node writes is in there: its logs and its messages.</summary>
    public string Folder => folder;

    /// <summary>Where it speaks TLS, with a certificate; 0: nowhere.</summary>
    public int TlsPort { get; private init; }

    /// <summary>A key for the seals of the messages that pass here.</summary>
    public string KeyFile { get; }

    public string Uri => $"amqp://guest:guest@127.0.0.1:{Port}";

    public static async Task<RabbitMqNode> StartAsync(CancellationToken cancellationToken, string extraConfiguration = "", Issued? certificate = null)
    {
        if (!File.Exists(Program("rabbitmq-server")))
            throw new InvalidOperationException("rabbitmq-server is not installed. Install the distribution's package rabbitmq-server (./eng/test does).");
        var folder = Directory.CreateTempSubdirectory("fleet-mq-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "enabled_plugins"), "[].", cancellationToken);
        var tls = certificate is null ? 0 : Loopback.FreePort();
        if (certificate is not null)
            extraConfiguration += $"\nlisteners.ssl.default = 127.0.0.1:{tls}\nssl_options.certfile = {certificate.Certificate}\nssl_options.keyfile = {certificate.Key}\nssl_options.verify = verify_none\n";
        await File.WriteAllTextAsync(
            Path.Combine(folder, "rabbitmq.conf"),
            $"vm_memory_high_watermark.relative = 0.3\ndisk_free_limit.absolute = 50MB\nlog.console = true\nlog.file = false\n{extraConfiguration}\n",
            cancellationToken);
        var node = new RabbitMqNode(folder, Loopback.FreePort(), Loopback.FreePort()) { TlsPort = tls };
        await node.StartServerAsync(cancellationToken);
        return node;
    }

    public async Task StartServerAsync(CancellationToken cancellationToken)
    {
        server = ChildProcess.Start(Program("rabbitmq-server"), [], environment, folder);
        // On a busy machine the node may not even be known yet when it is asked for.
        await Eventually.BeTrueAsync(
            async () => server.HasExited
                ? throw new InvalidOperationException($"RabbitMQ did not start: {server.Output}")
                : (await ControlAsync(["await_startup", "--timeout", "90"], cancellationToken)).ExitCode == 0,
            TimeSpan.FromMinutes(5), cancellationToken, () => server.Output);
    }

    /// <summary>rabbitmqctl on this node.</summary>
    public async Task<(int ExitCode, string Output)> ControlAsync(string[] arguments, CancellationToken cancellationToken)
    {
        // The node writes its cookie only once it runs; until then rabbitmqctl would make one of its own.
        await Eventually.BeTrueAsync(() => File.Exists(Path.Combine(folder, ".erlang.cookie")), TimeSpan.FromMinutes(3), cancellationToken, () => server?.Output ?? "");
        return await ChildProcess.RunAsync(Program("rabbitmqctl"), ["--node", environment["RABBITMQ_NODENAME"]!, .. arguments], cancellationToken, environment, folder);
    }

    /// <summary>rabbitmqctl, which must end well; returns what it printed.</summary>
    public async Task<string> MustAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var (code, output) = await ControlAsync(arguments, cancellationToken);
        return code == 0 ? output : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)} ended with {code}: {output}");
    }

    /// <summary>A virtual host of its own for whoever wants to be alone on this node; returns its address.</summary>
    public async Task<string> CreateVirtualHostAsync(CancellationToken cancellationToken)
    {
        var name = $"v{Interlocked.Increment(ref virtualHosts)}";
        await MustAsync(
            ["eval", $"rabbit_vhost:add(<<\"{name}\">>, <<\"test\">>), rabbit_auth_backend_internal:set_permissions(<<\"guest\">>, <<\"{name}\">>, <<\".*\">>, <<\".*\">>, <<\".*\">>, <<\"test\">>)."],
            cancellationToken);
        return $"{Uri}/{name}";
    }

    /// <summary>A user with these rights on a virtual host, made by <see cref="CreateVirtualHostAsync"/>; its password is its name.</summary>
    public Task AddUserAsync(string name, string virtualHost, string configure, string write, string read, CancellationToken cancellationToken) => MustAsync(
        ["eval", $"rabbit_auth_backend_internal:add_user(<<\"{name}\">>, <<\"{name}\">>, <<\"test\">>), rabbit_auth_backend_internal:set_permissions(<<\"{name}\">>, <<\"{virtualHost}\">>, {Binary(configure)}, {Binary(write)}, {Binary(read)}, <<\"test\">>)."],
        cancellationToken);

    /// <summary>
    /// Closes the virtual host's connections, so that what was delivered and not acknowledged is in its queue again, and purges every queue but transcripts'.
    /// Returns how many messages were lost.
    /// </summary>
    public async Task<int> LoseMessagesAsync(string virtualHost, CancellationToken cancellationToken)
    {
        var lost = await MustAsync(
            ["eval", $$"""
                V = <<"{{virtualHost}}">>,
                [rabbit_networking:close_connection(P, "a fault on purpose") || [{pid, P}, {vhost, H}] <- rabbit_networking:connection_info_all([pid, vhost]), H =:= V],
                lists:sum([case rabbit_amqqueue:purge(Q) of {ok, N} -> N; N when is_integer(N) -> N; _ -> 0 end
                  || Q <- rabbit_amqqueue:list(V), element(4, amqqueue:get_name(Q)) =/= <<"fleet-transcripts">>]).
                """],
            cancellationToken);
        return int.Parse(lost.Trim());
    }

    /// <summary>Sends a signal to the node's process, like <c>STOP</c> and <c>CONT</c>.</summary>
    public async Task SignalAsync(string name, CancellationToken cancellationToken)
    {
        var pid = (await File.ReadAllTextAsync(environment["RABBITMQ_PID_FILE"]!, cancellationToken)).Trim();
        await ChildProcess.RunAsync("kill", [$"-{name}", pid], cancellationToken);
    }

    /// <summary>SIGKILL to the node, as when its machine dies.</summary>
    public async Task KillServerAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        server = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillServerAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static string Binary(string text) => $"<<\"{text.Replace("\\", "\\\\", StringComparison.Ordinal)}\">>";

    private static string Program(string name) =>
        new[] { "/usr/lib/rabbitmq/bin", "/usr/sbin", "/usr/bin" }.Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists) ?? name;
}
