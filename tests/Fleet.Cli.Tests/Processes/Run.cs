using Fleet.Testing;

namespace Fleet.Cli.Tests.Processes;

/// <summary>The program as a process.</summary>
internal static class Run
{
    public static string File => Path.Combine(AppContext.BaseDirectory, "fleet");

    public static Task<(int ExitCode, string Output)> FleetAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        ChildProcess.RunAsync(File, arguments, TestContext.Current.CancellationToken, environment);

    public static Task<(int ExitCode, string Output)> FleetAsync(params string[] arguments) =>
        FleetAsync(new Dictionary<string, string?> { ["FLEET_SERVER"] = $"http://127.0.0.1:{Loopback.FreePort()}", ["FLEET_TOKEN"] = "none" }, arguments);
}
