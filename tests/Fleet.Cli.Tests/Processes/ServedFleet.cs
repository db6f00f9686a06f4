using Fleet.Testing;

namespace Fleet.Cli.Tests.Processes;

/// <summary>One <c>fleet serve</c> with all roles, in a folder of its own.</summary>
public sealed class ServedFleet : IAsyncLifetime
{
    private static readonly HttpClient Http = new();
    private ChildProcess? process;

    public string Folder { get; } = Directory.CreateTempSubdirectory("fleet-served-").FullName;

    public string Data => Path.Combine(Folder, "data");

    public string Url { get; } = $"http://127.0.0.1:{Loopback.FreePort()}";

    public string Output => process!.Output;

    public Dictionary<string, string?> Client => new() { ["FLEET_SERVER"] = Url, ["FLEET_TOKEN"] = File.ReadAllText(Path.Combine(Data, "token")).Trim() };

    public Task<(int ExitCode, string Output)> FleetAsync(params string[] arguments) => Run.FleetAsync(Client, arguments);

    public async Task<string> WellAsync(params string[] arguments)
    {
        var (code, output) = await FleetAsync(arguments);
        code.ShouldBe(0, $"fleet {string.Join(' ', arguments)}: {output}");
        return output;
    }

    public async ValueTask InitializeAsync() => await StartAsync();

    public async Task StartAsync()
    {
        process = ChildProcess.Start(Run.File, ["serve", "--data", Data, "--listen", Url], directory: Folder);
        await Eventually.BeTrueAsync(
            async () =>
            {
                process.HasExited.ShouldBeFalse(process.Output);
                try
                {
                    return (await Http.GetAsync($"{Url}/health/ready")).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(120),
            TestContext.Current.CancellationToken,
            () => process.Output);
    }

    public async Task<int> StopAsync()
    {
        process!.Signal("TERM");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await process!.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
