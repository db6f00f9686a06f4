using Fleet.Testing;

namespace Fleet.Cli.Tests.Processes;

/// <summary>The program as a process.</summary>
internal static class Run
{
    public static string File => Path.Combine(AppContext.BaseDirectory, "fleet");

    public static Task<(int ExitCode, string Output)> FleetAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        ChildProcess.RunAsync(File, arguments, TestContext.Current.CancellationToken, Spoken(environment));

    /// <summary>In English unless a test says another language: whoever runs the tests may read another.</summary>
    public static IReadOnlyDictionary<string, string?> Spoken(IReadOnlyDictionary<string, string?> environment) =>
        environment.ContainsKey("FLEET_LANG") ? environment : new Dictionary<string, string?>(environment) { ["FLEET_LANG"] = "en" };

    public static Task<(int ExitCode, string Output)> FleetAsync(params string[] arguments) =>
        FleetAsync(new Dictionary<string, string?> { ["FLEET_SERVER"] = $"http://127.0.0.1:{Loopback.FreePort()}", ["FLEET_TOKEN"] = "none" }, arguments);
}
