using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Harness;

/// <summary>One process of <c>fleet serve</c>, configured by arguments and environment variables only.</summary>
internal sealed class FleetServer : IAsyncDisposable
{
    private static readonly HttpClient Http = new();
    private string[] arguments;
    private Dictionary<string, string?> environment;
    private ChildProcess process;

    private FleetServer(string data, Uri url, string[] arguments, Dictionary<string, string?> environment)
    {
        Data = data;
        Url = url;
        this.arguments = arguments;
        this.environment = environment;
        process = ChildProcess.Start(FleetProgram.File, arguments, environment, data);
    }

    public string Data { get; private set; }

    public Uri Url { get; }

    public int ProcessId => process.Id;

    public string Output => process.Output;

    public bool HasExited => process.HasExited;

    public IReadOnlyDictionary<string, string?> ClientEnvironment => new Dictionary<string, string?>
    {
        ["FLEET_SERVER"] = Url.ToString().TrimEnd('/'),
        ["FLEET_TOKEN"] = File.Exists(Path.Combine(Data, "token")) ? File.ReadAllText(Path.Combine(Data, "token")).Trim() : null,
        ["NO_COLOR"] = "1",
    };

    /// <param name="roles">Null: all of them in one process, the embedded default.</param>
    public static async Task<FleetServer> StartAsync(
        string data, CancellationToken cancellationToken, string? roles = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        Directory.CreateDirectory(data);
        var url = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
        string[] arguments = ["serve", "--data", data, "--listen", url.ToString().TrimEnd('/'), .. roles is null ? Array.Empty<string>() : ["--roles", roles]];
        var server = new FleetServer(data, url, arguments, new Dictionary<string, string?>(environment ?? new Dictionary<string, string?>()));
        try
        {
            await server.ReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task ReadyAsync(CancellationToken cancellationToken) =>
        await Eventually.BeTrueAsync(
            async () =>
            {
                if (process.HasExited)
                    throw new InvalidOperationException($"fleet serve ended with {process.ExitCode}: {process.Output}");
                try
                {
                    using var answer = await Http.GetAsync(new Uri(Url, "/health/ready"), cancellationToken);
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromMinutes(4),
            cancellationToken,
            () => process.Output);

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM, and waits for its end.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        process.Signal("TERM");
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    public void Signal(string name) => process.Signal(name);

    /// <summary>The same program again, on the same data and address.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        await process.DisposeAsync();
        process = ChildProcess.Start(FleetProgram.File, arguments, environment, Data);
        await ReadyAsync(cancellationToken);
    }

    /// <summary>Restores a backup into an empty folder with the program's own command, and starts there at the same address. The process must have ended.</summary>
    /// <param name="settings">What differs: another database.</param>
    /// <returns>What the command printed.</returns>
    public async Task<string> RestoreAsync(string backup, string data, CancellationToken cancellationToken, IReadOnlyDictionary<string, string?>? settings = null)
    {
        arguments = [.. arguments.Select(a => a == Data ? data : a)];
        environment = new Dictionary<string, string?>(environment);
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
            environment[name] = value;
        var (code, output) = await ChildProcess.RunAsync(FleetProgram.File, ["restore", backup, "--data", data], cancellationToken, environment);
        if (code != 0)
            throw new InvalidOperationException($"fleet restore ended with {code}: {output}");
        Data = data;
        await StartAgainAsync(cancellationToken);
        return output;
    }

    /// <summary>Takes a backup with the program's own command, beside the running process.</summary>
    public async Task BackupAsync(string file, CancellationToken cancellationToken)
    {
        var (code, output) = await ChildProcess.RunAsync(FleetProgram.File, ["backup", file, "--data", Data], cancellationToken, environment);
        if (code != 0)
            throw new InvalidOperationException($"fleet backup ended with {code}: {output}");
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
