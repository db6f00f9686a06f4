using System.Text.Json;
using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Harness;

/// <summary>The <c>fleet</c> program, run as its users run it: as a process, by arguments and environment. It is the one that <c>FLEET_TEST_PROGRAM</c> names (<c>eng/test</c>: the published one), else the one that was built with the tests.</summary>
internal static class FleetProgram
{
    public static string File { get; } = Environment.GetEnvironmentVariable("FLEET_TEST_PROGRAM") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "fleet");

    /// <summary>Runs one command against a server and returns its exit code and all that it printed.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(FleetServer server, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(File, arguments, cancellationToken, server.ClientEnvironment);

    /// <summary>Runs one read command with <c>-o json</c> and returns the document; fails with its output when it is no success.</summary>
    public static async Task<JsonElement> JsonAsync(FleetServer server, CancellationToken cancellationToken, params string[] arguments)
    {
        var (code, output) = await RunAsync(server, [.. arguments, "-o", "json"], cancellationToken);
        if (code is not (0 or 1))
            throw new InvalidOperationException($"fleet {string.Join(' ', arguments)} ended with {code}: {output}");
        try
        {
            return JsonDocument.Parse(output).RootElement;
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"fleet {string.Join(' ', arguments)} printed no JSON ({e.Message}): {output}", e);
        }
    }
}
